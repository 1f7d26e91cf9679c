"""One allowance for each key, whichever processes use it."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from handover.importing.allowance import Line, SharedGate, forget_allowances, noting_waits
from handover.importing.cliniko.problems import Interrupted, RateLimited
from handover.importing.models import Allowance, ImportRun, Place

WINDOW, MARGIN = 0.4, 0.02

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


def gate(line: Line, limit: int = 5, name: str = "key", window: float = WINDOW) -> SharedGate:
    return SharedGate(name, limit, window, margin=MARGIN, line=line, jitter=lambda _low, _high: 0.0)


def take(gate: SharedGate, times: int = 1) -> float:
    """Seconds that it took to get so many places, one after the other."""
    begun = time.monotonic()
    for _ in range(times):
        with gate.place():
            pass
    return time.monotonic() - begun


def test_all_who_use_a_key_share_its_allowance(line: Line, another: Line) -> None:
    arrivals: list[float] = []

    def ask(gate: SharedGate) -> None:
        for _ in range(5):
            with gate.place():
                arrivals.append(time.monotonic())

    threads = [threading.Thread(target=ask, args=[gate(each)]) for each in (line, another) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    arrivals.sort()
    assert len(arrivals) == 20
    gaps = [later - first for first, later in zip(arrivals, arrivals[5:], strict=False)]
    assert min(gaps) > WINDOW
    assert arrivals[-1] - arrivals[0] < 3 * (WINDOW + MARGIN) + 1.0, "and all of it is used"


def test_another_key_does_not_wait(line: Line) -> None:
    take(gate(line), 5)
    assert take(gate(line, name="another"), 5) < WINDOW


def test_what_the_server_told_one_is_known_to_all(line: Line, another: Line) -> None:
    with gate(line).place():
        gate(line).hear(429, {"Retry-After": "0.3"})
    assert gate(another).held_for == pytest.approx(0.3, abs=0.1)
    assert take(gate(another)) > 0.2
    assert take(gate(another, name="another")) < 0.2


def test_after_an_early_429_all_leave_others_their_part(line: Line, another: Line) -> None:
    some = gate(line, limit=12)
    take(some, 6)
    with some.place():
        some.hear(429, {"Retry-After": "0.5"})
    assert Allowance.objects.get().lowered == 6
    time.sleep(0.55)
    assert take(gate(another, limit=12), 6) < WINDOW
    assert take(gate(another, limit=12)) > 0.05


def test_what_a_process_had_taken_that_died_comes_back(line: Line, another: Line) -> None:
    class Died(Line):
        """Nothing is heard of it again."""

    with Died() as dying:
        place = gate(dying, limit=1).place()
        place.__enter__()
    with pytest.raises(RateLimited), gate(another, limit=1).place(longest=WINDOW / 2):
        pass
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE importing_place SET free_at = free_at - interval '6 minutes'")
    assert take(gate(another, limit=1)) < WINDOW


def test_a_limit_that_was_raised_or_lowered_holds_from_now_on(line: Line) -> None:
    take(gate(line, limit=2), 2)
    assert take(gate(line, limit=4), 2) < WINDOW
    assert Place.objects.count() == 4
    time.sleep(WINDOW + MARGIN)
    assert take(gate(line, limit=1), 2) > WINDOW


def test_waiting_ends_when_it_is_told_to_and_when_the_work_is_put_away(line: Line) -> None:
    stop = threading.Event()
    one = gate(line, limit=1, window=60)
    take(one)
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
    take(gate(line, name="old"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE importing_place SET free_at = now() - interval '3 days'"
                       " WHERE free_at > '-infinity'")  # fmt: skip
    take(gate(line, name="new"))
    assert forget_allowances() > 0
    assert [each.name for each in Allowance.objects.all()] == ["new"]
    assert forget_allowances() == 0
    assert take(gate(line, name="old")) < WINDOW, "and made again when they are needed"
