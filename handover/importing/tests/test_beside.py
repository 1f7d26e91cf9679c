"""Work in a thread beside other work: it is never lost, and its failures are heard."""

from functools import partial
from threading import Barrier, Event, get_ident

import pytest
from django.db import transaction

from handover.importing.engine.beside import Beside, Lanes
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


class Heard:
    """What was done, in which thread, and whether it was heard of afterwards."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.then: list[int] = []

    def work(self) -> None:
        self.threads.append(get_ident())

    def after(self, number: int) -> None:
        self.then.append(number)


@pytest.mark.usefixtures("clean_tables")
def test_a_single_piece_is_done_at_once_and_here() -> None:
    heard = Heard()
    with Lanes(most=2) as lanes:
        lanes.do(heard.work, lambda: heard.after(1), only=True)
        assert heard.threads == [get_ident()]
        assert heard.then == [1]


@pytest.mark.usefixtures("clean_tables")
def test_pieces_are_done_two_at_a_time_and_each_is_heard_of() -> None:
    heard, meeting = Heard(), Barrier(2, timeout=LONGEST)

    def meets() -> None:
        meeting.wait()
        heard.work()

    with Lanes(most=2) as lanes:
        for number in (1, 2, 3, 4):
            lanes.do(meets, partial(heard.after, number))
    assert len(set(heard.threads)) == 2
    assert get_ident() not in heard.threads
    assert sorted(heard.then) == [1, 2, 3, 4]


@pytest.mark.usefixtures("clean_tables")
def test_quick_pieces_do_not_wait_for_a_slow_one() -> None:
    heard, go_on = Heard(), Event()
    with Lanes(most=2) as lanes:
        lanes.do(lambda: heard.work() if go_on.wait(LONGEST) else None, lambda: heard.after(0))
        for number in (1, 2, 3):
            lanes.do(heard.work, partial(heard.after, number))
        assert heard.then == [1, 2]
        go_on.set()
    assert sorted(heard.then) == [0, 1, 2, 3]


@pytest.mark.usefixtures("clean_tables")
def test_a_piece_that_fails_is_heard_when_the_others_have_ended() -> None:
    heard, go_on = Heard(), Event()

    def work() -> None:
        with Lanes(most=2) as lanes:
            lanes.do(lambda: heard.work() if go_on.wait(LONGEST) else None, lambda: None)
            lanes.do(fail, lambda: heard.after(1))
            go_on.set()

    with pytest.raises(Broken):
        work()
    assert len(heard.threads) == 1
    assert heard.then == []


@pytest.mark.usefixtures("clean_tables")
def test_inside_a_transaction_all_pieces_are_done_here_as_others_would_not_see_it() -> None:
    heard = Heard()
    with transaction.atomic(), Lanes(most=2) as lanes:
        for number in (1, 2, 3):
            lanes.do(heard.work, partial(heard.after, number))
    assert heard.threads == [get_ident()] * 3
    assert heard.then == [1, 2, 3]
