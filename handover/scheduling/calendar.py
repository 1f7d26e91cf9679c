"""What stands in the calendar on some days: appointments, as the clocks on the walls show them.

Each is at the time of its own place, so that nine o'clock is nine o'clock there, whoever looks from
wherever. A week takes the same few queries however much is in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Func, QuerySet

from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.search import among
from handover.practice.models import Location, Practitioner, Service
from handover.practice.queries import practice_zone
from handover.scheduling.models import Appointment, Attendance, Status
from handover.scheduling.queries import LONGEST, practitioners_of, seen_among
from handover.scheduling.wall_clock import (
    abbreviation,
    anywhere,
    on_wall_from,
    same_clock,
    shown_twice,
    zone_of,
)

GROUP = Appointment.Kind.GROUP
#: Asked for a thousand times: an enumeration takes longer to call than a dictionary to look up.
STATUSES = {each.value: each for each in Status}
MOMENT = timedelta(microseconds=1)
LONGEST_RANGE = 42  # days: a month with the weeks that it begins and ends in


@dataclass(frozen=True)
class Asked:
    """Which days (both included), of whom, where; what is cancelled or archived only if wished."""

    first: date
    last: date
    location: int | None = None
    practitioner: int | None = None
    cancelled: bool = False

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.last - self.first < timedelta(days=LONGEST_RANGE):
            raise ValueError(f"from one day to {LONGEST_RANGE} days can be asked for")

    @property
    def days(self) -> list[date]:
        """Each day, in order."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]


class Coming(NamedTuple):
    """One client in an appointment."""

    attendance: int | None
    client: int | None
    name: str
    status: Status


class Entry(NamedTuple):
    """One appointment; `starts` and `ends` are of the wall of its place and have no zone.

    On a day on which the clock goes back it may end earlier than it began. Its end is drawn as
    long after its start as it lasts, at `drawn_until`. `last_day` is the day on which it ends; one
    that ends at midnight ends on the day before.
    """

    pk: int
    revision: int
    group: bool
    starts_at: datetime
    ends_at: datetime
    starts: datetime
    ends: datetime
    drawn_until: datetime
    last_day: date
    zone: ZoneInfo
    practitioner: int | None
    location: int | None
    service: str
    places: int | None
    status: Status
    archived: bool
    clients: tuple[Coming, ...]

    @property
    def present(self) -> tuple[Coming, ...]:
        """Those who have not cancelled."""
        return tuple(each for each in self.clients if each.status != Status.CANCELLED)

    @property
    def title(self) -> str:
        """Who comes, or to what how many of how many come."""
        if self.group:
            return f"{self.service or 'Group'} ({len(self.present)} of {self.places or 'any'})"
        return self.clients[0].name if self.clients else "No client"

    @property
    def clock(self) -> str:
        """Which clock it is, where a time comes twice on that day; "" if there is no doubt."""
        twice = shown_twice(self.starts, self.zone) or shown_twice(self.ends, self.zone)
        return abbreviation(self.starts_at, self.zone) if twice else ""


def _last_day(starts: datetime, until: datetime) -> date:
    if until.date() == starts.date():
        return until.date()
    return max(until - MOMENT, starts).date()


@dataclass(frozen=True)
class Names:
    """The names of what appointments lead to, by number; few enough to be read as a whole."""

    practitioners: Mapping[int, Practitioner]
    locations: Mapping[int, Location]
    services: Mapping[int, str]
    zone: ZoneInfo
    people: Mapping[int, str]
    places: Mapping[int, str]

    @classmethod
    def read(cls) -> "Names":
        """All of this workspace, in the order of their names."""
        people = Practitioner.objects.order_by("former", "last_name", "first_name", "pk")
        places = Location.objects.order_by("name", "pk")
        return cls(
            {each.pk: each for each in people},
            {each.pk: each for each in places},
            dict(Service.objects.values_list("pk", "name")),
            zone_of(practice_zone()),
            {each.pk: name_of(each) for each in people},
            {each.pk: place_name(each) for each in places},
        )

    def who(self, number: int | None) -> str:
        """The name of a practitioner."""
        return self.people.get(number or 0, "")

    def where(self, number: int | None) -> str:
        """The name of a location."""
        return self.places.get(number or 0, "")

    def foreign(self, zone: ZoneInfo) -> str:
        """The zone's name where its clock is not always the practice's own, else ""."""
        same = same_clock(zone, self.zone)
        return "" if same else zone.key.rpartition("/")[2].replace("_", " ")


def name_of(practitioner: Practitioner) -> str:
    """How a practitioner is called."""
    names = f"{practitioner.first_name} {practitioner.last_name}".strip()
    return practitioner.display_name or names or f"Practitioner {practitioner.pk}"


def place_name(location: Location) -> str:
    """How a location is called among the team."""
    return location.name or location.display_name or f"Location {location.pk}"


def client_name(first: str, last: str, preferred: str) -> str:
    """How the calendar calls a client."""
    called = f"{first} ({preferred})" if preferred and preferred != first else first
    return f"{called} {last}".strip()


