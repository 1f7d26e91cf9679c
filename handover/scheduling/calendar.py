"""What stands in the calendar on some days: appointments, as the clocks on the walls show them.

Each is at the time of its own place, so that nine o'clock is nine o'clock there, whoever looks from
wherever. A week takes the same few queries however much is in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, FilteredRelation, Func, Q, QuerySet
from django.utils.translation import gettext as _

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

    `begins` is when it starts in UTC, without saying so.

    On a day on which the clock goes back it may end earlier than it began. Its end is drawn as
    long after its start as it lasts, at `drawn_until`. `last_day` is the day on which it ends; one
    that ends at midnight ends on the day before.
    """

    pk: int
    revision: int
    group: bool
    begins: datetime
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
            return _("%(service)s (%(present)s of %(places)s)") % {
                "service": self.service or _("Group"),
                "present": len(self.present),
                "places": self.places or _("any"),
            }
        return self.clients[0].name if self.clients else _("No client")

    @property
    def clock(self) -> str:
        """Which clock it is, where a time comes twice on that day; "" if there is no doubt."""
        twice = shown_twice(self.starts, self.zone) or shown_twice(self.ends, self.zone)
        return abbreviation(self.begins.replace(tzinfo=UTC), self.zone) if twice else ""


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
        named = ("former", "display_name", "first_name", "last_name")
        people = Practitioner.objects.order_by("former", "last_name", "first_name", "pk")
        people = people.only(*named)
        places = Location.objects.order_by("name", "pk").only("name", "display_name")
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
    return (
        practitioner.display_name
        or names
        or _("Practitioner %(number)s") % {"number": practitioner.pk}
    )


def name_to_choose(practitioner: Practitioner) -> str:
    """The same where people are chosen from: whoever works here no longer is told apart."""
    name = name_of(practitioner)
    return _("%(name)s (former)") % {"name": name} if practitioner.former else name


def place_name(location: Location) -> str:
    """How a location is called among the team."""
    return (
        location.name or location.display_name or _("Location %(number)s") % {"number": location.pk}
    )


def with_zone(name: str, zone: str) -> str:
    """A place or a person, with the zone whose clock counts there if it is another ("" if not)."""
    return _("%(place)s (%(zone)s time)") % {"place": name, "zone": zone} if zone else name


def client_name(first: str, last: str, preferred: str) -> str:
    """How the calendar calls a client."""
    called = f"{first} ({preferred})" if preferred and preferred != first else first
    return f"{called} {last}".strip()


def entries(user: User, asked: Asked, names: Names) -> list[Entry]:
    """The appointments that somebody may see on these days, the earliest on the wall first."""
    if not may(user, May.SEE_CALENDAR):
        return []
    read = _seen(user, _read(asked))
    called = _called(row.attends__pk for rows in read if rows[0].kind == GROUP for row in rows)
    made = (_entry(rows, called, names) for rows in read)
    return sorted(
        (each for each in made if _belongs(each, asked)),
        key=attrgetter("starts", "begins", "pk"),
    )


class Bare(Func):
    """A moment as it is in UTC, without saying so: read in a fifth of the time."""

    template = "(%(expressions)s AT TIME ZONE 'UTC')"
    output_field = DateTimeField()


class _Row(NamedTuple):
    """What is read of an appointment and one who attends it: all would be ten times as much."""

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
    attends__pk: int | None
    attends__client_id: int | None
    attends__status: str | None


def _read(asked: Asked) -> list[list[_Row]]:
    """The appointments, each with a row for whoever attends; one statement takes half of two."""
    attends = FilteredRelation("attendances", condition=Q(attendances__archived_at=None))
    found = _appointments(asked).annotate(
        begins=Bare("starts_at"), finishes=Bare("ends_at"), attends=attends
    )
    rows = defaultdict[int, list[_Row]](list)
    for row in map(_Row._make, found.values_list(*_Row._fields)):
        rows[row.pk].append(row)
    return list(rows.values())


def _seen(user: User, read: list[list[_Row]]) -> list[list[_Row]]:
    """Those of them that somebody may see: as `appointments_of` has it, asked about these alone."""
    if not user.own_clients_only:
        return read
    mine = set(practitioners_of(user))
    others = [row for row, *_more in read if row.practitioner_id not in mine]
    alone = {row.pk: row.client_id for row in others if row.kind != GROUP}
    own = seen_among(user, (client for client in alone.values() if client))
    return [
        rows for rows in read if rows[0].practitioner_id in mine or alone.get(rows[0].pk) in own
    ]


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


def _called(attendances: Iterable[int | None]) -> Mapping[int | None, str]:
    """The names of clients in groups; of others they are there already."""
    numbers = among(filter(None, attendances))
    found = Attendance.objects.filter(pk__in=numbers).exclude(client=None)
    columns = ("client__first_name", "client__last_name", "client__preferred_name")
    return {pk: client_name(*name) for pk, *name in found.values_list("pk", *columns)}


def _entry(rows: Sequence[_Row], called: Mapping[int | None, str], names: Names) -> Entry:
    row = rows[0]
    group = row.kind == GROUP
    zone = zone_of(row.time_zone, names.zone.key)
    clients = tuple(_together(rows, called)) if group else (_alone(rows),)
    service = row.service_id
    starts = on_wall_from(row.begins, zone)
    until = starts + (row.finishes - row.begins)
    return Entry(
        row.pk,
        row.revision,
        group,
        row.begins,
        starts,
        on_wall_from(row.finishes, zone),
        until,
        _last_day(starts, until),
        zone,
        row.practitioner_id,
        row.location_id,
        names.services.get(service, "") if service else "",
        row.max_clients,
        STATUSES[row.status] if group else clients[0].status,
        row.archived_at is not None,
        clients,
    )


def _together(rows: Sequence[_Row], called: Mapping[int | None, str]) -> Iterator[Coming]:
    """Who comes to a group, in the order in which they were put down."""
    for row in sorted(rows, key=_put_down):
        if row.attends__status:
            name = called.get(row.attends__pk, _("Client not known"))
            status = STATUSES[row.attends__status]
            yield Coming(row.attends__pk, row.attends__client_id, name, status)


def _alone(rows: Sequence[_Row]) -> Coming:
    """Who comes to an individual appointment; its first attendance says how it stands."""
    row = rows[0] if len(rows) == 1 else min(rows, key=_put_down)
    if row.client_id:
        name = client_name(
            row.client__first_name, row.client__last_name, row.client__preferred_name
        )
    else:
        name = row.client_name or _("No client")
    if not row.attends__status:
        return Coming(None, row.client_id, name, STATUSES[row.status])
    return Coming(row.attends__pk, row.attends__client_id, name, STATUSES[row.attends__status])


def _put_down(row: _Row) -> int:
    return row.attends__pk or 0
