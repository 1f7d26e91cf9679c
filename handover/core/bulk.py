"""Many rows at once: COPY into a temporary table, from where one statement takes them.

PostgreSQL refuses COPY into a table under row-level security; into a temporary one it is fine,
and the statement that takes the rows from there obeys the policy.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from psycopg import sql


def stage(name: str, *, like: str = "", columns: str = "") -> str:
    """Make or empty the temporary table `name`, with the columns of a table or with its own."""
    shape = f'LIKE "{like}" INCLUDING DEFAULTS' if like else columns
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"pg_temp.{name}"])
        if cursor.fetchone()[0] is None:
            cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({shape}) ON COMMIT DELETE ROWS')
        else:
            cursor.execute(f'TRUNCATE "{name}"')
    return name


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Copy rows into a staged table; each row's values in the order of `columns`."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as sink:
        for row in rows:
            sink.write_row(row)


def names(columns: Iterable[str], prefix: str = "") -> str:
    """Quote and join column names: `"a", "b"`, each with the prefix if there is one."""
    return ", ".join(f'{prefix}"{column}"' for column in columns)


def assignments(columns: Iterable[str], source: str = "EXCLUDED") -> str:
    """What an UPDATE sets: `"a" = EXCLUDED."a", ...`."""
    return ", ".join(f'"{column}" = {source}."{column}"' for column in columns)
