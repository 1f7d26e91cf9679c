"""The database: its version, its roles, its tables, and what keeps workspaces apart."""

from collections.abc import Iterator

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from handover.config.database import OLDEST
from handover.core.tenancy.operations import POLICY
from handover.doctor.finding import Finding, ok, problem, warning

CHECK = "database"
Row = tuple[object, ...]


def check() -> Iterator[Finding]:
    """Look at an open database; nothing is changed."""
    ((version, number, encoding),) = _asked(
        "SELECT current_setting('server_version'), current_setting('server_version_num')::int,"
        " pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
    )
    yield server(str(version), int(str(number)))
    yield from text(str(encoding))
    yield migrations()
    yield role()
    yield walls()


def has_our_tables() -> bool:
    """Whether the tables are there, and those of this program."""
    executor = MigrationExecutor(connections["owner"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def server(version: str, number: int) -> Finding:
    """Whether the server is new enough."""
    if number < OLDEST:
        do = "Let DATABASE_URL name a PostgreSQL 14 or newer."
        return problem(CHECK, f"PostgreSQL {version} is too old", do)
    return ok(CHECK, f"PostgreSQL {version}")


def text(encoding: str) -> Iterator[Finding]:
    """Whether every name can be kept."""
    if encoding != "UTF8":
        do = "Make a database with ENCODING 'UTF8' and move the data there."
        yield problem(CHECK, f"its encoding is {encoding}: names would be lost", do)


def migrations() -> Finding:
    """Whether the tables are those of this program."""
    executor = MigrationExecutor(connections["owner"])
    loader = executor.loader
    ours = {
        *loader.graph.nodes,
        *(old for each in loader.replacements.values() for old in each.replaces),
    }
    strange = set(loader.applied_migrations) - ours
    if strange:
        app, name = min(strange)
        do = "Run the newest Handover that was used with this database."
        return problem(CHECK, f"its tables are of a newer Handover ({app}.{name})", do)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not executor.loader.applied_migrations:
        return ok(CHECK, "it has no tables yet: the first command makes them")
    if plan:
        do = "Any command that imports runs them at its start; copy the database before."
        return warning(CHECK, f"{len(plan)} migrations are still to be run", do)
    return ok(CHECK, "every migration was run")


def role(using: str = "default") -> Finding:
    """Whether the application works under a role that row-level security binds."""
    ((name, special),) = _asked(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user",
        using=using,
    )
    owned = _asked(
        "SELECT relname FROM pg_class WHERE relowner = current_user::regrole LIMIT 1", using=using
    )
    if special or owned:
        do = "Have the application work as handover_app, and let that role own nothing."
        return problem(CHECK, f"its role {name} is not bound by row-level security", do)
    return ok(CHECK, f"the application works as {name}, which owns nothing")


def walls() -> Finding:
    """Whether every table of a practice is under row-level security."""
    secured = _asked(
        "SELECT tablename FROM pg_policies JOIN pg_class ON oid = tablename::regclass"
        " WHERE relrowsecurity AND policyname = %s",
        POLICY,
    )
    of_a_practice = _asked(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND attname = 'workspace_id' AND NOT attisdropped"
    )
    ours = _names(of_a_practice)
    bare = sorted(ours - _names(secured))
    if bare:
        do = "Stop, and ask support: somebody has changed the tables."
        return problem(CHECK, f"workspaces are not kept apart in {', '.join(bare)}", do)
    return ok(CHECK, f"{len(ours)} tables keep workspaces apart")


def _names(rows: list[Row]) -> set[str]:
    return {str(name) for (name,) in rows}


def _asked(question: str, *values: str, using: str = "default") -> list[Row]:
    with connections[using].cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())
