"""What is done to working hours and busy times: set, added, changed, taken away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from handover.core.tenancy.changing import ChangedMeanwhile
from handover.practice.models import Location, Practitioner
from handover.practice.queries import practice_zone
from handover.scheduling.booking import as_seen
from handover.scheduling.models import (
    Availability,
    AvailabilityInterval,
    BusyTime,
    BusyTimeType,
    ExtraAvailability,
)
from handover.scheduling.wall_clock import instant, zone_of

Hours = Sequence[tuple[time, time]]


def week_of(practitioner: Practitioner, location: Location) -> QuerySet[Availability]:
    """The days of a practitioner's week at a location, with their hours."""
    found = Availability.objects.filter(practitioner=practitioner, location=location)
    return found.prefetch_related("intervals").order_by("weekday", "pk")


def seen(week: Iterable[Availability]) -> str:
    """How a week stands, for a form to name: another text if anybody has changed it since."""
    return " ".join(f"{each.pk}:{each.revision}" for each in week)


@transaction.atomic
def set_week(
    practitioner: Practitioner, location: Location, week: Mapping[int, Hours], was: str
) -> None:
    """Give each weekday (0 Sunday to 6 Saturday) its hours; one without any is kept as a day off.

    Raises `ChangedMeanwhile`.
    """
    Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)
    days = list(week_of(practitioner, location))
    if seen(days) != was:
        raise ChangedMeanwhile
    for weekday, hours in week.items():
        rows = [each for each in days if each.weekday == weekday]
        _set_day(rows, practitioner, location, weekday, hours)


def _set_day(
    rows: list[Availability],
    practitioner: Practitioner,
    location: Location,
    weekday: int,
    hours: Hours,
) -> None:
    there = [(each.starts_at, each.ends_at) for row in rows for each in row.intervals.all()]
    if there == list(hours):
        return
    workspace = practitioner.workspace_id
    first = (
        rows[0]
        if rows
        else Availability.objects.create(
            workspace_id=workspace,
            practitioner=practitioner,
            location=location,
            weekday=weekday,
            time_zone=zone_of(location.time_zone, practice_zone()).key,
        )
    )
    AvailabilityInterval.objects.filter(availability__in=rows).delete()
    for position, (starts, ends) in enumerate(hours):
        AvailabilityInterval.objects.create(
            workspace_id=workspace,
            availability=first,
            starts_at=starts,
            ends_at=ends,
            position=position,
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
    """A busy time as people give it; its times are of the wall of the location, or the practice."""

    practitioner: Practitioner
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


def add_busy_time(busy: Busy) -> BusyTime:
    """Add a busy time; appointments in it stay as they are. Raises `NoSuchTime`."""
    return BusyTime.objects.create(workspace_id=busy.practitioner.workspace_id, **busy.columns())


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
