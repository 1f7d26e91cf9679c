import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.importing.cliniko.gate import LocalGate, shared_gate
from handover.importing.cliniko.problems import Interrupted, RateLimited

WINDOW = 60.0
MARGIN = 0.1


@dataclass
class FakeTime:
    """A clock that only moves when somebody waits; places are given back when their time is up."""

    now: float = 1000.0
    open: list[tuple[float, ExitStack]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float, stop: threading.Event | None) -> bool:
        self.waits.append(seconds)
        self.pass_by(seconds + 1e-6)
        return stop is not None and stop.is_set()

    def pass_by(self, seconds: float) -> None:
        until = self.now + seconds
        while self.open and self.open[0][0] <= until:
            ends, place = self.open.pop(0)
            self.now = max(self.now, ends)
            place.close()
        self.now = until

    def begin(self, gate: LocalGate, lasting: float) -> float:
        """Begins a request that takes so long; returns when it set out."""
        place = ExitStack()
        place.enter_context(gate.place())
        self.open = sorted([*self.open, (self.now + lasting, place)], key=lambda pair: pair[0])
        return self.now


@contextmanager
def simulated(limit: int) -> Iterator[tuple[LocalGate, FakeTime]]:
    fake = FakeTime()
    yield (
        LocalGate(
            limit,
            WINDOW,
            margin=MARGIN,
            clock=fake.clock,
            sleep=fake.sleep,
            jitter=lambda _low, _high: 0.0,
        ),
        fake,
    )
    for _, place in fake.open:
        place.close()


def take(gate: LocalGate, count: int) -> None:
    for _ in range(count):
        with gate.place():
            pass


def busiest_window(arrivals: list[float]) -> int:
    return max(sum(1 for t in arrivals if start <= t <= start + WINDOW) for start in arrivals)


requests = st.tuples(
    st.floats(0, 40),  # idle before it
    st.floats(0, 90),  # how long until its answer is there
    st.floats(0, 1),  # when on this way the server counts it
)


@given(st.integers(1, 6), st.lists(requests, min_size=1, max_size=40))
def test_no_window_ever_has_more_than_the_limit_whatever_the_pattern(
    limit: int, pattern: list[tuple[float, float, float]]
) -> None:
    with simulated(limit) as (gate, fake):
        arrivals = []
        for idle, lasting, counted in pattern:
            fake.pass_by(idle)
            begun = fake.begin(gate, lasting)
            arrivals.append(begun + lasting * counted)
        assert busiest_window(arrivals) <= limit


@given(st.integers(1, 20), st.integers(1, 5))
def test_the_whole_allowance_is_used_and_at_once(limit: int, windows: int) -> None:
    with simulated(limit) as (gate, fake):
        begun = fake.now
        take(gate, limit * windows)
        assert fake.now - begun <= (windows - 1) * (WINDOW + MARGIN + 0.001)


def test_a_limit_of_nothing_is_no_limit() -> None:
    with simulated(0) as (gate, fake):
        take(gate, 1000)
        assert fake.waits == []


def test_after_a_429_nothing_passes_until_the_reset() -> None:
    with simulated(200) as (gate, fake):
        begun = fake.now
        with gate.place():
            gate.hear(429, {"X-RateLimit-Reset": str(int(time.time() + 20))})
        take(gate, 1)
        assert 18 <= fake.now - begun <= 21


def test_a_429_without_a_word_costs_a_minute() -> None:
    with simulated(200) as (gate, fake):
        begun = fake.now
        with gate.place():
            gate.hear(429, {})
        take(gate, 1)
        assert 60 <= fake.now - begun <= 61


def test_the_server_is_believed_when_our_own_limit_is_lifted() -> None:
    with simulated(0) as (gate, fake):
        with gate.place():
            gate.hear(429, {"Retry-After": "5"})
        take(gate, 1)
        assert sum(fake.waits) == pytest.approx(5, abs=0.01)


def test_nothing_remaining_holds_requests_back_until_the_reset() -> None:
    with simulated(200) as (gate, fake):
        reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time() + 30))}
        with gate.place():
            gate.hear(200, reset)
        take(gate, 1)
        assert 28 <= sum(fake.waits) <= 31


def test_nothing_remaining_without_a_reset_holds_nothing_back() -> None:
    with simulated(200) as (gate, fake):
        with gate.place():
            gate.hear(200, {"X-RateLimit-Remaining": "0"})
        take(gate, 1)
        assert fake.waits == []


def test_a_429_before_our_limit_leaves_others_their_part_for_one_window() -> None:
    with simulated(200) as (gate, fake):
        take(gate, 80)
        with gate.place():
            gate.hear(429, {"Retry-After": "61"})
        take(gate, 80)  # what got through before is what is taken again
        assert len(fake.waits) == 1
        take(gate, 1)
        assert len(fake.waits) > 1
        fake.pass_by(2 * WINDOW)
        fake.waits.clear()
        take(gate, 200)
        assert fake.waits == []


def test_a_wait_that_is_too_long_is_told_instead_of_endured() -> None:
    with simulated(200) as (gate, fake):
        with gate.place():
            gate.hear(429, {"Retry-After": "3000"})
        with pytest.raises(RateLimited) as caught:
            take(gate, 1)
        assert caught.value.seconds == pytest.approx(3000, abs=1)
        assert fake.waits == []


def test_waiting_is_told_with_its_end() -> None:
    told: list[datetime] = []
    gate = LocalGate(1, 60.0, sleep=lambda _seconds, _stop: True)
    take(gate, 1)
    with pytest.raises(Interrupted), gate.place(on_wait=told.append):
        pass
    expected = datetime.now(UTC) + timedelta(seconds=60)
    (moment,) = told
    assert abs(moment - expected) < timedelta(seconds=20)


def test_waiting_ends_at_once_when_it_is_told_to() -> None:
    gate, stop = LocalGate(1), threading.Event()
    take(gate, 1)
    threading.Timer(0.05, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Interrupted), gate.place(stop):
        pass
    assert time.monotonic() - begun < 30, "the wait would be a minute"


def test_many_threads_share_one_allowance() -> None:
    gate = LocalGate(5, 0.2, margin=0.02)
    arrivals: list[float] = []

    def ask() -> None:
        for _ in range(5):
            with gate.place():
                arrivals.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    arrivals.sort()
    assert len(arrivals) == 20
    assert all(later - first > 0.2 for first, later in zip(arrivals, arrivals[5:], strict=False))


def test_all_clients_of_a_key_at_an_address_share_a_gate() -> None:
    first = shared_gate("0123", "https://one.example")
    assert shared_gate("0123", "https://one.example", 50) is first
    assert first.limit == 50
    assert shared_gate("0123", "https://two.example") is not first
    assert shared_gate("4567", "https://one.example") is not first
