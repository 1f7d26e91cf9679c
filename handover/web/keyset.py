"""Pages of long lists by where the last one ended, and not by a number of rows to pass over.

The hundredth page costs what the first one costs, and a row that is added meanwhile moves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Slice(Generic[M]):
    """One page of a list, and whether there are rows before and after it."""

    rows: list[M]
    has_before: bool
    has_after: bool


def sliced(
    found: QuerySet[M],
    by: Sequence[str],
    *,
    after: Sequence[object] | None = None,
    before: Sequence[object] | None = None,
    descending: bool = False,
    size: int = SIZE,
) -> Slice[M]:
    """The rows that come after (or before) the one whose values of `by` are given.

    `by` must have an index, and tell any two rows apart.
    """
    anchor = before if before is not None else after
    backwards = before is not None
    down = descending != backwards
    if anchor is not None:
        found = found.filter(_beyond(by, anchor, down=down))
    ordered = found.order_by(*(f"-{name}" if down else name for name in by))
    rows = list(ordered[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        return Slice(rows[::-1], more, has_after=True)
    return Slice(rows, anchor is not None, more)


def _beyond(by: Sequence[str], values: Sequence[object], *, down: bool) -> Q:
    than = "lt" if down else "gt"
    first, *_ = by
    beyond = Q()
    for number, name in enumerate(by):
        equal = {by[each]: values[each] for each in range(number)}
        beyond |= Q(**equal, **{f"{name}__{than}": values[number]})
    # the first column alone says where in the index to begin
    return Q(**{f"{first}__{than}e": values[0]}) & beyond
