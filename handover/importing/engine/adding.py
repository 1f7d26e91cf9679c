"""Control sums and totals are added up: what the payloads say, beside what stands in the rows.

One pass over a type's payloads serves both. The payloads are read here and not by the database:
what it takes for JSON is less than what comes, and one odd record would end the whole question.
Moments are moved to the wall clock by one time zone database for both sides.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast

from handover.core.json import Json
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.scalars import decimal, instant
from handover.importing.engine.grouping import ZONE, Clock, Pair, side, value_of
from handover.importing.engine.ledger import VANISHED
from handover.importing.engine.payload import Picker, lookup
from handover.importing.engine.resource import Spec, Total
from handover.importing.engine.scope import Scope
from handover.importing.engine.totals import NOUGHT, ControlSum, ControlTotal, Group, in_order
from handover.importing.engine.values import Draft
from handover.importing.models import Outcome

#: Outcomes whose record has a row that the import wrote.
MADE = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)

THERE, HERE, APART = range(3)

Key = tuple[object, ...]


class Added(NamedTuple):
    """Everything that was added up of one type."""

    sums: list[ControlSum]
    totals: list[ControlTotal]


def add_up(scope: Scope) -> Added:
    """Add up what a type declares; call it inside the run's workspace."""
    spec = scope.spec
    if not spec.sums and not spec.totals:
        return Added([], [])
    sums, totals = _Sums(spec), [_Totalling(scope, each) for each in spec.totals]
    for each in _records(scope):
        if each.answered_for:
            sums.take(each)
        for total in totals:
            total.take(each)
    return Added(sums.told(), [total.told() for total in totals])


def _records(scope: Scope) -> Iterator[Pair]:
    """Stream every record of a type that was not deleted at the source meanwhile."""
    columns, keys = _columns(scope.spec), _keys(scope.spec)
    select = "r.payload, CASE WHEN r.issues = '[]' THEN '{}' ELSE"
    select += " ARRAY(SELECT x->>'field' FROM jsonb_array_elements(r.issues) x) END,"
    select += " coalesce(r.outcome = ANY(%s) AND r.made_by_id IS NOT NULL"
    select += " AND t.revision = r.target_revision, false)"
    select += "".join(f', t."{name}"' for name in columns.values())
    picker, attributes = Picker(keys), tuple(columns)
    asked = scope.ask(select, f"AND r.reason <> '{VANISHED}'", [str(each) for each in MADE])
    for payload, flawed, answered_for, *cells in asked:
        try:
            record = picker.pick(payload)
        except ValueError:
            record = {}
        yield Pair(record, dict(zip(attributes, cells, strict=True)), flawed, answered_for)


def _columns(spec: Spec) -> dict[str, str]:
    """The attributes of rows that are looked at, with their columns."""
    names = {*spec.sums.values(), *(name for each in spec.totals for name in each.by)}
    names |= {spec.sums_by} - {""}
    known = {each.name: str(each.column) for each in spec.target._meta.local_concrete_fields}
    if spec.totals and ZONE in known:
        names.add(ZONE)
    return {name: known[name] for name in sorted(names)}


def _keys(spec: Spec) -> set[str]:
    """The keys of payloads that are looked at."""
    named = {name for each in spec.totals for name in each.by} | {spec.sums_by}
    read = {key for each in spec.fields if each.name in named for key in each.keys}
    places = {key for each in spec.links if each.name in _carriers(spec) for key in each.keys}
    return read | places | {key.partition(".")[0] for key in spec.sums}


def _carriers(spec: Spec) -> set[str]:
    return {each.link for each in spec.carried if each.name == ZONE}


class _Sums:
    """The control sums of one type, being added up.

    A value that an issue is filed about (unreadable, assumed) is left out on both sides; what
    somebody has edited here since is no longer the import's to account for.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec, self.sorts = spec, spec.sorts
        self.there: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.here: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.scratch = Draft()

    def take(self, each: Pair) -> None:
        """Add one record."""
        there = here = ""
        if self.sorts:
            there = str(value_of(self.sorts, each.record, self.scratch))
            here = str(each.row[self.sorts.name])
        for key, attribute in self.spec.sums.items():
            if attribute not in each.flawed:
                self.there[there, attribute] += _amount(lookup(each.record, key))
                self.here[here, attribute] += _amount(each.row[attribute])

    def told(self) -> list[ControlSum]:
        """Each sum, by group."""
        groups = sorted({group for group, _ in self.there.keys() | self.here.keys()})
        return [
            ControlSum(name, self.there[group, name], self.here[group, name], group)
            for group in (groups if self.sorts else [""])
            for name in self.spec.sums.values()
        ]


@dataclass
class _Tally:
    """The numbers of one group, being added up: at the source, here, apart."""

    counts: list[int] = field(default_factory=lambda: [0, 0, 0])
    sums: list[Decimal] = field(default_factory=lambda: [NOUGHT, NOUGHT, NOUGHT])

    def add(self, place: int, amount: Decimal) -> None:
        """Count one more, in one of the three places."""
        self.counts[place] += 1
        self.sums[place] += amount

    def told(self, key: tuple[str, ...]) -> Group:
        """The group under its names."""
        (there, here, apart), (sum_there, sum_here, sum_apart) = self.counts, self.sums
        return Group(key, (there, here, apart), (sum_there, sum_here, sum_apart))


class _Totalling:
    """One declared total, being added up."""

    def __init__(self, scope: Scope, total: Total) -> None:
        self.total, self.key = total, ""
        fields = {each.name: each for each in scope.spec.fields}
        clock = Clock(scope)
        self.sides = [side(scope, fields[name], clock) for name in total.by]
        self.key = next((key for key, name in scope.spec.sums.items() if name == total.of), "")
        self.tallies: dict[Key, _Tally] = defaultdict(_Tally)

    def take(self, each: Pair) -> None:
        """Count one record, on both sides."""
        total, amount, here = self.total, Decimal(0), Decimal(0)
        if total.of and total.of not in each.flawed:
            amount = _amount(lookup(each.record, self.key))
            here = _amount(each.row[total.of])
        there = self.tallies[tuple(side.there(each) for side in self.sides)]
        there.add(THERE, amount)
        if each.answered_for:
            self.tallies[tuple(side.here(each) for side in self.sides)].add(HERE, here)
        else:
            there.add(APART, amount)

    def told(self) -> ControlTotal:
        """The groups under their names."""
        names = [
            each.names({key[place] for key in self.tallies})
            for place, each in enumerate(self.sides)
        ]
        groups = (
            tally.told(tuple(named[part] for named, part in zip(names, key, strict=True)))
            for key, tally in self.tallies.items()
        )
        by = tuple(each.title for each in self.sides)
        return ControlTotal(self.total.title, by, self.total.of, in_order(groups))


def _amount(value: object) -> Decimal:
    """A number as it is, a moment as whole seconds since 1970, nothing as nought."""
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, datetime):
        return Decimal(int(value.timestamp()))
    plain = cast("Json", value)
    try:
        if isinstance(plain, str) and ":" in plain:
            return Decimal(int(instant(plain).timestamp()))
        return decimal(plain)
    except BadValue:
        pass
    try:
        return Decimal(int(instant(plain).timestamp()))
    except BadValue:  # it is missing on this side, and the sums say so
        return Decimal(0)
