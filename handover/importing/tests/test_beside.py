"""Work in a thread beside other work: it is never lost, and its failures are heard."""

from threading import Event

import pytest

from handover.importing.engine.beside import Beside
from handover.importing.engine.errors import StopImport

LONGEST = 10.0  # seconds; nothing here takes any


class Broken(Exception):
    """Something that went wrong."""


def fail() -> None:
    raise Broken


def test_everything_is_done_in_its_order_before_the_block_is_left() -> None:
    done: list[int] = []
    with Beside() as beside:
        for number in range(20):
            beside.do(lambda number=number: done.append(number))  # type: ignore[misc]  # its default
    assert done == list(range(20))


def test_what_fails_beside_is_raised_when_the_block_is_left() -> None:
    with pytest.raises(Broken), Beside() as beside:
        beside.do(fail)


def test_nothing_more_is_begun_after_a_failure() -> None:
    done: list[str] = []

    def work() -> None:
        go_on = Event()
        with Beside() as beside:
            beside.do(lambda: fail() if go_on.wait(LONGEST) else None)
            beside.do(lambda: done.append("too late"))
            go_on.set()

    with pytest.raises(Broken):
        work()
    assert done == []


def test_an_import_that_stops_for_a_person_finishes_what_it_can_do_without() -> None:
    done: list[str] = []

    def work() -> None:
        go_on = Event()
        with Beside() as beside:
            beside.do(lambda: done.append("under way") if go_on.wait(LONGEST) else None)
            beside.do(lambda: done.append("ready"))
            go_on.set()
            raise StopImport("The key is no longer accepted.")

    with pytest.raises(StopImport):
        work()
    assert done == ["under way", "ready"]


def test_an_interruption_ends_work_where_it_can_end_and_begins_no_more() -> None:
    begun, done = Event(), list[str]()

    def long_work(beside: Beside) -> None:
        begun.set()
        while True:
            beside.check()

    def work() -> None:
        with Beside() as beside:
            beside.do(lambda: long_work(beside))
            beside.do(lambda: done.append("the next"))
            assert begun.wait(LONGEST)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == []
