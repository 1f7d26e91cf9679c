import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest

from handover.importing.cliniko.listing import Listing
from handover.importing.cliniko.problems import KeyRefused
from handover.importing.cliniko.reader import Fetched, Reader
from handover.importing.cliniko.tests.serving import (
    patients,
    quick_gate,
    results_of,
    says,
    talking,
    waits,
)
from handover.importing.engine.errors import NotPermitted

LISTING = Listing("/patients")


def number_asked(handler: BaseHTTPRequestHandler) -> int:
    return int(handler.path.partition("page=")[2].partition("&")[0])


def slower_for_earlier_pages(handler: BaseHTTPRequestHandler) -> None:
    number = number_asked(handler)
    waits(0.04 if number % 4 == 1 else 0.0, patients(number, total=1200))(handler)


def test_results_come_in_the_order_of_asking_whatever_comes_first() -> None:
    with talking(slower_for_earlier_pages) as (_, client), Reader(client, workers=4) as reader:
        for number in range(1, 13):
            reader.submit(str(number * 10), LISTING, number)
        fetched = list(results_of(reader))
    assert [each.number for each in fetched] == list(range(1, 13))
    assert [each.tag for each in fetched] == [str(10 * number) for number in range(1, 13)]
    for each in fetched:
        assert each.page is not None
        assert each.page.records == (b'{"id": "%d"}' % each.number,)
        assert 0 <= each.seconds < 1


def test_what_has_arrived_meanwhile_is_taken_together_in_the_order_of_asking() -> None:
    last = threading.Event()

    def answers(handler: BaseHTTPRequestHandler) -> None:
        patients(number := number_asked(handler))(handler)
        if number == 4:
            last.set()

    with talking(answers) as (_, client), Reader(client, workers=1) as reader:
        for number in range(1, 5):
            reader.submit("a", LISTING, number)
        taken = [len(reader.ready())]
        assert 1 <= taken[0] <= 4
        while ready := reader.ready():
            taken.append(len(ready))
        assert last.is_set()
        assert sum(taken) == 4


def test_what_came_before_a_fault_is_taken_first() -> None:
    begun = threading.Event()

    def breaks_at_the_third(handler: BaseHTTPRequestHandler) -> None:
        number = number_asked(handler)
        if number == 1:
            assert begun.wait(5)
        says("", 403)(handler) if number == 3 else patients(number)(handler)

    with talking(breaks_at_the_third) as (_, client), Reader(client, workers=3) as reader:
        for number in (1, 2, 3):
            reader.submit("a", LISTING, number)
        begun.set()
        taken: list[Fetched] = []
        while ready := reader.ready():
            taken += ready
    assert [each.number for each in taken] == [1, 2, 3]
    assert isinstance(taken[2].problem, NotPermitted)


def test_more_may_be_asked_for_while_results_are_taken() -> None:
    with talking(slower_for_earlier_pages) as (_, client), Reader(client) as reader:
        reader.submit("a", LISTING, 1)
        taken = []
        for each in results_of(reader):
            taken.append(each.number)
            if each.number < 5:
                reader.submit("a", LISTING, each.number + 1)
    assert taken == [1, 2, 3, 4, 5]


def test_four_are_fetched_at_once() -> None:
    meeting = threading.Barrier(4, timeout=5)

    def meets(handler: BaseHTTPRequestHandler) -> None:
        meeting.wait()
        patients(1)(handler)

    with talking(meets) as (_, client), Reader(client, workers=4) as reader:
        for number in range(1, 5):
            reader.submit("a", LISTING, number)
        assert all(each.page for each in results_of(reader))


def test_no_more_than_twice_the_workers_are_ahead_of_the_one_who_takes() -> None:
    with talking(patients(1)) as (server, client), Reader(client, workers=2) as reader:
        for number in range(1, 21):
            reader.submit("a", LISTING, number)
        taken = 0
        for _ in results_of(reader):
            taken += 1
            time.sleep(0.01)
            assert len(server.asked) <= taken + 4
    assert taken == len(server.asked) == 20


def test_a_forbidden_list_is_a_result_and_the_rest_goes_on() -> None:
    def by_path(handler: BaseHTTPRequestHandler) -> None:
        answer = says("", 403) if handler.path.startswith("/v1/invoices") else patients(1)
        answer(handler)

    with talking(by_path) as (_, client), Reader(client) as reader:
        for path in ("/patients", "/invoices", "/patients"):
            reader.submit(path, Listing(path), 1)
        fetched: list[Fetched] = list(results_of(reader))
    assert [each.problem is None for each in fetched] == [True, False, True]
    assert isinstance(fetched[1].problem, NotPermitted)
    assert fetched[1].page is None


def test_a_revoked_key_is_a_result_too() -> None:
    with talking(says("", 401)) as (_, client), Reader(client) as reader:
        reader.submit("a", LISTING, 1)
        (fetched,) = results_of(reader)
    assert isinstance(fetched.problem, KeyRefused)


def test_a_single_object_is_read_like_a_list() -> None:
    with talking(says('{"a":1}')) as (_, client), Reader(client) as reader:
        reader.submit("a", Listing("/settings", single=True), 1)
        (fetched,) = results_of(reader)
    assert fetched.page is not None
    assert fetched.page.records == (b'{"a":1}',)


def test_closing_ends_every_wait_and_every_thread() -> None:
    gate, before = quick_gate(limit=1), set(threading.enumerate())
    with talking(patients(1), gate=gate) as (server, client):
        reader = Reader(client)
        for number in range(1, 9):
            reader.submit("a", LISTING, number)
        assert next(results_of(reader)).page is not None
        begun = time.monotonic()
        reader.close()
        reader.close()
        assert time.monotonic() - begun < 30, "the gate would have it wait for a minute"
        assert list(results_of(reader)) == []
        assert len(server.asked) == 1
    left = set(threading.enumerate()) - before
    assert not [each for each in left if each.name.startswith("cliniko")]


def test_a_mistake_of_ours_is_raised_where_results_are_taken() -> None:
    class Broken:
        def page(self, *_: object, **__: object) -> None:
            raise ZeroDivisionError

    with Reader(Broken()) as reader:  # type: ignore[arg-type]  # broken on purpose
        reader.submit("a", LISTING, 1)
        with pytest.raises(ZeroDivisionError):
            list(results_of(reader))


def test_whoever_takes_may_look_up_now_and_then() -> None:
    with talking(waits(0.2, patients(1))) as (_, client), Reader(client) as reader:
        reader.submit("a", LISTING, 1)
        assert reader.next(timeout=0.02) is None
        assert reader.outstanding == 1
        assert reader.next(timeout=5) is not None
        assert reader.next() is None


def test_closing_does_not_wait_for_a_server_that_does_not_answer() -> None:
    with talking(waits(3, patients(1))) as (_, client):
        reader = Reader(client)
        reader.submit("a", LISTING, 1)
        threading.Timer(0.05, reader.close).start()
        begun = time.monotonic()
        assert reader.next() is None
        reader.close()
        assert time.monotonic() - begun < 2.9, "the server takes three seconds"
