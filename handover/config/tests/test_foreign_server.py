"""A server of one's own, named by DATABASE_URL: what Handover makes there, and what it asks for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from handover.core.postgres import EmbeddedPostgres, throwaway_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server on which nothing of ours has been made yet."""
    with throwaway_postgres() as found:
        for database in ("handover", "template1"):
            _superuser(found, database, "DROP OWNED BY handover_app")
        statements = (
            "DROP DATABASE handover",
            "DROP ROLE handover_app",
            "CREATE ROLE careful LOGIN PASSWORD 'x'",
            "CREATE ROLE able LOGIN PASSWORD 'x' CREATEROLE",
            "CREATE DATABASE careful OWNER careful",
            "CREATE DATABASE able OWNER able",
        )
        for statement in statements:
            _superuser(found, "postgres", statement)
        yield found


def _superuser(server: EmbeddedPostgres, database: str, statement: str) -> None:
    url = server.superuser_url.rsplit("/", 1)[0] + f"/{database}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _url(server: EmbeddedPostgres, user: str) -> str:
    parts = urlsplit(server.owner_url)
    return f"postgresql://{user}:x@{parts.hostname}:{parts.port}/{user}"


def _imports(url: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handover.cli", "imports"],
        env={**os.environ, "DATABASE_URL": url, "HANDOVER_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_user_who_may_not_make_roles_is_told_what_to_have_run(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    refused = _imports(_url(server, "careful"), tmp_path)
    assert refused.returncode == 1
    assert "CREATE ROLE handover_app NOLOGIN" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_user_who_may_make_roles_needs_nothing_else(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    found = _imports(_url(server, "able"), tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    assert "No imports yet" in found.stdout
    with (
        psycopg.connect(_url(server, "able") + "?options=-c%20role%3Dhandover_app") as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute("CREATE TABLE mine (id int)")


def test_a_server_that_does_not_answer_is_told_apart(tmp_path: Path) -> None:
    refused = _imports("postgresql://me:secret@127.0.0.1:1/db", tmp_path)
    assert refused.returncode == 1
    assert "cannot be reached" in refused.stderr
    assert "secret" not in refused.stderr
