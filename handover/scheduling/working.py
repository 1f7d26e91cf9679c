"""When practitioners work and when they are busy, on some days, as the clocks on the walls show it.

Neither forbids a booking: both are shown behind the appointments, and a busy time is warned of.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from django.db.models import Q
from django.utils.translation import gettext as _

from handover.core.json import Json
from handover.scheduling.calendar import Asked, Names
from handover.scheduling.models import AvailabilityInterval, BusyTime, ExtraAvailability
from handover.scheduling.wall_clock import DAY, anywhere, on_wall, zone_of

MOST_REPEATS = 100
DAYS = {"Daily": 1, "Weekly": 7}
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Span:
    """A time of one practitioner, on the wall of its place."""

    practitioner: int | None
    location: int | None
    starts: datetime
    ends: datetime
    words: str = ""
    pk: int | None = None

    def meets(self, asked: Asked) -> bool:
        """Whether some of it lies on these days."""
        return any(self.on(day) for day in asked.days)

    def on(self, day: date) -> bool:
        """Whether some of it is on this day."""
        last = max(self.ends - timedelta(microseconds=1), self.starts)
        return self.starts.date() <= day <= last.date()


def weekday_of(day: date) -> int:
    """0 Sunday to 6 Saturday, as availabilities have it."""
    return day.isoweekday() % 7


def working_hours(asked: Asked) -> list[Span]:
    """When practitioners are available: their weekly hours and what they work besides."""
    spans = [*_weekly(asked), *_extra(asked)]
    return sorted(spans, key=lambda span: (span.starts, span.practitioner or 0))


def _weekly(asked: Asked) -> Iterator[Span]:
    found = AvailabilityInterval.objects.filter(
        within(asked.first, asked.last), **_wanted(asked, "availability__")
    )
    rows = list(
        found.order_by("starts_at").values_list(
            "availability__weekday",
            "availability__first_day",
            "availability__last_day",
            "availability__practitioner_id",
            "availability__location_id",
            "starts_at",
            "ends_at",
        )
    )
    for day in asked.days:
        for weekday, first, last, practitioner, location, starts, ends in rows:
            if weekday == weekday_of(day) and (first or day) <= day <= (last or day):
                until = datetime.combine(day, ends)
                until += DAY if ends <= starts else timedelta(0)  # midnight ends a day
                yield Span(practitioner, location, datetime.combine(day, starts), until)


def within(first: date, last: date) -> Q:
    """The weekly hours that hold on one of these days, for intervals."""
    begun = Q(availability__first_day=None) | Q(availability__first_day__lte=last)
    return begun & (Q(availability__last_day=None) | Q(availability__last_day__gte=first))


def place_of(practitioner: int, day: date) -> int | None:
    """Where somebody works on a day, by their weekly hours; None if nowhere."""
    hours = AvailabilityInterval.objects.filter(
        within(day, day),
        availability__practitioner_id=practitioner,
        availability__weekday=weekday_of(day),
    )
    return hours.values_list("availability__location_id", flat=True).order_by("starts_at").first()


def _extra(asked: Asked) -> Iterator[Span]:
    _, end = anywhere(asked.first, asked.last)
    found = ExtraAvailability.objects.filter(starts_at__lt=end, **_wanted(asked, ""))
    for each in found.order_by("starts_at"):
        zone = zone_of(each.time_zone)
        starts = on_wall(each.starts_at, zone)
        for begins in repeats(starts, each.repeat_rule, until=asked.last):
            ends = begins + (each.ends_at - each.starts_at)
            span = Span(each.practitioner_id, each.location_id, begins, ends, "", each.pk)
            if span.meets(asked):
                yield span


def repeats(starts: datetime, rule: Json, until: date) -> Iterator[datetime]:
    """The first time and each that follows by a rule of the source, at the same time on the wall.

    `{"repeat_type": "Weekly", "number_of_repeats": 6, "repeating_interval": 1}`; a rule that cannot
    be read repeats nothing.
    """
    given = rule if isinstance(rule, dict) else {}
    unit, step = str(given.get("repeat_type")), _number(given.get("repeating_interval"))
    known = step and (unit in DAYS or unit == "Monthly")
    times = min(_number(given.get("number_of_repeats")), MOST_REPEATS) if known else 0
    made = (_later(starts, unit, step * number) for number in range(times + 1))
    return takewhile(lambda each: each.date() <= until, made)


def _later(starts: datetime, unit: str, steps: int) -> datetime:
    """So many days, weeks or months later; the 31st is the last day of a shorter month."""
    if unit in DAYS:
        return starts + timedelta(days=DAYS[unit] * steps)
    years, month = divmod(starts.month - 1 + steps, MONTHS_A_YEAR)
    year, month = starts.year + years, month + 1
    return starts.replace(year=year, month=month, day=min(starts.day, monthrange(year, month)[1]))


def _number(value: Json) -> int:
    try:
        return max(int(str(value)), 0)
    except ValueError:
        return 0


def busy_times(asked: Asked, names: Names) -> list[Span]:
    """When practitioners are not available, the earliest first; those of nobody are everybody's."""
    start, end = anywhere(asked.first, asked.last)
    found = BusyTime.objects.filter(ends_at__gt=start, starts_at__lt=end, archived_at=None)
    if asked.practitioner:
        found = found.filter(Q(practitioner_id=asked.practitioner) | Q(practitioner_id=None))
    if asked.location:
        found = found.filter(Q(location_id=asked.location) | Q(location_id=None))
    spans = (_busy(each, names) for each in found.select_related("type").order_by("starts_at"))
    return [each for each in spans if each.meets(asked)]


def _busy(row: BusyTime, names: Names) -> Span:
    zone = zone_of(row.time_zone, names.zone.key)
    starts = on_wall(row.starts_at, zone)
    ends = starts + (row.ends_at - row.starts_at)
    kind = row.type.name if row.type else ""
    words = ": ".join(each for each in (kind or _("Busy"), row.notes) if each)
    return Span(row.practitioner_id, row.location_id, starts, ends, words, row.pk)


def _wanted(asked: Asked, before: str) -> dict[str, int]:
    wanted = {"practitioner_id": asked.practitioner, "location_id": asked.location}
    return {before + name: number for name, number in wanted.items() if number}
