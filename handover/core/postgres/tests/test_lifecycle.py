"""Joining, sharing and leaving one server."""

import os
import socket
import stat
from pathlib import Path

import psycopg
import pytest

from handover.core.postgres import AlreadyRunning, EmbeddedPostgres, Status, throwaway_postgres
from handover.core.postgres.tests.members import Member


def test_a_first_start_makes_a_database_for_both_logins(empty_home: Path) -> None:
    said: list[str] = []

    with EmbeddedPostgres(empty_home, durable=False, say=said.append) as server:
        for url, user in (
            (server.owner_url, "handover_owner"),
            (server.app_url, "handover_app"),
        ):
            with psycopg.connect(url) as connection:
                row = connection.execute("SELECT current_user, current_database()").fetchone()
            assert row == (user, "handover")
        assert server.notice is None

    assert said == [f"Making a new database in {empty_home}/postgres/data"]


def test_what_holds_passwords_is_closed_to_others(home: Path) -> None:
    record = (home / "postgres" / "cluster.json").stat()
    data = (home / "postgres" / "data").stat()

    assert stat.S_IMODE(record.st_mode) == 0o600
    assert stat.S_IMODE(data.st_mode) == 0o700


def test_rows_and_port_outlast_a_stop(home: Path) -> None:
    with EmbeddedPostgres(home, durable=False) as server:
        port = server.facts.port
        with psycopg.connect(server.owner_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")

    with EmbeddedPostgres(home, durable=False) as server:
        assert server.facts.port == port
        with psycopg.connect(server.app_url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_another_port_is_taken_where_the_last_one_is_in_use(home: Path) -> None:
    with EmbeddedPostgres(home, durable=False) as server:
        port = server.facts.port

    with (
        socket.create_server(("127.0.0.1", port)),
        EmbeddedPostgres(home, durable=False) as server,
    ):
        assert server.facts.port != port


def test_two_processes_share_one_server_and_the_last_one_out_stops_it(
    home: Path, members: list[Member]
) -> None:
    members += [Member(home), Member(home)]
    first, second = (member.told()["port"] for member in members)
    status = EmbeddedPostgres(home).status()

    assert first == second == status.port
    members[0].leave()
    assert EmbeddedPostgres(home).status() == status
    members[1].leave()
    assert not EmbeddedPostgres(home).status().running


def test_many_processes_may_come_and_go_at_once(home: Path, members: list[Member]) -> None:
    members += [Member(home) for _ in range(4)]
    ports = {member.told()["port"] for member in members}
    for member in members:
        assert member.process.stdin is not None
        member.process.stdin.write("leave\n")
        member.process.stdin.flush()
    for member in members:
        assert member.process.wait(timeout=30) == 0

    assert len(ports) == 1
    assert not EmbeddedPostgres(home).status().running


def test_a_forked_copy_that_leaves_does_not_take_the_server_along(home: Path) -> None:
    with EmbeddedPostgres(home, durable=False) as server:
        child = os.fork()
        if child == 0:
            server.__exit__()
            os._exit(0)
        os.waitpid(child, 0)

        assert server.status().running
        with EmbeddedPostgres(home, durable=False):
            pass
        assert server.status().running
    assert not EmbeddedPostgres(home).status().running


def test_a_second_service_on_the_same_folder_is_refused(home: Path, members: list[Member]) -> None:
    members.append(Member(home, "exclusive"))
    members[0].told()

    with pytest.raises(AlreadyRunning) as refused:
        EmbeddedPostgres(home, exclusive=True).__enter__()

    assert str(home) in str(refused.value)
    assert refused.value.pid == members[0].process.pid
    with EmbeddedPostgres(home) as beside:
        assert beside.status().running


def test_a_service_may_follow_one_that_was_killed(home: Path, members: list[Member]) -> None:
    members.append(Member(home, "exclusive"))
    members[0].told()
    members[0].kill()

    with EmbeddedPostgres(home, exclusive=True) as server:
        assert server.status().running


def test_status_makes_nothing(empty_home: Path) -> None:
    status = EmbeddedPostgres(empty_home / "new").status()

    assert status == Status(
        running=False, pid=None, port=None, cluster=None, version=None, size_bytes=0
    )
    assert list(empty_home.iterdir()) == []


def test_status_tells_of_a_running_server(shared_server: EmbeddedPostgres) -> None:
    status = shared_server.status()

    assert (status.running, status.port) == (True, shared_server.facts.port)
    assert status.pid is not None
    assert status.version == "18"
    assert status.size_bytes > 10_000_000


def test_facts_are_only_told_inside(home: Path) -> None:
    with pytest.raises(RuntimeError, match="with"):
        _ = EmbeddedPostgres(home).facts


def test_one_object_is_entered_once(shared_server: EmbeddedPostgres) -> None:
    with pytest.raises(RuntimeError, match="entered already"):
        shared_server.__enter__()


def test_a_throwaway_server_leaves_nothing_behind() -> None:
    with throwaway_postgres() as server:
        cluster = server.status().cluster
        assert cluster is not None
        assert cluster.exists()

    assert not cluster.parents[1].exists()
