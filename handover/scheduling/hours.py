"""What is done to working hours and busy times: set, added, changed, taken away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from handover.core.tenancy.changing import ChangedMeanwhile
from handover.practice.models import Location, Practitioner
from handover.practice.queries import practice_zone
from handover.scheduling.booking import as_seen, hold
from handover.scheduling.models import (
    Availability,
    AvailabilityInterval,
    BusyTime,
    BusyTimeType,
    ExtraAvailability,
)
from handover.scheduling.wall_clock import DAY, instant, on_wall, zone_of

Hours = Sequence[tuple[time, time]]


def week_of(practitioner: Practitioner, location: Location) -> QuerySet[Availability]:
    """The days of a practitioner's week at a location, with their hours."""
    found = Availability.objects.filter(practitioner=practitioner, location=location)
    return found.prefetch_related("intervals").order_by("weekday", "pk")


def in_force(week: Iterable[Availability], day: date) -> list[Availability]:
    """Those of a week's rows, past and planned ones among them, that hold on a day."""
    return [
        each
        for each in week
        if (each.first_day or day) <= day and (each.last_day is None or each.last_day >= day)
    ]


def planned(week: Iterable[Availability], day: date) -> list[date]:
    """The days after this one from which a week's hours are to be others."""
    return sorted({each.first_day for each in week if each.first_day and each.first_day > day})


def weekly_rows(day: date) -> dict[tuple[int, int | None], list[Availability]]:
    """What holds on a day or later, of everybody everywhere: by practitioner and location."""
    found = Availability.objects.filter(Q(last_day=None) | Q(last_day__gte=day))
    rows: dict[tuple[int, int | None], list[Availability]] = {}
    for each in found.prefetch_related("intervals").order_by("practitioner_id", "location_id"):
        rows.setdefault((each.practitioner_id, each.location_id), []).append(each)
    return rows


def today_at(location: Location) -> date:
    """The day that it is at a location."""
    return on_wall(timezone.now(), zone_of(location.time_zone, practice_zone())).date()


def seen(week: Iterable[Availability]) -> str:
    """How a week stands, for a form to name: another text if anybody has changed it since."""
    return " ".join(f"{each.pk}:{each.revision}" for each in week)


@dataclass(frozen=True)
class Whose:
    """Whose hours, and where."""

    practitioner: Practitioner
    location: Location


@transaction.atomic
def set_week(
    whose: Whose, week: Mapping[int, Hours], was: str, *, since: date | None = None
) -> None:
    """Give each weekday (0 Sunday to 6 Saturday) its hours; one without any is kept as a day off.

    They hold from the day `since` until what is planned for later; what was before stays. Without
    it the hours that hold today are put right, as if they had always been so. Raises
    `ChangedMeanwhile`.
    """
    Practitioner.objects.select_for_update(no_key=True).get(pk=whose.practitioner.pk)
    days = list(week_of(whose.practitioner, whose.location))
    if seen(days) != was:
        raise ChangedMeanwhile
    for weekday, hours in week.items():
        _set_day([each for each in days if each.weekday == weekday], (weekday, hours), whose, since)


def _set_day(
    rows: list[Availability], day: tuple[int, Hours], whose: Whose, since: date | None
) -> None:
    weekday, hours = day
    begins = since or today_at(whose.location)
    held = in_force(rows, begins)
    there = [(each.starts_at, each.ends_at) for row in held for each in row.intervals.all()]
    if there == list(hours):
        return
    again = [row for row in held if since is None or row.first_day == since]
    if not again:
        for row in held:
            row.last_day = begins - DAY
            row.save(update_fields=["last_day"])
        again = [_anew(rows, weekday, whose, since)]
    AvailabilityInterval.objects.filter(availability__in=again).delete()
    for position, (starts, ends) in enumerate(hours):
        AvailabilityInterval.objects.create(
            workspace_id=whose.location.workspace_id,
            availability=again[0],
            starts_at=starts,
            ends_at=ends,
            position=position,
        )


def _anew(rows: list[Availability], weekday: int, whose: Whose, since: date | None) -> Availability:
    """Another row of a weekday, between what was before and what is planned for later."""
    begins = since or today_at(whose.location)
    later = [each.first_day for each in rows if each.first_day and each.first_day > begins]
    over = [each.last_day for each in rows if each.last_day and each.last_day < begins]
    return Availability.objects.create(
        workspace_id=whose.location.workspace_id,
        practitioner=whose.practitioner,
        location=whose.location,
        weekday=weekday,
        time_zone=zone_of(whose.location.time_zone, practice_zone()).key,
        first_day=since or (max(over) + DAY if over else None),
        last_day=min(later) - DAY if later else None,
    )


def add_extra(
    practitioner: Practitioner, location: Location, starts: datetime, ends: datetime
) -> ExtraAvailability:
    """Add a time outside the weekly hours; given as on the wall there. Raises `NoSuchTime`."""
    zone = zone_of(location.time_zone, practice_zone())
    return ExtraAvailability.objects.create(
        workspace_id=practitioner.workspace_id,
        practitioner=practitioner,
        location=location,
        starts_at=instant(starts, zone),
        ends_at=instant(ends, zone),
        time_zone=zone.key,
    )


@dataclass(frozen=True)
class Busy:
    """A busy time as people give it; its times are of the wall of the location, or the practice.

    Without a practitioner it is everybody's.
    """

    practitioner: Practitioner | None
    location: Location | None
    type: BusyTimeType | None
    starts: datetime
    ends: datetime
    notes: str = ""

    def columns(self) -> dict[str, object]:
        """As the row has it. Raises `NoSuchTime`."""
        zone = zone_of(self.location.time_zone if self.location else "", practice_zone())
        return {
            "practitioner": self.practitioner,
            "location": self.location,
            "type": self.type,
            "starts_at": instant(self.starts, zone),
            "ends_at": instant(self.ends, zone),
            "time_zone": zone.key,
            "notes": self.notes,
        }


@transaction.atomic
def add_busy_time(whose: Practitioner, busy: Busy) -> tuple[BusyTime, bool]:
    """Add a busy time, and tell whether it is new: a form sent twice gives the same one.

    Appointments in it stay as they are. Raises `NoSuchTime`.
    """
    hold(whose)
    columns = busy.columns() | {"practitioner": whose}
    same = BusyTime.objects.filter(archived_at=None, **columns).order_by("pk").first()
    return (same, False) if same else (_added(whose, columns), True)


def _added(whose: Practitioner, columns: Mapping[str, object]) -> BusyTime:
    return BusyTime.objects.create(workspace_id=whose.workspace_id, **columns)


@transaction.atomic
def change_busy_time(pk: int, revision: int, busy: Busy) -> BusyTime:
    """Write a busy time anew. Raises `ChangedMeanwhile`, `NoSuchTime`."""
    found = as_seen(BusyTime, pk, revision)
    for name, value in busy.columns().items():
        setattr(found, name, value)
    found.save()
    return found


@transaction.atomic
def remove_busy_time(pk: int, revision: int) -> BusyTime:
    """Take a busy time off the calendar; its row stays, archived. Raises `ChangedMeanwhile`."""
    found = as_seen(BusyTime, pk, revision)
    found.archived_at = timezone.now()
    found.save(update_fields=["archived_at"])
    return found
