"""What the generators share: the dice, the ids, the clock and the records made so far."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.model import API, Pending, link, stamp
from handover.sandbox.practice.stored import StoredFile

T = TypeVar("T")

HISTORY = timedelta(days=3 * 365)
AHEAD = timedelta(days=28)
DEFAULT_APPOINTMENTS = 12_000


@dataclass(slots=True)
class Client:
    """A patient while the practice is being made; ``record`` is None once deleted for good."""

    id: str
    name: str
    created: datetime
    business: int
    practitioner: int
    record: Record | None


@dataclass(slots=True)
class Practitioner:
    """A practitioner while the practice is being made; ``left`` is the last day of work."""

    id: str
    user_id: str
    name: str
    number: int
    left: date | None


@dataclass(slots=True)
class Business:
    """A location while the practice is being made."""

    id: str
    name: str
    zone: ZoneInfo


@dataclass(slots=True)
class AppointmentKind:
    """An appointment type while the practice is being made; ``items`` are billable items."""

    id: str
    name: str
    minutes: int
    places: int
    weight: int
    item_id: str | None = None
    until: date | None = None


@dataclass(slots=True)
class Visit:
    """One client at one appointment: what notes, forms and invoices are hung on."""

    booking_id: str
    attendee_id: str
    client: Client | None
    practitioner: int
    business: int
    kind: int
    starts: datetime
    ends: datetime
    created_at: str
    updated_at: str
    arrived: bool | None
    cancelled_at: str | None
    reason: int | None
    archived_at: str | None
    booking: Record = field(default_factory=dict)
    attendee: Record = field(default_factory=dict)


class Build:
    """A practice in the making. All chance comes from one seeded generator."""

    def __init__(self, *, clients: int, appointments: int, seed: int, today: date) -> None:
        self.client_count = clients
        self.appointment_count = appointments
        self.rng = random.Random(seed)
        self.today = today
        self.now = datetime.combine(today, time(2), UTC)
        self.start = self.now - HISTORY
        self.end = self.now + AHEAD
        self.extent = max(24, min(600, appointments // 20))
        self.records: dict[str, list[Record]] = {}
        self.settings: Record = {}
        self.businesses: list[Business] = []
        self.practitioners: list[Practitioner] = []
        self.kinds: list[AppointmentKind] = []
        self.clients: list[Client] = []
        self.visits: list[Visit] = []
        self.users: dict[str, str] = {}
        self.case_attachments: dict[str, list[str]] = {}
        self.files: dict[str, StoredFile] = {}
        self.pending: dict[str, Pending] = {}
        self.practitioner_types: dict[str, list[str]] = {}
        self.practitioner_businesses: dict[str, list[str]] = {}
        self._last_id = 987_654_321_000_000_000
        self._links: dict[tuple[str, str], Record] = {}

    def share(self, whole: int, least: int = 24) -> int:
        """How many there are of a kind of which a practice of the default size has ``whole``."""
        return max(least, whole * self.appointment_count // DEFAULT_APPOINTMENTS)

    def new_id(self) -> str:
        """An id beyond 2**53, as Cliniko has given them for years."""
        self._last_id += 1_000_003 + self.rng.getrandbits(40)
        return str(self._last_id)

    def token(self) -> str:
        """A UUID, drawn from the seed."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def link(self, resource: str, record_id: str) -> Record:
        """A relation to a record; the same object each time, to keep a large practice small."""
        key = (resource, record_id)
        if key not in self._links:
            self._links[key] = link(f"{resource}/{record_id}")
        return self._links[key]

    def add(
        self,
        resource: str,
        created: datetime,
        fields: Record,
        *,
        record_id: str | None = None,
        updated: datetime | None = None,
    ) -> Record:
        """Add a record with its id, times and own link around ``fields``."""
        fields["created_at"] = stamp(created)
        fields["updated_at"] = stamp(min(updated or created, self.now))
        return self.put(resource, record_id or self.new_id(), fields)

    def put(self, resource: str, record_id: str, fields: Record) -> Record:
        """Add a record whose ``fields`` hold its times already; they become the record."""
        fields["id"] = record_id
        fields["links"] = {"self": f"{API}/{resource}/{record_id}"}
        self.records.setdefault(resource, []).append(fields)
        return fields

    def moment(self, earliest: datetime | None = None, latest: datetime | None = None) -> datetime:
        """A moment between two others; by default anywhere in the practice's history."""
        first, last = earliest or self.start, latest or self.now
        seconds = max(0, int((last - first).total_seconds()))
        return first + timedelta(seconds=self.rng.randint(0, seconds))

    def chance(self, percent: float) -> bool:
        """True in so many cases of a hundred."""
        return self.rng.random() * 100 < percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self.rng.random() * len(choices))]

    def maybe(self, percent: float, value: Json) -> Json:
        """The value in so many cases of a hundred; else null, or now and then ``""``."""
        if self.chance(percent):
            return value
        return "" if self.chance(15) else None


def spread(rows: Sequence[T], wanted: int) -> list[T]:
    """So many of the rows, evenly spread over them; all when there are fewer."""
    count = min(wanted, len(rows))
    return [rows[number * len(rows) // count] for number in range(count)]


def amount(value: Decimal) -> str:
    """A decimal as Cliniko writes it: no idle zeros, yet at least one place (``"50.0"``)."""
    text = format(value.normalize(), "f")
    return text if "." in text else f"{text}.0"
