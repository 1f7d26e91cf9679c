"""What is asked again and again while one request lasts, and is answered once.

    with acting_in(workspace), remembering():
        remembered("zone", (PracticeDetails, Location), ask)    asks
        remembered("zone", (PracticeDetails, Location), ask)    knows

Nothing is known longer than the block, in another thread, or in a workspace that is entered within.
Whatever writes to one of the tables, or takes something back, makes the answer be asked for anew.
Without such a block, as in a worker, every answer is asked for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.models import Model

T = TypeVar("T")
#: By its name, what was answered, and the tables that it was read from.
_Memory = dict[str, tuple[object, tuple[str, ...]]]
_memory: ContextVar[_Memory | None] = ContextVar("memory", default=None)
_READS, _TAKES_BACK = ("SELECT", "DECLARE"), "ROLLBACK"


@contextmanager
def remembering() -> Iterator[None]:
    """Remember answers until the end of the block."""
    memory: _Memory = {}
    before = _memory.set(memory)
    try:
        with connection.execute_wrapper(_watching(memory)):
            yield
    finally:
        _memory.reset(before)


@contextmanager
def knowing_nothing() -> Iterator[None]:
    """Neither use nor make memories in the block: it acts somewhere else."""
    before = _memory.set(None)
    try:
        yield
    finally:
        _memory.reset(before)


def remembered(name: str, tables: tuple[type[Model], ...], ask: Callable[[], T]) -> T:
    """What `ask` answers, which reads these tables alone; nobody may change what it gave."""
    memory = _memory.get()
    if memory is None:
        return ask()
    if name not in memory:
        memory[name] = (ask(), tuple(each._meta.db_table for each in tables))
    return cast("T", memory[name][0])


def _watching(memory: _Memory) -> Callable[..., object]:
    """Forget what a statement may have changed; what only reads changes nothing."""

    def watch(execute: Callable[..., object], sql: str, *given: Any) -> object:  # noqa: ANN401  # Django's own
        try:
            return execute(sql, *given)
        finally:
            if memory and not sql.startswith(_READS):
                _forget(memory, sql)

    return watch


def _forget(memory: _Memory, sql: str) -> None:
    for name, (_answer, tables) in tuple(memory.items()):
        if sql.startswith(_TAKES_BACK) or any(each in sql for each in tables):
            del memory[name]
