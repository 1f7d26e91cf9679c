"""How entries are shown: in words, with an icon, and in a colour, never in colour alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from handover.scheduling.calendar import Asked, Entry, Names, with_zone
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
#: What usually comes next, for one press of a button.
NEXT = {
    Status.BOOKED: Status.ARRIVED,
    Status.ARRIVED: Status.COMPLETED,
}
#: More in one list are as many as nobody reads: a day at a time, then.
MOST_LINES = 300


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


STANDS = {each: Stands(each) for each in Status}


class Row(NamedTuple):
    """One line of a day: an appointment, or a busy time."""

    starts: datetime
    ends: datetime
    title: str
    details: str
    entry: Entry | None = None
    span: Span | None = None

    @property
    def stands(self) -> Stands | None:
        """How an individual appointment stands; a group only if it is called off."""
        if self.entry is None or (self.entry.group and self.entry.status != Status.CANCELLED):
            return None
        return STANDS[self.entry.status]

    @property
    def next_step(self) -> Status | None:
        """What may come next, for an individual appointment."""
        if self.entry is None or self.entry.group or self.entry.archived:
            return None
        return NEXT.get(self.entry.status)


@dataclass(frozen=True)
class Day:
    """One day of the list: its lines, how many appointments there are, and who works when.

    A day that is `folded` has no lines: they are shown when somebody asks for that day.
    """

    day: date
    rows: tuple[Row, ...]
    appointments: int
    working: tuple[tuple[str, tuple[Span, ...]], ...]
    folded: bool = False


def days_of(found: list[Entry], asked: Asked, names: Names, chosen: date) -> list[Day]:
    """Every day that was asked for, with all that stands in it.

    Where that is very much, the chosen day alone has its lines, and the others are folded.
    """
    working, busy = working_hours(asked), busy_times(asked, names)
    by_day = _by_day(found)
    much = len(found) > MOST_LINES
    return [
        _day(day, by_day[day], working, busy, names, folded=much and day != chosen)
        for day in asked.days
    ]


def _by_day(found: list[Entry]) -> dict[date, list[Entry]]:
    """On which days something of each is."""
    days = defaultdict[date, list[Entry]](list)
    for entry in found:
        day = entry.starts.date()
        days[day].append(entry)
        while day < entry.last_day:
            day += timedelta(days=1)
            days[day].append(entry)
    return days


def _day(
    day: date,
    found: list[Entry],
    working: list[Span],
    busy: list[Span],
    names: Names,
    *,
    folded: bool,
) -> Day:
    rows: list[Row] = []
    if not (folded and found):
        rows = rows_of(found, names)
        rows += [
            Row(each.starts, each.ends, each.words, _place_of(each, names), span=each)
            for each in busy
            if each.on(day)
        ]
        rows.sort(key=itemgetter(0, 2))
    works = tuple(_who_works(day, working, names))
    return Day(day, tuple(rows), len(found), works, folded and bool(found))


def rows_of(found: Iterable[Entry], names: Names) -> list[Row]:
    """The lines of some appointments, in the same order."""
    return [
        Row(entry.starts, entry.ends, entry.title, _about(entry, names), entry) for entry in found
    ]


def _about(entry: Entry, names: Names) -> str:
    told = (
        "" if entry.group else entry.service,
        names.who(entry.practitioner),
        with_zone(names.where(entry.location), names.foreign(entry.zone)),
        _("archived") if entry.archived else "",
    )
    return ", ".join(filter(None, told))


def _place_of(span: Span, names: Names) -> str:
    told = (names.who(span.practitioner) or _("Everybody"), names.where(span.location))
    return ", ".join(filter(None, told))


def _who_works(
    day: date, working: list[Span], names: Names
) -> Iterator[tuple[str, tuple[Span, ...]]]:
    theirs = defaultdict[int | None, list[Span]](list)
    for each in working:
        if each.on(day):
            theirs[each.practitioner].append(each)
    for number in names.practitioners:
        if number in theirs:
            yield names.who(number), tuple(theirs[number])


def addresses(page: str) -> Callable[[int], str]:
    """What makes the address of a page about an appointment: looked up once for all of a week."""
    before, after = reverse(page, kwargs={"appointment_id": 0}).split("0")
    return lambda appointment: f"{before}{appointment}{after}"
