"""Appointments that repeat: changed or cancelled one by one, from one on, or all that are to come.

Each is an appointment of its own, which names the first; imported ones do, too. What is over, was
cancelled or has another status than booked is nobody's plan any more: only the one that was named
is changed whatever it is.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as later

from handover.scheduling import operations
from handover.scheduling.booking import Clash, as_seen, hold, unless_confirmed
from handover.scheduling.models import Appointment, Attendance, Status
from handover.scheduling.operations import NOTHING, Slot, clashes_of, set_status, wall_time


class Reach(models.TextChoices):
    """How far a change goes."""

    ONE = "one", later("This one only")
    LATER = "later", later("This one and those after it")
    ALL = "all", later("All that are still to come")


def to_come(found: Appointment, reach: Reach = Reach.ALL) -> QuerySet[Appointment]:
    """The other appointments of its series that are still planned, the earliest first."""
    if reach == Reach.ONE:
        return Appointment.objects.none()
    head = found.series_start_id or found.pk
    begun = Attendance.objects.exclude(status__in=(Status.BOOKED, Status.CANCELLED))
    planned = Appointment.objects.filter(
        Q(pk=head) | Q(series_start_id=head),
        starts_at__gt=timezone.now(),
        status=Status.BOOKED,
        archived_at=None,
    )
    if reach == Reach.LATER:
        planned = planned.filter(starts_at__gt=found.starts_at)
    return planned.exclude(pk=found.pk).exclude(attendances__in=begun).order_by("starts_at", "pk")


@transaction.atomic
def change(
    pk: int,
    revision: int,
    slot: Slot,
    reach: Reach,
    *,
    notes: str | None = None,
    given: frozenset[str] = NOTHING,
) -> list[Appointment]:
    """Change an appointment as `operations.change` does, and others of its series with it.

    The others are moved by as many days and minutes on the wall, and get the same place,
    practitioner, service and length; their note only if this one's was changed. Raises as that
    does; what is to be confirmed is told of all together.
    """
    found = as_seen(Appointment, pk, revision)
    by = slot.starts - wall_time(found)
    notes = None if notes == found.notes else notes
    planned = {found: slot}
    for each in to_come(found, reach).select_for_update(of=("self",)):
        planned[each] = replace(slot, starts=wall_time(each) + by)
    hold(slot.practitioner)
    own = {f"{kind}{each.pk}" for kind in "ac" for each in planned}
    met = [clash for each, to in planned.items() for clash in clashes_of(each, to)]
    unless_confirmed(_others(met, own), given)
    said = frozenset(own | {clash.name for clash in met})
    return [
        operations.change(each.pk, each.revision, to, notes=notes, given=said)
        for each, to in planned.items()
    ]


def _others(met: Iterable[Clash], own: set[str]) -> list[Clash]:
    """What is met besides those that are moved themselves; each once."""
    return list({clash.name: clash for clash in met if clash.name not in own}.values())


@transaction.atomic
def cancel(
    pk: int, revision: int, reach: Reach, *, reason: str = "", note: str = ""
) -> list[Appointment]:
    """Cancel an appointment, and others of its series with it. Raises as `set_status` does."""
    found = as_seen(Appointment, pk, revision)
    others = list(to_come(found, reach).select_for_update(of=("self",)))
    return [
        set_status(each.pk, each.revision, Status.CANCELLED, reason=reason, note=note)
        for each in (found, *others)
    ]
