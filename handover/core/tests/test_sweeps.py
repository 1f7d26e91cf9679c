"""Sweeps: called when they are due, by one process at a time, whatever becomes of another one."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError

from handover.core.postgres import EmbeddedPostgres
from handover.core.sweeps import Rounds, Sweep, known, sweep

pytestmark = pytest.mark.usefixtures("clean_tables")


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def counting(name: str, calls: list[str], every: float = 5) -> Sweep:
    def work() -> int:
        calls.append(name)
        return 1

    return Sweep(name, every, work)


def test_a_sweep_is_called_at_once_and_then_every_so_often(clock: Clock) -> None:
    calls: list[str] = []
    rounds = Rounds([counting("a", calls, every=5), counting("b", calls, every=60)], clock)
    assert rounds.go() == 2
    clock.now += 4.9
    assert rounds.go() == 0
    clock.now += 0.1
    assert rounds.go() == 1
    assert calls == ["a", "b", "a"]


def test_turns_that_were_missed_are_one_turn(clock: Clock) -> None:
    calls: list[str] = []
    rounds = Rounds([counting("a", calls)], clock)
    rounds.go()
    clock.now += 3600
    assert (rounds.go(), rounds.go()) == (1, 0)


def test_a_sweep_that_fails_keeps_no_other_from_its_turn_and_has_its_next_one(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[str] = []

    def fails() -> int:
        calls.append("fails")
        raise DatabaseError("a row of Jane Citizen")

    rounds = Rounds([Sweep("fails", 5, fails), counting("a", calls)], clock)
    rounds.go()
    clock.now += 5
    rounds.go()
    assert calls == ["fails", "a", "fails", "a"]
    assert "DatabaseError" in caplog.text
    assert "Jane" not in caplog.text


@pytest.fixture
def another_process(postgres: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.app_url, autocommit=True) as connection:
        yield connection


def test_a_sweep_that_another_process_is_at_is_left_to_it(
    clock: Clock, another_process: psycopg.Connection
) -> None:
    calls: list[str] = []

    def both() -> int:
        """The other process comes while this one is at it."""
        other = another_process.execute(
            "SELECT pg_try_advisory_lock(classid::int, objid::bigint::bit(32)::int) FROM pg_locks"
            " WHERE locktype = 'advisory' AND classid = 4817332"
        ).fetchone()
        calls.append("taken" if other == (False,) else "not held")
        return 1

    rounds = Rounds([Sweep("both", 5, both)], clock)
    assert rounds.go() == 1
    assert calls == ["taken"]
    held = another_process.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 4817332"
    ).fetchone()
    assert held == (0,)


def test_a_function_that_is_marked_is_found_and_stays_a_function() -> None:
    @sweep(every=30)
    def due() -> int:
        return 7

    found = {each.name: each for each in known()}
    mine = next(each for name, each in found.items() if name.endswith(".due"))
    assert (mine.every, mine.work(), due()) == (30, 7, 7)
