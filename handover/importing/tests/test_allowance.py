"""One allowance for each key, whichever processes use it."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from handover.importing.allowance import Line, SharedGate, forget_allowances, noting_waits
from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.problems import Interrupted
from handover.importing.models import Allowance, ImportRun, Place
from handover.sandbox import Sandbox, build_practice

WINDOW = 60.0  # far longer than a test: whoever has to wait is told so and does not

pytestmark = pytest.mark.usefixtures("clean_tables")


@pytest.fixture
def line() -> Iterator[Line]:
    with Line() as mine:
        yield mine


@pytest.fixture
def another() -> Iterator[Line]:
    """What another process has: a connection of its own."""
    with Line() as its:
        yield its


def refuse_to_wait(seconds: float, _stop: threading.Event | None) -> bool:
    """Ends long waits at once; others are just taking what is free: that is waited for."""
    time.sleep(min(seconds, 0.02))
    return seconds > 1


def gate(line: Line, limit: int = 5, name: str = "key") -> SharedGate:
    return SharedGate(
        name, limit, WINDOW, line=line, sleep=refuse_to_wait, jitter=lambda _low, _high: 0.0
    )


def take(gate: SharedGate, most: int = 1_000) -> int:
    """How many places can be had without waiting."""
    for taken in range(most):
        try:
            with gate.place():
                pass
        except Interrupted:
            return taken
    return most


def pass_by(seconds: float) -> None:
    """So much time goes by."""
    with connections["owner"].cursor() as cursor:
        by = f"interval '{seconds} seconds'"
        cursor.execute(f"UPDATE importing_place SET free_at = free_at - {by}")
        cursor.execute(
            f"UPDATE importing_allowance SET held_until = held_until - {by},"
            f" lowered_until = lowered_until - {by}"
        )


def test_all_who_use_a_key_share_its_allowance(line: Line, another: Line) -> None:
    for _ in range(2):
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda each: take(gate(each, limit=20)), (line, another) * 2))
        assert sum(taken) == 20, taken
        pass_by(30)
        assert take(gate(line, limit=20)) == 0
        pass_by(31)


def test_the_server_never_has_to_refuse_two_that_share_a_key(line: Line, another: Line) -> None:
    practice = build_practice(clients=1, appointments=1)
    with Sandbox(practice, rate_limit=20, rate_period=1.0) as sandbox:
        key = ApiKey.parse(sandbox.key)

        def ask(line: Line) -> None:
            shared = SharedGate("key", 20, 1.0, margin=0.02, line=line)
            with ClinikoClient(
                key, contact="a@practice.example", url_template=sandbox.url, gate=shared
            ) as client:
                for _ in range(15):
                    client.get("/user")

        threads = [threading.Thread(target=ask, args=[each]) for each in (line, another) * 2]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sandbox.stats.total == 60, "each once: nothing was refused and asked for again"
        assert time.monotonic() - begun >= 2.0


def test_another_key_does_not_wait(line: Line) -> None:
    assert take(gate(line)) == 5
    assert take(gate(line, name="another")) == 5


def test_what_the_server_told_one_is_known_to_all(line: Line, another: Line) -> None:
    with gate(line).place():
        gate(line).hear(429, {"Retry-After": "30"})
    assert 20 < gate(another).held_for <= 30
    assert take(gate(another)) == 0
    assert take(gate(another, name="another")) == 5


def test_after_an_early_429_all_leave_others_their_part(line: Line, another: Line) -> None:
    some = gate(line, limit=12)
    assert take(some, 6) == 6
    with some.place():
        some.hear(429, {"Retry-After": "61"})
    pass_by(61)
    assert take(gate(another, limit=12)) == 6
    pass_by(61)
    assert take(gate(another, limit=12)) == 12


def test_what_a_process_had_taken_that_died_comes_back(line: Line, another: Line) -> None:
    with Line() as dying:  # nothing is heard of it again
        place = gate(dying, limit=1).place()
        place.__enter__()
    assert take(gate(another, limit=1)) == 0
    pass_by(70)
    assert take(gate(another, limit=1)) == 0, "a request may last five minutes"
    pass_by(330)
    assert take(gate(another, limit=1)) == 1


def test_a_limit_that_was_raised_or_lowered_holds_from_now_on(line: Line) -> None:
    assert take(gate(line, limit=2)) == 2
    assert take(gate(line, limit=4)) == 2
    assert Place.objects.count() == 4
    pass_by(61)
    assert take(gate(line, limit=1)) == 1


def test_waiting_ends_when_it_is_told_to_and_when_the_work_is_put_away(line: Line) -> None:
    stop = threading.Event()
    one = SharedGate("key", 1, WINDOW, line=line)
    assert take(one, 1) == 1
    threading.Timer(0.05, stop.set).start()
    with pytest.raises(Interrupted), one.place(stop):
        pass
    with Line() as left:
        other = gate(left, name="other")
        place = other.place()
        place.__enter__()
    place.__exit__(None, None, None)  # too late to be given back: it comes back by itself
    with pytest.raises(Interrupted), other.place():
        pass


def test_a_run_says_until_when_it_waits(workspace: Workspace, line: Line) -> None:
    told: list[datetime] = []
    with acting_in(workspace.pk):
        run = ImportRun.objects.create(workspace=workspace, system="cliniko")
    first, later = (datetime.now(UTC) + timedelta(seconds=each) for each in (20, 40))
    with noting_waits(run, told.append, line) as waiting:
        waiting(first)
        waiting(later)
    assert told == [first, later]
    with acting_in(workspace.pk):
        run.refresh_from_db()
    assert run.waits_until == first, "written at most once a second"


def test_allowances_of_keys_that_nobody_uses_are_forgotten(line: Line) -> None:
    take(gate(line, name="old"), 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE importing_place SET free_at = now() - interval '3 days'"
                       " WHERE free_at > '-infinity'")  # fmt: skip
    take(gate(line, name="new"), 1)
    assert forget_allowances() > 0
    assert [each.name for each in Allowance.objects.all()] == ["new"]
    assert forget_allowances() == 0
    assert take(gate(line, name="old")) == 5, "and made again when they are needed"
