"""Work beside other work: one thread, with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Self

from django.db import connections

from handover.importing.engine.errors import ImportProblem


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
        self._begun.append(self._thread.submit(self._do, work))

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
