"""What can be counted and timed while work goes on, for whoever listens; mostly nobody does.

Nothing here knows OpenTelemetry: `handover/config/telemetry.py` listens when it is configured.
Labels have few values (a type, a status): no id, and nothing of a record.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Listener(Protocol):
    """Who hears of it."""

    def count(self, name: str, value: int, labels: dict[str, str]) -> None:
        """So many more of this."""

    def took(self, name: str, seconds: float, labels: dict[str, str]) -> None:
        """This took so long, once."""

    def watch(self, name: str, unit: str, read: Callable[[], float]) -> None:
        """Ask `read` now and then, from a thread of the listener's own."""

    def span(self, name: str, labels: dict[str, str]) -> AbstractContextManager[object]:
        """A block of work, which may have others in it."""


class _Nobody:
    def count(self, name: str, value: int, labels: dict[str, str]) -> None:
        """Nobody listens."""

    def took(self, name: str, seconds: float, labels: dict[str, str]) -> None:
        """Nobody listens."""

    def watch(self, name: str, unit: str, read: Callable[[], float]) -> None:
        """Nobody listens."""

    def span(self, name: str, labels: dict[str, str]) -> AbstractContextManager[object]:  # noqa: ARG002  # as the protocol has it
        """Nobody listens."""
        return _NOTHING


_NOTHING: AbstractContextManager[object] = nullcontext()


class _Ear:
    listener: Listener = _Nobody()
    watched: dict[str, tuple[str, Callable[[], float]]] = {}


def listen(listener: Listener | None) -> None:
    """Have this listener hear everything from now on; None: nobody."""
    _Ear.listener = listener or _Nobody()
    for name, (unit, read) in _Ear.watched.items():
        _Ear.listener.watch(name, unit, read)


def count(name: str, value: int = 1, **labels: str) -> None:
    """Count something."""
    _Ear.listener.count(name, value, labels)


def took(name: str, seconds: float, **labels: str) -> None:
    """Say how long something took."""
    _Ear.listener.took(name, seconds, labels)


def span(name: str, **labels: str) -> AbstractContextManager[object]:
    """A block of work, to be traced."""
    return _Ear.listener.span(name, labels)


def watch(name: str, unit: str, read: Callable[[], float]) -> None:
    """Offer a number that can be asked for at any time, such as the age of a queue's head.

    `read` may use the database; it is called in a thread of its own.
    """
    _Ear.watched[name] = (unit, read)
    _Ear.listener.watch(name, unit, read)
