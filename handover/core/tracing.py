"""Which work a line of a log, a count or a span is about: numbers of rows, kept beside the work.

They are never anything of a record. Threads do not inherit them: hand them over with `carried`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_about: ContextVar[dict[str, int | str] | None] = ContextVar("handover_about", default=None)


@contextmanager
def about(**ids: int | str) -> Iterator[None]:
    """Have everything that is logged in the block say `run=3`, or whatever is given."""
    before = _about.set({**current(), **ids})
    try:
        yield
    finally:
        _about.reset(before)


def current() -> dict[str, int | str]:
    """What the work at hand is about."""
    return _about.get() or {}


def carried(work: Callable[P, T]) -> Callable[P, T]:
    """The same function for another thread, about what this one is about."""
    context = copy_context()

    def about_the_same(*args: P.args, **kwargs: P.kwargs) -> T:
        return context.copy().run(work, *args, **kwargs)

    return about_the_same
