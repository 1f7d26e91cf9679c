"""A server of one's own, named by DATABASE_URL: what Handover makes there, and what it asks for."""

import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from handover.core.postgres import EmbeddedPostgres, throwaway_postgres
from tests.starting import ended


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


def _imports(url: str, home: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DATABASE_URL": url, "HANDOVER_HOME": str(home)}
    return ended("handover.cli", ["imports"], environment, "", timeout=120)


def test_a_user_who_may_not_make_roles_is_told_what_to_have_run(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    url = _url(server, "careful")
    refused = subprocess.run(  # as a person starts it: see tests/starting.py
        [sys.executable, "-m", "handover.cli", "imports"],
        env={**os.environ, "DATABASE_URL": url, "HANDOVER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
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


def test_rights_that_a_restored_database_has_lost_are_given_back(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    url = _url(server, "able")
    assert _imports(url, tmp_path).returncode == 0
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM handover_app")
        owner.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM handover_app")
        assert _imports(url, tmp_path).returncode == 0
        row = owner.execute(
            "SELECT has_table_privilege('handover_app', 'clients_client', 'INSERT'),"
            " has_sequence_privilege('handover_app', 'clients_client_id_seq', 'USAGE')"
        ).fetchone()
    assert row == (True, True)


def test_options_of_ones_own_stand_beside_ours(server: EmbeddedPostgres, tmp_path: Path) -> None:
    url = _url(server, "able") + "?options=-c%20statement_timeout%3D1min&connect_timeout=5"
    found = _imports(url, tmp_path)
    assert (found.returncode, found.stderr) == (0, "")


@contextmanager
def _pooler(port: int) -> Iterator[int]:
    """What stands between and drops the options of a connection, as some poolers do."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_let_in, args=(door, port), daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def _let_in(door: socket.socket, port: int) -> None:
    with suppress(OSError):  # the door closes
        while True:
            client, _ = door.accept()
            server = socket.create_connection(("127.0.0.1", port))
            server.sendall(_without_options(client))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _without_options(client: socket.socket) -> bytes:
    """The first message of a connection, less `options`."""
    (length,) = struct.unpack("!I", client.recv(4, socket.MSG_WAITALL))
    body = client.recv(length - 4, socket.MSG_WAITALL)
    words = body[4:].rstrip(b"\0").split(b"\0")
    pairs = [(name, words[n + 1]) for n, name in enumerate(words) if n % 2 == 0]
    kept = b"".join(n + b"\0" + v + b"\0" for n, v in pairs if n != b"options") + b"\0"
    return struct.pack("!I", len(kept) + 8) + body[:4] + kept


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
    for each in (here, there):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
            each.close()


def test_a_pooler_that_drops_the_role_is_found_out(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    parts = urlsplit(_url(server, "able"))
    with _pooler(parts.port or 0) as port:
        refused = _imports(
            f"postgresql://able:x@127.0.0.1:{port}/able?sslmode=disable&gssencmode=disable",
            tmp_path,
        )
    assert refused.returncode == 1
    assert "a pooler" in refused.stderr
    assert "handover_app" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql://me:hush/hush@127.0.0.1:1/db", "special characters"),
        ("postgresql://me:hush@127.0.0.1:1/db?colour=hush", "option"),
        ("postgresql://me:%zzhush@127.0.0.1:1/db", "cannot be reached"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_its_password(
    tmp_path: Path, url: str, word: str
) -> None:
    refused = _imports(url, tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert word in refused.stderr
    assert "hush" not in refused.stderr
    assert "Traceback" not in refused.stderr
