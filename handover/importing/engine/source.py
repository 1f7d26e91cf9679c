"""What the engine asks of a source; each source is a sibling folder that answers it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from handover.importing.engine.errors import ImportProblem
from handover.importing.engine.resource import Resource


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is that a key opens."""

    id: str
    name: str
    time_zone: str
    requests: int


class Page(Protocol):
    """One page of a list; `records` are JSON texts as they came, `total` is of the whole list.

    `served_at` is the source's own clock when it answered, None if it did not say.
    """

    @property
    def total(self) -> int | None: ...  # noqa: D102  # what it is stands above
    @property
    def records(self) -> tuple[bytes, ...]: ...  # noqa: D102
    @property
    def has_next(self) -> bool: ...  # noqa: D102
    @property
    def requests(self) -> int: ...  # noqa: D102
    @property
    def served_at(self) -> datetime | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to one request for a page: the page, or the problem that came instead."""

    path: str
    number: int
    page: Page | None
    problem: ImportProblem | None
    seconds: float


class Source(Protocol):
    """A place that records are read from."""

    system: ClassVar[str]
    per_page: ClassVar[int]

    def account(self) -> Account:
        """Say whose account this is. Raises `StopImport` for a key that is not accepted."""

    def ask(self, resource: type[Resource], path: str, number: int) -> None:
        """Ask for one page; the answer comes out of `answers`, in the order of asking."""

    def answers(self) -> Iterator[Sequence[Fetched]]:
        """Yield what has arrived, one answer or more at a time, until nothing is open.

        More may be asked for meanwhile.
        """

    def record_id(self, resource: type[Resource], raw: bytes) -> str | None:
        """Read a record's own id, exact however long; None if it has none."""

    def made_at(self, payload: str) -> datetime | None:
        """Read when a record was made, by the source's clock; None if it does not say."""
