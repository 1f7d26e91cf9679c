"""What the engine asks of a source; each source is a sibling folder that answers it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import ClassVar, Protocol, TypeVar

from handover.importing.engine.errors import ImportProblem
from handover.importing.engine.resource import Resource
from handover.importing.engine.soon import Portion

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is that a key opens; `served_at` is the source's clock, if it tells it."""

    id: str
    name: str
    time_zone: str
    requests: int
    served_at: datetime | None = None


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

    portion: Portion
    number: int
    page: Page | None
    problem: ImportProblem | None
    seconds: float


class Gotten(Protocol[T_co]):
    """The answer to one request for bytes: what became of them, or the problem instead."""

    @property
    def value(self) -> T_co | None: ...  # noqa: D102
    @property
    def problem(self) -> ImportProblem | None: ...  # noqa: D102
    @property
    def requests(self) -> int: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102


class Source(Protocol):
    """A place that records are read from."""

    system: ClassVar[str]
    per_page: ClassVar[int]
    ahead: ClassVar[int]  # questions that may be open at once; more would only wait in line

    def account(self) -> Account:
        """Say whose account this is. Raises `StopImport` for a key that is not accepted."""

    def ask(self, resource: type[Resource], portion: Portion, number: int) -> None:
        """Ask for one page; the answer comes out of `answers`, in the order of asking."""

    def answers(self) -> Iterator[Sequence[Fetched]]:
        """Yield what has arrived, one answer or more at a time, until nothing is open.

        More may be asked for meanwhile.
        """

    def record_id(self, resource: type[Resource], raw: bytes) -> str | None:
        """Read a record's own id, exact however long; None if it has none."""

    def made_at(self, payload: str) -> datetime | None:
        """Read when a record was made, by the source's clock; None if it does not say."""

    def again(self, resource: type[Resource], source_id: str) -> Page:
        """Read one record once more. Raises `ImportProblem`."""

    def content(
        self, path: str, size: int | None, take: Callable[[Iterator[bytes]], T], stop: Event
    ) -> Gotten[T]:
        """Give the bytes at `path` to `take`; anew with each attempt. Called in any thread.

        `size` is what the source says; `stop` ends it soon. What `take` raises is raised.
        """

    def wind_down(self) -> None:
        """Ask for nothing more; what is under way still comes out of `answers`, then they end."""

    def close(self) -> None:
        """Let go of everything; what is under way is dropped."""
