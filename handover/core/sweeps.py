"""Work that must happen by and by: plain functions over rows, called every so often by workers.

A sweep looks for rows that are due and deals with them, so that a tick that was missed, or a week
in which nothing ran, costs time only. It takes no arguments, may be called at any moment, twice or
by two processes at once, and returns how many rows it dealt with. Sweeps stand in a module named
`sweeps` of an app, or are imported there: that is where workers look for them.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from zlib import crc32

from django.db import connection, connections
from django.utils.module_loading import autodiscover_modules

LOCK = 4_817_332  # any number of ours: it keeps the locks of sweeps apart from others

log = logging.getLogger(__name__)
Work = Callable[[], int]


@dataclass(frozen=True)
class Sweep:
    """One function, its full name, and how many seconds lie between two calls."""

    name: str
    every: float
    work: Work


_known: dict[str, Sweep] = {}


def sweep(*, every: float) -> Callable[[Work], Work]:
    """Have workers call the function every so many seconds; the function itself stays as it is."""

    def registered(work: Work) -> Work:
        name = f"{work.__module__}.{work.__qualname__}"
        _known[name] = Sweep(name, every, work)
        return work

    return registered


def known() -> list[Sweep]:
    """Every sweep of the installed apps, by name."""
    autodiscover_modules("sweeps")
    return [_known[name] for name in sorted(_known)]


@dataclass
class Rounds:
    """The sweeps of one process, and when each is to be called next. The first call is at once."""

    sweeps: list[Sweep] = field(default_factory=known)
    clock: Callable[[], float] = time.monotonic
    next_at: dict[str, float] = field(default_factory=dict)

    def go(self) -> int:
        """Call what is due and what no other process is calling; how many rows were dealt with.

        A sweep that fails is tried again at its next turn, and keeps no other one from its own.
        """
        done = 0
        for each in self.sweeps:
            now = self.clock()
            if now >= self.next_at.get(each.name, now):
                self.next_at[each.name] = now + each.every
                done += _called(each)
        return done


def _called(each: Sweep) -> int:
    try:
        with _alone(each.name) as mine:
            return each.work() if mine else 0
    except Exception as problem:  # noqa: BLE001  # the other sweeps have their turn
        # the words of a problem may quote a row: its kind says enough
        log.warning("sweep %s failed: %s", each.name, type(problem).__name__)
        connections.close_all()  # the next turn has a new one, if it was that
        return 0


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether no other process is at this sweep; none begins it until the block ends."""
    numbers = [LOCK, crc32(name.encode()) - 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)
