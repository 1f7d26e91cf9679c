"""The two logins: the owner, who makes the tables, and the app, who may only use them."""

from dataclasses import dataclass, field

import psycopg
from psycopg import sql

MAY = sql.SQL("LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS")
DOOR = (
    sql.SQL("ALTER DATABASE {name} OWNER TO {owner}"),
    sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC"),
    sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {app}"),
)
ON_NEW = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT "
RIGHTS = (
    sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
    sql.SQL("GRANT USAGE ON SCHEMA public TO {app}"),
    sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}"),
    sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}"),
    sql.SQL(ON_NEW + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"),
    sql.SQL(ON_NEW + "USAGE, SELECT ON SEQUENCES TO {app}"),
)


@dataclass(frozen=True)
class Login:
    """A role's name and password."""

    name: str
    password: str = field(repr=False)


def prepare_roles(
    connection: psycopg.Connection, *, database: str, owner: Login, app: Login
) -> None:
    """Make roles and database, or bring existing ones to this state; repeatable.

    The connection autocommits and belongs to a superuser, or to a role with CREATEROLE and
    CREATEDB. The owner may create databases, for the test runner makes its own. The rights inside
    the database come from `prepare_rights`.
    """
    _prepare_login(connection, owner, sql.SQL("CREATEDB"))
    _prepare_login(connection, app, sql.SQL("NOCREATEDB"))
    name = sql.Identifier(database)
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    if known.fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} STRATEGY file_copy").format(
                name, sql.Identifier(owner.name)
            )
        )
    for statement in DOOR:
        connection.execute(
            statement.format(
                name=name, owner=sql.Identifier(owner.name), app=sql.Identifier(app.name)
            )
        )


def prepare_rights(connection: psycopg.Connection, *, owner: str, app: str) -> None:
    """Let `app` use, and not change, what `owner` makes in this connection's database; repeatable.

    Done in template1 as well, every database made later starts with these rights.
    """
    for statement in RIGHTS:
        connection.execute(statement.format(owner=sql.Identifier(owner), app=sql.Identifier(app)))


def _prepare_login(connection: psycopg.Connection, login: Login, more: sql.SQL) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login.name])
    verb = sql.SQL("CREATE ROLE" if known.fetchone() is None else "ALTER ROLE")
    # Only its SCRAM verifier travels: a server that logs statements learns no password.
    verifier = connection.pgconn.encrypt_password(
        login.password.encode(), login.name.encode(), b"scram-sha-256"
    )
    connection.execute(
        sql.SQL("{} {} {} {} PASSWORD {}").format(
            verb, sql.Identifier(login.name), MAY, more, sql.Literal(verifier.decode())
        )
    )
