"""Pages of long lists by where the last one ended, and not by a number of rows to pass over.

The hundredth page costs what the first one costs, and a row that is added meanwhile moves nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
Row = TypeVar("Row")
SIZE = 50
FIRST_STRETCH, LONGER = 2, 16  # times as many rows as are wanted; times as many as before


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page of a list, and whether there are rows before and after it."""

    rows: list[Row]
    has_before: bool
    has_after: bool


def sliced(
    found: QuerySet[M],
    by: Sequence[str],
    *,
    after: Sequence[object] | None = None,
    before: Sequence[object] | None = None,
    descending: bool = False,
    keep: Callable[[list[M]], list[M]] = list,
    size: int = SIZE,
) -> Slice[M]:
    """The rows that come after (or before) the one whose values of `by` are given.

    `by` must have an index, and tell any two rows apart. `keep` leaves out of some rows those that
    are not to be shown: for what costs much to ask about all rows, and little about some.
    """
    anchor = before if before is not None else after
    backwards = before is not None
    down = descending != backwards
    rows = _walked(found, by, anchor, down=down, most=size + 1, keep=keep)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        return Slice(rows[::-1], more, has_after=True)
    return Slice(rows, anchor is not None, more)


def _walked(
    found: QuerySet[M],
    by: Sequence[str],
    place: Sequence[object] | None,
    *,
    down: bool,
    most: int,
    keep: Callable[[list[M]], list[M]],
) -> list[M]:
    """The first rows beyond a place that are kept, by longer and longer stretches of the list."""
    kept: list[M] = []
    ordered = found.order_by(*(f"-{name}" if down else name for name in by))
    stretch = most if keep is list else FIRST_STRETCH * most
    while True:
        rows = list((ordered.filter(_beyond(by, place, down=down)) if place else ordered)[:stretch])
        kept += keep(rows)
        if len(kept) >= most or len(rows) < stretch:
            return kept[:most]
        place = [getattr(rows[-1], name) for name in by]
        stretch *= LONGER


def _beyond(by: Sequence[str], values: Sequence[object], *, down: bool) -> Q:
    than = "lt" if down else "gt"
    first, *_ = by
    beyond = Q()
    for number, name in enumerate(by):
        equal = {by[each]: values[each] for each in range(number)}
        beyond |= Q(**equal, **{f"{name}__{than}": values[number]})
    # the first column alone says where in the index to begin
    return Q(**{f"{first}__{than}e": values[0]}) & beyond
