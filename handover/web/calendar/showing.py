"""How entries are shown: in words, with an icon, and in a colour, never in colour alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from handover.scheduling.calendar import Asked, Entry, Names
from handover.scheduling.models import Status
from handover.scheduling.working import Span, busy_times, working_hours

ICONS = {
    Status.BOOKED: "clock",
    Status.ARRIVED: "check",
    Status.COMPLETED: "circle-check",
    Status.DID_NOT_ARRIVE: "user-off",
    Status.CANCELLED: "x",
}
COLOURS = {
    Status.BOOKED: "azure",
    Status.ARRIVED: "yellow",
    Status.COMPLETED: "green",
    Status.DID_NOT_ARRIVE: "red",
    Status.CANCELLED: "secondary",
}
#: What usually comes next, for one press of a button: the status, and the button's words.
NEXT = {
    Status.BOOKED: (Status.ARRIVED, Status.ARRIVED.label),
    Status.ARRIVED: (Status.COMPLETED, Status.COMPLETED.label),
}


@dataclass(frozen=True)
class Stands:
    """A status, as badges show it."""

    status: Status

    @property
    def words(self) -> str:
        """Its name."""
        return str(self.status.label)

    @property
    def icon(self) -> str:
        """Its drawing."""
        return ICONS[self.status]

    @property
    def colour(self) -> str:
        """Its colour."""
        return COLOURS[self.status]


@dataclass(frozen=True)
class Row:
    """One line of a day: an appointment, or a busy time."""

    starts: datetime
    ends: datetime
    day: date
    title: str
    details: tuple[str, ...]
    clock: str = ""
    entry: Entry | None = None
    span: Span | None = None

    @property
    def stands(self) -> Stands | None:
        """How an individual appointment stands; a group only if it is called off."""
        if self.entry is None or (self.entry.group and self.entry.status != Status.CANCELLED):
            return None
        return Stands(self.entry.status)

    @property
    def next_step(self) -> tuple[Status, str] | None:
        """What may come next, for an individual appointment."""
        if self.entry is None or self.entry.group or self.entry.archived:
            return None
        return NEXT.get(self.entry.status)


@dataclass(frozen=True)
class Day:
    """One day of the list: its lines, and who works when."""

    day: date
    rows: tuple[Row, ...]
    working: tuple[tuple[str, tuple[Span, ...]], ...]

    @property
    def appointments(self) -> int:
        """How many appointments there are."""
        return sum(1 for row in self.rows if row.entry)


def days_of(found: list[Entry], asked: Asked, names: Names) -> list[Day]:
    """Every day that was asked for, with all that stands in it."""
    working, busy = working_hours(asked), busy_times(asked, names)
    by_day = _by_day(found)
    return [_day(day, by_day[day], working, busy, names) for day in asked.days]


def _by_day(found: list[Entry]) -> dict[date, list[Entry]]:
    """On which days something of each is."""
    days = defaultdict[date, list[Entry]](list)
    for entry in found:
        day = entry.starts.date()
        while day <= entry.last_day:
            days[day].append(entry)
            day += timedelta(days=1)
    return days


def _day(day: date, found: list[Entry], working: list[Span], busy: list[Span], names: Names) -> Day:
    rows = [
        Row(entry.starts, entry.ends, day, entry.title, _about(entry, names), entry.clock, entry)
        for entry in found
    ]
    rows += [
        Row(each.starts, each.ends, day, each.words, _place_of(each, names), span=each)
        for each in busy
        if each.on(day)
    ]
    rows.sort(key=lambda row: (row.starts, row.title))
    return Day(day, tuple(rows), tuple(_who_works(day, working, names)))


def _about(entry: Entry, names: Names) -> tuple[str, ...]:
    place, zone = names.where(entry.location), names.foreign(entry.zone)
    told = (
        "" if entry.group else entry.service,
        names.who(entry.practitioner),
        f"{place} ({zone} time)" if zone else place,
        "archived" if entry.archived else "",
    )
    return tuple(each for each in told if each)


def _place_of(span: Span, names: Names) -> tuple[str, ...]:
    told = (names.who(span.practitioner) or "Everybody", names.where(span.location))
    return tuple(each for each in told if each)


def _who_works(
    day: date, working: list[Span], names: Names
) -> Iterable[tuple[str, tuple[Span, ...]]]:
    for number in names.practitioners:
        spans = tuple(each for each in working if each.practitioner == number and each.on(day))
        if spans:
            yield names.who(number), spans


def addresses(page: str) -> Callable[[int], str]:
    """What makes the address of a page about an appointment: looked up once for all of a week."""
    before, after = reverse(page, kwargs={"appointment_id": 0}).split("0")
    return lambda appointment: f"{before}{appointment}{after}"
