"""Work beside other work: threads, each with a database connection of its own."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Event, Lock
from types import TracebackType
from typing import Self

from django.db import connection, connections

from handover.core import bulk
from handover.core.tracing import carried
from handover.importing.engine.errors import ImportProblem

LANES = 2  # while one piece waits for the database, another one computes
#: Lanes of all imports of this process together. Each has a connection of its own, and Python
#: computes one thing at a time: where many imports go on, more lanes would cost and bring nothing.
MOST_LANES = 8
_free_lanes = BoundedSemaphore(MOST_LANES)


class Left(Exception):
    """Ends work in the thread: the block around it was left by an exception."""


class Beside:
    """Does one thing after the other in a thread of its own; what fails there is raised here.

    Leaving the block waits for all of it, also when the import stops for a reason that a person
    must see to. Left by any other exception (Ctrl-C, a bug), nothing more is begun, and what is
    under way ends where it next calls `check`.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "beside")
        self._begun: list[Future[None]] = []
        self._stop = Event()

    def do(self, work: Callable[[], None]) -> None:
        """Queue some work; raises what earlier work has failed with."""
        self._raise_failures()
        self._begun.append(self._thread.submit(carried(self._do), work))

    def check(self) -> None:
        """For the work to call where it may end: raises `Left` if it is to."""
        if self._stop.is_set():
            raise Left

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if problem is not None and not isinstance(problem, ImportProblem):
            self._stop.set()
        self._thread.submit(connections.close_all)
        self._thread.shutdown(wait=True)
        if problem is None:
            self._raise_failures()

    def _do(self, work: Callable[[], None]) -> None:
        self.check()
        try:
            work()
        except BaseException:
            self._stop.set()
            raise

    def _raise_failures(self) -> None:
        for each in self._begun:
            if each.done():
                each.result()


@dataclass
class _Lane:
    """One thread of `Lanes`: what it does now, and what is called when that is done."""

    thread: ThreadPoolExecutor
    doing: Future[None] | None = None
    then: Callable[[], None] = lambda: None

    def begin(self, work: Callable[[], None], then: Callable[[], None]) -> None:
        self.doing, self.then = self.thread.submit(carried(work)), then

    def end(self) -> None:
        """Wait for it; raises what it has failed with."""
        doing, self.doing = self.doing, None
        if doing is not None:
            doing.result()
            self.then()


class Lanes:
    """Does pieces of one job several at a time; each has its transaction, none needs another's.

    A first piece that is the only one is done at once and here. Inside a transaction (a
    rehearsal) all of them are, and where other imports have all lanes. What fails is raised here,
    when the pieces under way have ended.
    """

    def __init__(self, most: int = LANES) -> None:
        self._most = most
        self._lanes: list[_Lane] = []

    def do(
        self,
        work: Callable[[], None],
        then: Callable[[], None] = lambda: None,
        *,
        only: bool = False,
    ) -> None:
        """Do a piece, or begin it; `then` is called here once it is done."""
        alone = only and not self._lanes
        lane = None if alone or connection.in_atomic_block else self._free()
        if lane is None:
            work()
            then()
        else:
            lane.begin(work, then)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            for lane in self._lanes if problem is None else ():
                lane.end()
        finally:
            for lane in self._lanes:
                lane.thread.submit(connections.close_all)
                lane.thread.shutdown(wait=True)
                _free_lanes.release()

    def _free(self) -> _Lane | None:
        """A lane that has nothing to do, or soon: a new one as long as there is room for it."""
        for lane in self._lanes:
            if lane.doing is None:
                return lane
        if len(self._lanes) < self._most and _free_lanes.acquire(blocking=False):
            thread = ThreadPoolExecutor(1, "lane", initializer=bulk.never_hurry_commits)
            self._lanes.append(_Lane(thread))
            return self._lanes[-1]
        return self._first_done() if self._lanes else None

    def _first_done(self) -> _Lane:
        """The lane that is through first: pieces take very different times."""
        doing = {lane.doing: lane for lane in self._lanes if lane.doing is not None}
        done, _ = wait(doing, return_when=FIRST_COMPLETED)
        lane = doing[done.pop()]
        lane.end()
        return lane


class _Collector:
    """Python's collector of circles, which is paused while one block alone asks for it.

    Where several go on at once it works: nobody knows when the last of them ends.
    """

    def __init__(self) -> None:
        self._lock, self._blocks, self._paused = Lock(), 0, False

    def count(self, change: int) -> None:
        with self._lock:
            self._blocks += change
            if self._blocks == 1 and change > 0 and gc.isenabled():
                self._paused = True
                gc.disable()
            elif self._paused:
                self._paused = False
                gc.enable()


_collector = _Collector()


@contextmanager
def collector_paused() -> Iterator[None]:
    """For work on many objects that hold no circles: looking for those takes a tenth of it."""
    _collector.count(1)
    try:
        yield
    finally:
        _collector.count(-1)
