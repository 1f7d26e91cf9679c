"""Where the database is: our own, for as long as it is needed, or one named by DATABASE_URL.

Two connections: `default` is the application's role, which row-level security binds; `owner` owns
the tables and runs migrations.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from handover.config.environment import BadSetting, Environment
from handover.core.postgres import EmbeddedPostgres

APP_ROLE = "handover_app"
OLDEST = 140000
ROLES_APART = 160000  # since 16 making a role and acting as it are rights apart
LOCK = 4_817_330  # any number of ours, beside the one of imports

RIGHTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
"""


@contextmanager
def database(
    environment: Environment, say: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Have a database with up-to-date tables for the length of the block; Django is set up already.

    Raises `BadSetting` for a DATABASE_URL that cannot be used, and `PostgresProblem`.
    """
    if environment.database_url:
        _use(environment.database_url, environment.database_url, role=APP_ROLE)
        _prepare_foreign(environment.database_url)
        yield from _opened()
        return
    with EmbeddedPostgres(environment.home, say=say) as server:
        if server.notice:
            say(server.notice)
        _use(server.owner_url, server.app_url)
        yield from _opened()


def _opened() -> Iterator[None]:
    try:
        bring_up_to_date()
        yield
    finally:
        connections.close_all()


def use(owner_url: str, app_url: str) -> None:
    """Point Django at a database by its two addresses (for tests and benchmarks)."""
    _use(owner_url, app_url)


def bring_up_to_date() -> None:
    """Run the migrations that are missing, as the owner, and give the application its rights."""
    if not _is_behind():
        return
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # one process at a time
        try:
            if _is_behind():
                call_command("migrate", database="owner", verbosity=0, interactive=False)
                cursor.execute(RIGHTS)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _is_behind() -> bool:
    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _use(owner_url: str, app_url: str, role: str = "") -> None:
    connections.close_all()
    for alias, url in (("owner", owner_url), ("default", app_url)):
        found = parse(url)
        if role and alias == "default":
            found["OPTIONS"] = {**found["OPTIONS"], "options": f"-c role={role}"}  # type: ignore[dict-item]  # a mapping, made below
        connections.databases[alias].update(found)
        settings.DATABASES[alias].update(found)


def parse(url: str) -> dict[str, object]:
    """Read `postgresql://user:password@host:port/name?option=value`. Raises `BadSetting`."""
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise BadSetting(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name"
            f" (it starts with {parts.scheme or 'no scheme'}:)"
        )
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _prepare_foreign(url: str) -> None:
    """Check the server's version, and make the role that row-level security binds."""
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as server:
            if server.info.server_version < OLDEST:
                raise BadSetting("DATABASE_URL names a PostgreSQL older than 14; use 14 or newer")
            _make_role(server)
    except psycopg.OperationalError as problem:
        # the driver's words may hold the address, never the password
        raise BadSetting(f"the database of DATABASE_URL cannot be reached: {problem}") from None


def _make_role(server: psycopg.Connection) -> None:
    try:
        known = server.execute("SELECT FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone()
        if known is None:
            server.execute(f"CREATE ROLE {APP_ROLE} NOLOGIN NOBYPASSRLS")
        right = "SET" if server.info.server_version >= ROLES_APART else "MEMBER"
        may = server.execute(
            "SELECT pg_has_role(current_user, %s, %s)", [APP_ROLE, right]
        ).fetchone()
        if not (may and may[0]):
            server.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
    except psycopg.errors.InsufficientPrivilege:
        raise BadSetting(
            "the user of DATABASE_URL may not make the role that separates workspaces; have an"
            f" administrator run: CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO that_user;"
        ) from None
