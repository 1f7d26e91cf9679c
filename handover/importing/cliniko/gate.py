"""The gate every request passes: the whole allowance of requests, and none beyond it.

Cliniko allows so many requests a minute for each user. All clients of one key in this process
share one gate; where several processes may use a key, they are given one that all of them share
(`handover.importing.allowance`). A place in the window is taken when a request sets out and is
given back one window after its answer came, so the count holds at the server however long the way
there takes.
"""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from handover.importing.cliniko.problems import Interrupted, RateLimited
from handover.importing.cliniko.server_word import seconds_until_allowed, seconds_until_reset

CLINIKO_LIMIT = 200
CLINIKO_WINDOW = 60.0
MARGIN = 0.1  # seconds added to the window: clocks and networks are not exact
LONGEST_WAIT = 900.0
_POLL = 0.05  # all places taken by requests under way: nobody knows when one ends
_WORTH_TELLING = 1.0
_TOO_MANY_REQUESTS = 429

Pause = Callable[[float, threading.Event | None], bool]
OnWait = Callable[[datetime], None]


def pause(seconds: float, stop: threading.Event | None) -> bool:
    """Waits, or returns True at once when `stop` is set meanwhile."""
    if stop is not None:
        return stop.wait(seconds)
    time.sleep(seconds)
    return False


class Gate(ABC):
    """What every request passes. Thread-safe.

    Subclasses say how a place is taken and given back, and how long all are held back.
    """

    def __init__(
        self,
        *,
        sleep: Pause = pause,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._sleep, self._jitter = sleep, jitter

    @property
    @abstractmethod
    def held_for(self) -> float:
        """Seconds for which the server's word still holds every request back."""

    @abstractmethod
    def _take(self) -> float:
        """Take a place and return 0, or the seconds after which to try again."""

    @abstractmethod
    def _give_back(self) -> None:
        """Give back a place that was taken: it is free one window from now."""

    @abstractmethod
    def _hold(self, seconds: float, *, refused: bool) -> None:
        """Hold every request back; `refused`: although we thought that there was room."""

    @contextmanager
    def place(
        self,
        stop: threading.Event | None = None,
        *,
        longest: float = LONGEST_WAIT,
        on_wait: OnWait | None = None,
    ) -> Iterator[None]:
        """A place for one request; waits for it.

        `on_wait` is told, in this thread, until when (UTC) each wait is going to last. Raises
        Interrupted when `stop` is set, RateLimited when the wait would be over `longest` seconds.
        """
        self._enter(stop, longest, on_wait)
        try:
            yield
        finally:
            self._give_back()

    def hear(self, status: int, headers: Mapping[str, str]) -> None:
        """Takes the server's word from an answer; to be called before its place is given back."""
        # A reset is told in whole seconds: a little more than that is never too early.
        more = self._jitter(0.1, 1.0)
        if status == _TOO_MANY_REQUESTS:
            wait = seconds_until_allowed(headers)
            wait = 60.0 + self._jitter(0.0, 5.0) if wait is None else wait
            self._hold(wait + more, refused=True)
        elif headers.get("X-RateLimit-Remaining", "").strip() == "0":
            wait = seconds_until_reset(headers)
            if wait is not None:
                self._hold(wait + more, refused=False)

    def _enter(self, stop: threading.Event | None, longest: float, on_wait: OnWait | None) -> None:
        if stop is not None and stop.is_set():
            raise Interrupted
        while (wait := self._take()) > 0:
            if wait > longest:
                raise RateLimited(seconds=wait)
            if on_wait is not None and wait >= _WORTH_TELLING:
                on_wait(_moment(wait))
            if self._sleep(wait, stop):
                raise Interrupted


class LocalGate(Gate):
    """A moving window over the requests of one key, in this process alone.

    `limit` requests in `window` seconds; 0 lifts our own limit, and only the server's word holds.
    """

    def __init__(
        self,
        limit: int = CLINIKO_LIMIT,
        window: float = CLINIKO_WINDOW,
        *,
        margin: float = MARGIN,
        clock: Callable[[], float] = time.monotonic,
        sleep: Pause = pause,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        super().__init__(sleep=sleep, jitter=jitter)
        self.limit = limit
        self._window = window + margin
        self._clock = clock
        self._lock = threading.Lock()
        self._log: deque[float] = deque()
        self._under_way = 0
        self._held_until = float("-inf")
        self._lowered, self._lowered_until = 0, float("-inf")

    @property
    def held_for(self) -> float:
        """Seconds for which the server's word still holds every request back."""
        return max(0.0, self._held_until - self._clock())

    def _take(self) -> float:
        with self._lock:
            wait = self._wait(self._clock())
            if wait <= 0:
                self._under_way += 1
            return wait

    def _give_back(self) -> None:
        with self._lock:
            self._under_way -= 1
            self._log.append(self._clock())

    def _wait(self, now: float) -> float:
        while self._log and self._log[0] <= now - self._window:
            self._log.popleft()
        return max(self._held_until - now, self._wait_for_room(now))

    def _wait_for_room(self, now: float) -> float:
        lowered = now < self._lowered_until
        allowed = self._lowered if lowered else self.limit
        excess = len(self._log) + self._under_way - allowed
        if not self.limit or excess < 0:
            return 0.0
        room = self._log[excess] + self._window - now if excess < len(self._log) else _POLL
        return min(room, self._lowered_until - now) if lowered else room

    def _hold(self, seconds: float, *, refused: bool) -> None:
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
            used = len(self._log) + self._under_way - 1
            if refused and used < self.limit:
                # Somebody else spends from the same allowance: leave them their part for a while.
                self._lowered = lowered_to(used, self.limit)
                self._lowered_until = self._held_until + self._window


_gates: dict[tuple[str, str], LocalGate] = {}
_gates_lock = threading.Lock()


def shared_gate(fingerprint: str, url: str, limit: int = CLINIKO_LIMIT) -> LocalGate:
    """The one gate of this process for a key at an address; the newest `limit` holds."""
    with _gates_lock:
        gate = _gates.setdefault((fingerprint, url), LocalGate(limit))
        gate.limit = limit
        return gate


def lowered_to(used: int, limit: int) -> int:
    """How many places are left to us when `used` of `limit` were too many for the server."""
    return max(used, limit // 4, 1)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(time.time() + seconds, UTC)
