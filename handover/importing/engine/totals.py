"""What was added up, at the source and here: values, no I/O."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import add

NOUGHT = Decimal(0)


@dataclass(frozen=True)
class ControlSum:
    """One sum over all records of a type, or of those of one group, at the source and here."""

    attribute: str
    source: Decimal
    here: Decimal
    group: str = ""

    @property
    def agrees(self) -> bool:
        """Whether both are equal, to the last digit."""
        return self.source == self.here


@dataclass(frozen=True)
class Group:
    """The records of one group: how many, and one attribute of theirs added up.

    Each is told at the source, here, and apart. Apart are those that the import does not answer
    for: left out with a reason, matched with what was here already, or edited or deleted here
    since. They are counted as the source has them.
    """

    key: tuple[str, ...]
    counts: tuple[int, int, int] = (0, 0, 0)
    sums: tuple[Decimal, Decimal, Decimal] = (NOUGHT, NOUGHT, NOUGHT)

    @property
    def agrees(self) -> bool:
        """Whether nothing is missing and nothing too much."""
        return self.counts[0] == sum(self.counts[1:]) and self.sums[0] == sum(self.sums[1:])

    def __add__(self, other: "Group") -> "Group":
        there, here, apart = map(add, self.counts, other.counts)
        sum_there, sum_here, sum_apart = map(add, self.sums, other.sums)
        return Group(self.key, (there, here, apart), (sum_there, sum_here, sum_apart))


@dataclass(frozen=True)
class ControlTotal:
    """One declared total with its groups, those that differ first."""

    title: str
    by: tuple[str, ...]
    of: str
    groups: tuple[Group, ...]

    @property
    def agrees(self) -> bool:
        """Whether every group does."""
        return all(each.agrees for each in self.groups)


def merged(totals: Sequence[ControlTotal]) -> list[ControlTotal]:
    """Totals with the same title as one, such as those of individual and group appointments."""
    by_title: dict[str, list[ControlTotal]] = defaultdict(list)
    for each in totals:
        by_title[each.title].append(each)
    return [
        ControlTotal(title, alike[0].by, alike[0].of, _joined(alike))
        for title, alike in by_title.items()
    ]


def _joined(alike: Sequence[ControlTotal]) -> tuple[Group, ...]:
    found: dict[tuple[str, ...], Group] = {}
    for total in alike:
        for group in total.groups:
            found[group.key] = found.get(group.key, Group(group.key)) + group
    return in_order(found.values())


def in_order(groups: Iterable[Group]) -> tuple[Group, ...]:
    """What differs first, the rest by its names."""
    return tuple(sorted(groups, key=lambda group: (group.agrees, group.key)))
