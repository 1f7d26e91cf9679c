"""The lists as they are served: rows encoded once, choices of rows remembered."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from handover.sandbox.filters import Filter, Read, Test, is_set, is_unset, parse, reader
from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.model import API, Practice
from handover.sandbox.resources import RESOURCES, Kind, Resource

ENCODER = msgspec.json.Encoder()
REMEMBERED = 64
ALWAYS_THERE = frozenset({"created_at", "updated_at"})
SortKey = int | str
HIDING = {"archived_at": "archived", "deleted_at": "archived", "cancelled_at": "cancelled"}


@dataclass(frozen=True)
class Choice:
    """What a request asks of a list, as text, so that it can be remembered.

    ``scope`` names a narrower list (one client's, the active ones); ``keep`` decides on its rows.
    """

    filters: tuple[str, ...] = ()
    sort: str = ""
    order: str = ""
    scope: str = ""
    keep: Callable[[Record], bool] | None = field(default=None, compare=False)


class Table:
    """One resource: its rows, their bytes and the choices made from them."""

    def __init__(self, resource: Resource, rows: list[Record], base: str) -> None:
        self.resource = resource
        self.rows = rows
        self.moved: dict[str, int] = {}
        self._base = base.encode()
        self._encoded: list[bytes | None] = [None] * len(rows)
        self._by_id: dict[str, int] | None = None
        self._choices: OrderedDict[Choice, list[int]] = OrderedDict()

    def bytes_of(self, index: int) -> bytes:
        """A row as JSON, with this server's address in its links."""
        known = self._encoded[index]
        if known is None:
            known = ENCODER.encode(self.rows[index]).replace(API.encode(), self._base)
            self._encoded[index] = known
        return known

    def index_of(self, record_id: str) -> int | None:
        """Where a record is, by its id."""
        if self._by_id is None:
            self._by_id = {str(row.get("id")): n for n, row in enumerate(self.rows)}
        return self._by_id.get(record_id)

    def choose(self, choice: Choice) -> list[int]:
        """The rows that a choice shows, in its order; BadFilter when it makes no sense."""
        known = self._choices.get(choice)
        if known is None:
            known = self._compute(choice)
            self._choices[choice] = known
            if len(self._choices) > REMEMBERED:
                self._choices.popitem(last=False)
        return known

    def move_to_end(self, index: int) -> None:
        """From now on this row is listed last, whatever the order."""
        self.moved[str(self.rows[index].get("id"))] = len(self.moved) + 1
        self._choices.clear()

    def shows(self, row: Record, filters: Sequence[Filter]) -> bool:
        """Whether a row passes the filters and is not hidden."""
        return all(test(read(row)) for read, test in self._checks(filters))

    def _checks(self, filters: Sequence[Filter]) -> list[tuple[Read, Test]]:
        asked = {HIDING[each.field] for each in filters if each.field in HIDING}
        hidden = [name for name in self.resource.hides if HIDING[name] not in asked]
        checks: list[tuple[Read, Test]] = [
            (reader(self.resource.name, name), is_unset) for name in hidden
        ]
        checks += [
            (reader(self.resource.name, each.field), each.test)
            for each in filters
            if each.operator != "*"
        ]
        return checks

    def _compute(self, choice: Choice) -> list[int]:
        filters = [parse(text, self.resource) for text in choice.filters]
        rows, keep = self.rows, choice.keep
        chosen = list(range(len(rows)))
        if keep is not None:
            chosen = [number for number in chosen if keep(rows[number])]
        for read, test in self._checks(filters):
            chosen = [number for number in chosen if test(read(rows[number]))]
        if "created_at" in self.resource.filters:
            self._sort(chosen, choice)
        return chosen

    def _sort(self, chosen: list[int], choice: Choice) -> None:
        rows = self.rows
        terms = [term for term in choice.sort.split(",") if term] or ["created_at"]
        for term in reversed(terms):
            name, _, direction = term.partition(":")
            key = self._sort_key(name)
            keys = {number: key(rows[number]) for number in chosen}
            chosen.sort(key=keys.__getitem__, reverse=(direction or choice.order) == "desc")
        if self.moved:
            moved = self.moved
            chosen.sort(key=lambda number: moved.get(str(rows[number].get("id")), 0))

    def _sort_key(self, name: str) -> Callable[[Record], SortKey]:
        kind = self.resource.filters.get(name)
        if kind is None:
            raise BadSort(f"{name} is not sortable")
        if name in ALWAYS_THERE:
            return lambda row: str(row[name])
        read = reader(self.resource.name, name)
        if kind is Kind.NUMBER:
            return lambda row: _as_number(read(row))
        return lambda row: str(read(row) or "")


class BadSort(ValueError):
    """A list was to be ordered by something it cannot be ordered by."""


class Tables:
    """All lists of one practice; they are read anew when the practice says it was edited."""

    def __init__(self, practice: Practice, base: str) -> None:
        self.practice = practice
        self.lock = threading.RLock()
        self.base = base
        self._version = practice.version
        self._tables: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if self._version != self.practice.version:
            self._tables.clear()
            self._version = self.practice.version
        table = self._tables.get(name)
        if table is None:
            rows = (
                _bookings(self.practice)
                if name == "bookings"
                else self.practice.records.get(name, [])
            )
            resource = RESOURCES.get(name) or Resource(name)
            table = self._tables[name] = Table(resource, rows, self.base)
        return table


def _as_number(value: Json) -> int:
    return int(str(value)) if is_set(value) else -1


def _bookings(practice: Practice) -> list[Record]:
    rows: list[Record] = []
    for name in ("individual_appointments", "group_appointments", "unavailable_blocks"):
        for row in practice.records.get(name, []):
            own: Json = {"self": f"{API}/bookings/{row['id']}"}
            rows.append({**row, "links": own})
    return rows
