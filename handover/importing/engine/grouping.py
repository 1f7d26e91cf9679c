"""What control totals are grouped by: what the payload says, and what stands in the row."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, models

from handover.core.json import JsonObject
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields import Field, Link
from handover.importing.engine.fields.scalars import Instant
from handover.importing.engine.ledger import TABLE as LEDGER
from handover.importing.engine.names import name_of_row
from handover.importing.engine.payload import lookup
from handover.importing.engine.scope import Scope
from handover.importing.engine.values import Draft

ZONE = "time_zone"  # the column that says by which clock a moment is read
NOBODY = "not known"


class Pair(NamedTuple):
    """One record: its payload's keys, its row's columns, and which of them an issue is about."""

    record: JsonObject
    row: Mapping[str, Any]
    flawed: Sequence[str]
    answered_for: bool


class Clock:
    """By which wall clock the moments of a type are read, at the source and here."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.default = scope.run.time_zone or "UTC"
        carrier = next((c.link for c in scope.spec.carried if c.name == ZONE), "")
        self.place = next((each for each in scope.spec.links if each.name == carrier), None)

    @cached_property
    def zones(self) -> dict[str, str]:
        """The zone of each place that nobody has edited here, by its id at the source."""
        if self.place is None:
            return {}
        table = _table_of(self.scope, self.place)
        return _by_source_id(
            self.scope, self.place, f'JOIN "{table}" t ON t.id = r.target_id', "t.time_zone",
            "AND t.revision = r.target_revision",
        )  # fmt: skip

    def there(self, each: Pair) -> str:
        """The zone of the place that the payload names."""
        place = self.place and self.place.linked_id(lookup(each.record, self.place.sources[0]))
        return self.zones.get(place or "") or self.here(each)

    def here(self, each: Pair) -> str:
        """The zone that stands in the row."""
        return each.row.get(ZONE) or self.default


class Side:
    """One attribute that records are grouped by: what it is at the source, and here."""

    def __init__(self, each: Field) -> None:
        self.field, self.title, self.scratch = each, each.name.replace("_", " "), Draft()

    def there(self, each: Pair) -> object:
        """The group that the payload belongs to."""
        return str(value_of(self.field, each.record, self.scratch) or "")

    def here(self, each: Pair) -> object:
        """The group that the row belongs to."""
        return str(each.row[self.field.name] or "")

    def names(self, keys: set[object]) -> dict[object, str]:
        """What people call each group."""
        return {key: str(key).replace("_", " ") or NOBODY for key in keys}


class _Month(Side):
    """A moment: the month of the wall clock."""

    def __init__(self, each: Field, clock: Clock) -> None:
        super().__init__(each)
        self.title, self.clock = "month", clock

    def there(self, each: Pair) -> object:
        moment = value_of(self.field, each.record, self.scratch)
        return _month(moment, self.clock.there(each)) if isinstance(moment, datetime) else ""

    def here(self, each: Pair) -> object:
        moment = each.row[self.field.name]
        return _month(moment, self.clock.here(each)) if moment else ""

    def names(self, keys: set[object]) -> dict[object, str]:
        return {key: str(key) or NOBODY for key in keys}


class _Linked(Side):
    """A link: the row that it leads to."""

    def __init__(self, scope: Scope, link: Link) -> None:
        super().__init__(link)
        self.link = link
        self.rows = _by_source_id(scope, link, "", "r.target_id", "AND r.target_id IS NOT NULL")
        column = scope.spec.target._meta.get_field(link.name)
        self.model = cast("type[models.Model]", column.related_model)

    def there(self, each: Pair) -> object:
        return self.rows.get(self.link.linked_id(lookup(each.record, self.link.sources[0])) or "")

    def here(self, each: Pair) -> object:
        return each.row[self.field.name]

    def names(self, keys: set[object]) -> dict[object, str]:
        rows = self.model._default_manager.filter(pk__in=keys - {None})
        return {None: NOBODY} | {row.pk: name_of_row(row) for row in rows}


def side(scope: Scope, each: Field, clock: Clock) -> Side:
    """How records are grouped by one attribute."""
    if isinstance(each, Link):
        return _Linked(scope, each)
    return _Month(each, clock) if isinstance(each, Instant) else Side(each)


def _by_source_id(scope: Scope, link: Link, join: str, select: str, rest: str) -> dict[str, Any]:
    """Something of each record that a link may lead to, whichever run has read it."""
    run = scope.run
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.source_id, {select} FROM {LEDGER} r {join} WHERE r.workspace_id = %s"
            f" AND r.system = %s AND r.account = %s AND r.resource = ANY(%s) {rest}",
            [run.workspace_id, run.system, run.account, list(link.to)],
        )
        return dict(cursor.fetchall())


def _table_of(scope: Scope, link: Link) -> str:
    model = cast("type[models.Model]", scope.spec.target._meta.get_field(link.name).related_model)
    return model._meta.db_table


def value_of(each: Field, record: JsonObject, scratch: Draft) -> object:
    """What the import reads; where that cannot be read, what it puts there instead."""
    try:
        return each.read(record, scratch)
    except BadValue:
        return each.empty
    finally:
        scratch.issues.clear()


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # a place whose zone was mistyped here
        return UTC


@lru_cache(maxsize=512)  # mostly the same at the source and here
def _month(moment: datetime, zone: str) -> str:
    try:
        there = moment.astimezone(_zone(zone))
    except OverflowError:  # the first or last day of all that a calendar has
        there = moment
    return f"{there.year:04}-{there.month:02}"
