"""What the engine asks of a product about bytes: where they go, and what rows say of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, Self

from django.db.models import QuerySet


class Wanted(Protocol):
    """A row whose bytes are not here; `ready` is False while the source still works on them."""

    @property
    def row_id(self) -> int: ...  # noqa: D102  # what it is stands above
    @property
    def size(self) -> int | None: ...  # noqa: D102
    @property
    def ready(self) -> bool: ...  # noqa: D102


class Kept(Protocol):
    """What is known of bytes that were stored."""

    @property
    def size(self) -> int: ...  # noqa: D102


class Whole(Protocol):
    """Bytes that were stored whole for a row which does not know it."""

    @property
    def row_id(self) -> int: ...  # noqa: D102
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def kept(self) -> Any: ...  # noqa: ANN401, D102  # the keeper's own


class Totals(Protocol):
    """How many rows there are, how many bytes by the source's word, and what became of them."""

    @property
    def count(self) -> int: ...  # noqa: D102
    @property
    def bytes(self) -> int: ...  # noqa: D102
    @property
    def stored(self) -> int: ...  # noqa: D102
    @property
    def stored_bytes(self) -> int: ...  # noqa: D102
    @property
    def failed(self) -> int: ...  # noqa: D102
    @property
    def not_processed(self) -> int: ...  # noqa: D102


class Keeper(Protocol):
    """What the engine asks of a product: where bytes go, and what rows of one model say of them.

    Only `put` is called in other threads. Everything that fails in storing is an `OSError`.
    """

    def of(self, model: type[Any]) -> Self:
        """The same for the rows of another model."""

    def wanted(self, rows: QuerySet[Any]) -> Sequence[Wanted]:
        """Rows whose bytes are still to come, in the order of the query."""

    def note(self, workspace_id: int, row_ids: Sequence[int]) -> Sequence[str]:
        """A new key for each, noted for good."""

    def put(self, key: str, chunks: Iterable[bytes]) -> Any:  # noqa: ANN401  # the keeper's own
        """Store bytes; what comes back goes to `hold`."""

    def hold(self, row_id: int, key: str, kept: Any) -> bool:  # noqa: ANN401
        """Give bytes to their row, in the caller's transaction."""

    def miss(self, row_id: int, reason: str) -> None:
        """Note why bytes did not come, in the caller's transaction."""

    def postpone(self, row_ids: Sequence[int]) -> None:
        """Note that the source is not ready, in the caller's transaction."""

    def problems(self, rows: QuerySet[Any]) -> Iterator[tuple[int, str, str]]:
        """Row, cause and reason of what is not as it should be."""

    def totals(self, rows: QuerySet[Any]) -> Totals:
        """Count the rows."""

    def whole(self, workspace_id: int) -> Iterator[Whole]:
        """What an interrupted run has stored whole."""

    def doom(self, workspace_id: int) -> Sequence[str]:
        """Note for good, in the caller's transaction, which bytes no row of any model holds."""

    def remove(self, workspace_id: int, keys: Sequence[str]) -> int:
        """Delete bytes that were doomed."""

    def disown(self, workspace_id: int, keys: Sequence[str]) -> None:
        """Delete bytes of these keys that nobody knows of any more."""
