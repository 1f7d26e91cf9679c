"""Many rows at once: COPY into a temporary table, from where one statement takes them.

PostgreSQL refuses COPY into a table under row-level security; into a temporary one it is fine,
and the statement that takes the rows from there obeys the policy.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from django.db import Error, connection
from psycopg import Cursor, sql


def stage(name: str, *, like: str = "", columns: str = "") -> str:
    """Make or empty the temporary table `name`, with the columns of a table or with its own.

    It goes with the transaction: tables that stay are emptied one by one at every later commit.
    """
    shape = f'LIKE "{like}" INCLUDING DEFAULTS' if like else columns
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"pg_temp.{name}"])
        if cursor.fetchone()[0] is None:
            cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({shape}) ON COMMIT DROP')
        else:
            cursor.execute(f'TRUNCATE "{name}"')
    return name


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Copy rows into a staged table; each row's values in the order of `columns`."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,  # the driver's own errors become Django's
        cursor.cursor.copy(statement) as sink,
    ):
        for row in rows:
            sink.write_row(row)


def run(statement: str, parameters: Mapping[str, object]) -> None:
    """Run a statement whose parameters are large: they travel beside it, in binary form.

    Django writes parameters into the text of a statement, which takes long for a page of records.
    """
    with connection.cursor() as cursor, connection.wrap_database_errors:
        Cursor(cursor.connection).execute(statement, parameters, binary=True)


@contextmanager
def unhurried_commits() -> Iterator[None]:
    """Let commits not wait for the disk one by one; the first one after the block waits for all.

    For work that a crash merely sends back a little: none is ever half there or out of order.
    """
    never_hurry_commits()
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def never_hurry_commits() -> None:
    """The same for as long as this thread's connection lives."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def names(columns: Iterable[str], prefix: str = "") -> str:
    """Quote and join column names: `"a", "b"`, each with the prefix if there is one."""
    return ", ".join(f'{prefix}"{column}"' for column in columns)


def assignments(columns: Iterable[str], source: str = "EXCLUDED") -> str:
    """What an UPDATE sets: `"a" = EXCLUDED."a", ...`."""
    return ", ".join(f'"{column}" = {source}."{column}"' for column in columns)
