"""Where the database is: our own, for as long as it is needed, or one named by DATABASE_URL.

Two connections: `default` is the application's role, which row-level security binds; `owner` owns
the tables and runs migrations.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import make_conninfo

from handover.config.address import SPECIAL, parse
from handover.config.environment import BadSetting, Environment
from handover.core.postgres import EmbeddedPostgres
from handover.core.postgres.errors import EarlyTables

APP_ROLE = "handover_app"
OLDEST = 140000
ROLES_APART = 160000  # since 16 making a role and acting as it are rights apart
LOCK = 4_817_330  # any number of ours, beside the one of imports

RIGHTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
"""


@dataclass(frozen=True)
class Database:
    """The database that is in use; `server` is the embedded one, None where another is named."""

    server: EmbeddedPostgres | None = None

    def revive(self) -> bool:
        """Start the embedded server again if it has died; whether it had. Raises
        `PostgresProblem`."""
        if self.server is None or self._listens(self.server) or not self.server.ensure_running():
            return False
        _use(self.server.owner_url, self.server.app_url)
        return True

    @staticmethod
    def _listens(server: EmbeddedPostgres) -> bool:
        """Whether anybody is there: a cheap look, for one that is taken every second."""
        try:
            socket.create_connection((server.facts.host, server.facts.port), 1).close()
        except OSError:
            return False
        return True


@contextmanager
def database(
    environment: Environment,
    say: Callable[[str], None] = lambda _: None,
    *,
    as_it_is: bool = False,
) -> Iterator[Database]:
    """Have a database with up-to-date tables for the length of the block; Django is set up already.

    `as_it_is` leaves the tables alone: for looking only.
    Raises `BadSetting` for a DATABASE_URL that cannot be used, and `PostgresProblem`.
    """
    if environment.database_url:
        _use(environment.database_url, environment.database_url, role=APP_ROLE)
        _prepare_foreign(environment.database_url)
        _check_role()
        yield from _opened(Database(), as_it_is=as_it_is)
        return
    with EmbeddedPostgres(environment.home, say=say) as server:
        if server.notice:
            say(server.notice)
        _use(server.owner_url, server.app_url)
        yield from _opened(Database(server), as_it_is=as_it_is)


def _opened(found: Database, *, as_it_is: bool) -> Iterator[Database]:
    try:
        if not as_it_is:
            bring_up_to_date()
        yield found
    finally:
        connections.close_all()


def use(owner_url: str, app_url: str) -> None:
    """Point Django at a database by its two addresses (for tests and benchmarks)."""
    _use(owner_url, app_url)


def bring_up_to_date() -> None:
    """Run the migrations that are missing, as the owner, and give the application its rights.

    The rights are given every time: a database that was restored from a dump may lack them.
    """
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
    _check_replaced(executor.loader)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _check_replaced(loader: MigrationLoader) -> None:
    """Tables of before the first release have all of its migrations, which one replaces, or none.

    Django itself would leave those alone that have some.
    """
    for each in loader.replacements.values():
        missing = [old for old in each.replaces if old not in loader.applied_migrations]
        if missing and len(missing) < len(each.replaces):
            raise EarlyTables(".".join(missing[0]))


def _use(owner_url: str, app_url: str, role: str = "") -> None:
    connections.close_all()
    for alias, url in (("owner", owner_url), ("default", app_url)):
        found = parse(url)
        if role and alias == "default":
            own = found["OPTIONS"].get("options", "")
            found["OPTIONS"]["options"] = f"{own} -c role={role}".strip()
        connections.databases[alias].update(found)
        settings.DATABASES[alias].update(found)


def _prepare_foreign(url: str) -> None:
    """Check the server's version, and make the role that row-level security binds."""
    try:
        with psycopg.connect(_conninfo(url), autocommit=True) as server:
            if server.info.server_version < OLDEST:
                raise BadSetting("DATABASE_URL names a PostgreSQL older than 14; use 14 or newer")
            _make_role(server)
    except psycopg.OperationalError as problem:
        # the driver's words may hold the address, never the password
        raise BadSetting(f"the database of DATABASE_URL cannot be reached: {problem}") from None
    except psycopg.ProgrammingError:
        raise BadSetting(
            "DATABASE_URL has an option behind its ? that PostgreSQL does not know. It takes those"
            f" of libpq, as in ?sslmode=require; {SPECIAL}"
        ) from None


def _conninfo(url: str) -> str:
    """The same address as Django gets it, in the driver's words."""
    found = parse(url)
    named = {
        "dbname": found["NAME"],
        "user": found["USER"],
        "password": found["PASSWORD"],
        "host": found["HOST"],
        "port": found["PORT"],
    }
    given = {name: value for name, value in named.items() if value}
    return make_conninfo("", **{"connect_timeout": "10", **given, **found["OPTIONS"]})


def _check_role() -> None:
    """Row-level security binds the application's role only: no other may be at work."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_user")
            role = cursor.fetchone()[0]
    except OperationalError:  # some poolers refuse the option instead of dropping it
        role = ""
    if role != APP_ROLE:
        connections.close_all()
        raise BadSetting(
            f"the server of DATABASE_URL does not let us work as {APP_ROLE}, the role that"
            " separates workspaces. If a pooler stands in between, it drops the option of the"
            " connection that says so: name the server itself in DATABASE_URL"
        )


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
