"""After a kill -9 of whomever, the next one to come puts things right."""

import os
import signal
import time
from pathlib import Path

import psycopg

from handover.core.postgres import EmbeddedPostgres
from handover.core.postgres.pid_file import pid_file_path
from handover.core.postgres.tests.members import Member

BUSY_FOR_A_SECOND = """
DO $$ DECLARE began timestamptz := clock_timestamp();
BEGIN WHILE clock_timestamp() < began + interval '1 second' LOOP END LOOP; END $$
"""


def pid_of(server: EmbeddedPostgres) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def keep_rows(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 50000) AS n")


def count_rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_a_killed_server_comes_back_with_its_rows_on_its_port(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        keep_rows(server.owner_url)
        port = server.facts.port
        os.kill(pid_of(server), signal.SIGKILL)

        assert server.ensure_running()
        assert not server.ensure_running()
        assert server.facts.port == port
        assert count_rows(server.app_url) == 50_000
    assert not EmbeddedPostgres(home).status().running


def test_the_next_start_waits_for_what_a_killed_server_left(home: Path) -> None:
    with EmbeddedPostgres(home) as server, psycopg.connect(server.app_url) as busy:
        keep_rows(server.owner_url)
        busy.pgconn.send_query(BUSY_FOR_A_SECOND.encode())
        time.sleep(0.1)
        started = time.monotonic()
        os.kill(pid_of(server), signal.SIGKILL)

        assert server.ensure_running()
        assert time.monotonic() - started > 0.8
        assert count_rows(server.app_url) == 50_000
        busy.pgconn.finish()


def test_a_server_that_waits_for_its_clients_to_go_is_stopped_and_started_anew(
    home: Path,
) -> None:
    with EmbeddedPostgres(home) as server, psycopg.connect(server.app_url):
        before = pid_of(server)
        os.kill(before, signal.SIGTERM)
        while server.status().running:
            time.sleep(0.005)

        assert server.ensure_running()
        assert pid_of(server) != before


def test_a_server_whose_starter_was_killed_is_joined_and_stopped_by_the_next(
    home: Path, members: list[Member]
) -> None:
    members.append(Member(home))
    port = members[0].told()["port"]
    members[0].kill()
    assert EmbeddedPostgres(home).status().running

    with EmbeddedPostgres(home, durable=False) as server:
        assert server.facts.port == port
    assert not EmbeddedPostgres(home).status().running


def test_rows_survive_when_everything_is_killed(home: Path, members: list[Member]) -> None:
    members.append(Member(home, "durable"))
    keep_rows(str(members[0].told()["url"]))
    server_pid = pid_of(EmbeddedPostgres(home))
    members[0].kill()
    os.kill(server_pid, signal.SIGKILL)

    with EmbeddedPostgres(home) as server:
        assert count_rows(server.owner_url) == 50_000


def test_a_number_left_by_a_dead_server_may_belong_to_a_stranger_now(home: Path) -> None:
    with EmbeddedPostgres(home, durable=False) as server:
        data = server.status().cluster
        assert data is not None
        text = pid_file_path(data).read_text()
        os.kill(pid_of(server), signal.SIGKILL)
        server.ensure_running()
    _, rest = text.split("\n", 1)
    pid_file_path(data).write_text(f"{os.getpid()}\n{rest}")

    assert not EmbeddedPostgres(home).status().running
    with EmbeddedPostgres(home, durable=False) as server:
        assert pid_of(server) != os.getpid()


def test_a_kill_while_the_database_is_made_leaves_nothing_half_made(
    empty_home: Path, members: list[Member]
) -> None:
    members.append(Member(empty_home))
    folder = empty_home / "postgres"
    until = time.monotonic() + 10
    while not list(folder.glob(".new-*/data/PG_VERSION")) and time.monotonic() < until:
        time.sleep(0.002)
    members[0].kill()
    assert list(folder.glob(".new-*"))
    assert not (folder / "data").exists()

    with EmbeddedPostgres(empty_home, durable=False) as server:
        keep_rows(server.owner_url)
        assert count_rows(server.app_url) == 50_000
    assert list(folder.glob(".new-*")) == []
