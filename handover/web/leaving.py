"""What a user would leave behind: asked before somebody is deactivated, and after."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from handover.accounts.models import User
from handover.clinical.queries import drafts_of
from handover.scheduling.models import Appointment, Availability
from handover.scheduling.queries import practitioners_of


@dataclass(frozen=True)
class Remains:
    """How much there still is of somebody: nothing of it goes away by itself.

    `appointments` are to come and not cancelled; `hours` are lines of weekly hours that go on;
    `drafts` are notes that are not final, theirs or written by them.
    """

    practitioner: bool
    appointments: int
    hours: int
    drafts: int

    def __bool__(self) -> bool:
        return bool(self.appointments or self.hours or self.drafts)


def remains_of(user: User) -> Remains:
    """Count it, in the workspace of the request; who is no practitioner may have drafts alone."""
    mine = practitioners_of(user)
    drafts = drafts_of(user)
    if not mine:
        return Remains(practitioner=False, appointments=0, hours=0, drafts=drafts.count())
    coming = Appointment.objects.filter(
        practitioner__in=mine, ends_at__gt=timezone.now(), cancelled_at=None, archived_at=None
    )
    goes_on = Q(last_day=None) | Q(last_day__gte=timezone.localdate())
    hours = Availability.objects.filter(goes_on, practitioner__in=mine)
    return Remains(
        practitioner=True,
        appointments=coming.count(),
        hours=hours.count(),
        drafts=drafts.count(),
    )