def entries(user: User, asked: Asked, names: Names) -> list[Entry]:
    """The appointments that somebody may see on these days, the earliest on the wall first."""
    if not may(user, May.SEE_CALENDAR):
        return []
    found = _appointments(asked).annotate(begins=Bare("starts_at"), finishes=Bare("ends_at"))
    rows = _seen(user, list(map(_Row._make, found.values_list(*_Row._fields))))
    groups = [row.pk for row in rows if row.kind == GROUP]
    coming = _coming([row.pk for row in rows], groups)
    made = (_entry(row, coming.get(row.pk, ()), names) for row in rows)
    return sorted(
        (each for each in made if _belongs(each, asked)),
        key=attrgetter("starts", "starts_at", "pk"),
    )


class Bare(Func):
    """A moment as it is in UTC, without saying so: read in a fifth of the time."""

    template = "(%(expressions)s AT TIME ZONE 'UTC')"
    output_field = DateTimeField()


class _Row(NamedTuple):
    """What is read of an appointment: whole rows would be ten times as much."""

    pk: int
    revision: int
    kind: str
    begins: datetime
    finishes: datetime
    time_zone: str
    status: str
    archived_at: datetime | None
    practitioner_id: int | None
    location_id: int | None
    service_id: int | None
    max_clients: int | None
    client_id: int | None
    client_name: str
    client__first_name: str
    client__last_name: str
    client__preferred_name: str


def _seen(user: User, rows: list[_Row]) -> list[_Row]:
    """Those of them that somebody may see: as `appointments_of` has it, asked about these alone."""
    if not user.own_clients_only:
        return rows
    mine = set(practitioners_of(user))
    others = [each for each in rows if each.practitioner_id not in mine]
    alone = {each.pk: each.client_id for each in others if each.kind != GROUP}
    own = seen_among(user, (client for client in alone.values() if client))
    return [each for each in rows if each.practitioner_id in mine or alone.get(each.pk) in own]


def _appointments(asked: Asked) -> QuerySet[Appointment]:
    start, end = anywhere(asked.first, asked.last)
    found = Appointment.objects.filter(starts_at__gt=start - LONGEST, starts_at__lt=end)
    if asked.location:
        found = found.filter(location_id=asked.location)
    if asked.practitioner:
        found = found.filter(practitioner_id=asked.practitioner)
    return found if asked.cancelled else found.filter(archived_at=None)


def _belongs(entry: Entry, asked: Asked) -> bool:
    if not asked.cancelled and entry.status == Status.CANCELLED:
        return False
    return entry.starts.date() <= asked.last and entry.last_day >= asked.first


def _coming(appointments: Iterable[int], groups: Iterable[int]) -> Mapping[int, Sequence[Coming]]:
    """Who comes to each. Names are read for groups alone: of others they are there already."""
    found = Attendance.objects.filter(appointment_id__in=among(appointments), archived_at=None)
    columns = ("client__first_name", "client__last_name", "client__preferred_name")
    in_groups = found.filter(appointment_id__in=among(groups)).exclude(client=None)
    names = {pk: client_name(*name) for pk, *name in in_groups.values_list("pk", *columns)}
    rows = found.order_by("pk").values_list("appointment_id", "pk", "client_id", "status")
    coming = defaultdict[int, list[Coming]](list)
    for appointment, attendance, client, status in rows:
        name = names.get(attendance, "Client not known")
        coming[appointment].append(Coming(attendance, client, name, STATUSES[status]))
    return coming


def _entry(row: _Row, coming: Sequence[Coming], names: Names) -> Entry:
    group = row.kind == GROUP
    zone = zone_of(row.time_zone, names.zone.key)
    clients = tuple(coming) if group else (_alone(row, coming),)
    service = row.service_id
    starts = on_wall_from(row.begins, zone)
    until = starts + (row.finishes - row.begins)
    return Entry(
        pk=row.pk,
        revision=row.revision,
        group=group,
        starts_at=row.begins.replace(tzinfo=UTC),
        ends_at=row.finishes.replace(tzinfo=UTC),
        starts=starts,
        ends=on_wall_from(row.finishes, zone),
        drawn_until=until,
        last_day=_last_day(starts, until),
        zone=zone,
        practitioner=row.practitioner_id,
        location=row.location_id,
        service=names.services.get(service, "") if service else "",
        places=row.max_clients,
        status=STATUSES[row.status] if group else clients[0].status,
        archived=row.archived_at is not None,
        clients=clients,
    )


def _alone(row: _Row, coming: Sequence[Coming]) -> Coming:
    """Who comes to an individual appointment; its attendance says how it stands."""
    if row.client_id:
        name = client_name(
            row.client__first_name, row.client__last_name, row.client__preferred_name
        )
    else:
        name = row.client_name or "No client"
    if not coming:
        return Coming(None, row.client_id, name, STATUSES[row.status])
    comes = coming[0]
    return Coming(comes.attendance, comes.client, name, comes.status)
