"""Whose records somebody sees: the one place that decides it."""

from django.db.models import Q, QuerySet

from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.scheduling.models import Appointment, Attendance


def clients_of(user: User) -> QuerySet[Client]:
    """The clients of the workspace that somebody may see.

    Who is limited to their own clients sees those whom they have, or had, an appointment with.
    """
    found = Client.objects.filter(workspace_id=user.workspace_id)
    if not may(user, May.SEE_CLIENTS):
        return found.none()
    if not user.own_clients_only:
        return found
    with_them = Appointment.objects.filter(practitioner__user=user)
    attended = Attendance.objects.filter(appointment__in=with_them)
    return found.filter(
        Q(pk__in=with_them.values("client_id")) | Q(pk__in=attended.values("client_id"))
    )
