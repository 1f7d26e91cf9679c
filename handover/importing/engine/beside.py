"""Work beside other work: threads, each with a database connection of its own."""

import gc
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
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


class Lanes:
    """Does pieces of one job several at a time; each has its transaction, none needs another's.

    The first piece is done at once and here: most jobs have no second one. Inside a transaction
    (a rehearsal) all of them are, and where other imports have all lanes. What fails is raised
    here, when the pieces under way have ended.
    """

    def __init__(self, most: int = LANES) -> None:
        self._most, self._done = most, 0
        self._threads: deque[ThreadPoolExecutor] = deque()
        self._under_way: deque[tuple[Future[None], Callable[[], None]]] = deque()

    def do(self, work: Callable[[], None], then: Callable[[], None] = lambda: None) -> None:
        """Do a piece, or begin it; `then` is called here once it is done."""
        if self._done == 0 or connection.in_atomic_block or not self._has_lane():
            work()
            then()
        else:
            if len(self._under_way) == len(self._threads):
                self._await_one()
            self._under_way.append((self._thread().submit(carried(work)), then))
        self._done += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            while self._under_way and problem is None:
                self._await_one()
        finally:
            for thread in self._threads:
                thread.submit(connections.close_all)
                thread.shutdown(wait=True)
                _free_lanes.release()

    def _await_one(self) -> None:
        future, then = self._under_way.popleft()
        future.result()
        then()

    def _has_lane(self) -> bool:
        """Whether there is a thread for another piece; as long as there is room, a new one."""
        full = len(self._under_way) == len(self._threads)
        if full and len(self._threads) < self._most and _free_lanes.acquire(blocking=False):
            self._threads.appendleft(
                ThreadPoolExecutor(1, "lane", initializer=bulk.never_hurry_commits)
            )
        return bool(self._threads)

    def _thread(self) -> ThreadPoolExecutor:
        """The thread whose turn it is: the one that was waited for, or a new one."""
        self._threads.rotate(-1)
        return self._threads[-1]


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
