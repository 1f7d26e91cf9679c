"""Work beside other work: one thread, with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import connections

from handover.core import bulk


class Beside:
    """Does one thing after the other in a thread of its own; what fails there is raised here.

    Leaving the block waits for what was begun. What had not begun by then is done too, unless
    something has failed.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "beside")
        self._done: list[Future[None]] = []

    def do(self, work: Callable[[], None]) -> None:
        """Queue some work; raises what earlier work has failed with."""
        self._raise_failures()
        self._done.append(self._thread.submit(self._do, work))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.submit(connections.close_all)
        self._thread.shutdown(wait=True)
        if problem is None:
            self._raise_failures()

    def _do(self, work: Callable[[], None]) -> None:
        if not any(each.done() and each.exception() for each in self._done):
            with bulk.unhurried_commits():
                work()

    def _raise_failures(self) -> None:
        for each in self._done:
            if each.done():
                each.result()
