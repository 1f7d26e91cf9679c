"""Xero's limits for each organisation: so many requests a minute, a day, and at once."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MINUTE, DAY = 60.0, 86_400.0


class TooMany(Exception):
    """A limit is reached: which, and after how many seconds to come again."""

    def __init__(self, problem: str, seconds: float) -> None:
        super().__init__(problem)
        self.problem, self.seconds = problem, seconds


@dataclass
class _Used:
    recent: deque[float] = field(default_factory=deque)
    under_way: int = 0
    most_at_once: int = 0
    most_in_a_minute: int = 0


class Limits:
    """Counts what each organisation was asked; 0 lifts a limit."""

    def __init__(self, minute: int, day: int, at_once: int, clock: Callable[[], float]) -> None:
        self.minute, self.day, self.at_once = minute, day, at_once
        self._clock, self._lock = clock, threading.Lock()
        self._used: dict[str, _Used] = defaultdict(_Used)

    @contextmanager
    def request(self, tenant: str) -> Iterator[dict[str, str]]:
        """One request; gives the headers that tell what is left. Raises `TooMany`."""
        with self._lock:
            used = self._used[tenant]
            headers = self._take(used)
        try:
            yield headers
        finally:
            with self._lock:
                used.under_way -= 1

    def _take(self, used: _Used) -> dict[str, str]:
        now = self._clock()
        while used.recent and used.recent[0] <= now - DAY:
            used.recent.popleft()
        lately = [moment for moment in used.recent if moment > now - MINUTE]
        if self.at_once and used.under_way >= self.at_once:
            raise TooMany("concurrent", 1)
        if self.minute and len(lately) >= self.minute:
            raise TooMany("minute", lately[-self.minute] + MINUTE - now)
        if self.day and len(used.recent) >= self.day:
            raise TooMany("day", used.recent[0] + DAY - now)
        used.recent.append(now)
        used.under_way += 1
        used.most_at_once = max(used.most_at_once, used.under_way)
        used.most_in_a_minute = max(used.most_in_a_minute, len(lately) + 1)
        return {
            "X-MinLimit-Remaining": str(max(0, self.minute - len(lately) - 1)),
            "X-DayLimit-Remaining": str(max(0, self.day - len(used.recent))),
            "X-AppMinLimit-Remaining": str(max(0, 10_000 - len(lately) - 1)),
        }

    def most(self, tenant: str) -> tuple[int, int]:
        """The most requests of an organisation at once, and in a minute."""
        with self._lock:
            used = self._used[tenant]
            return used.most_at_once, used.most_in_a_minute
