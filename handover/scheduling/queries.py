"""Whose records somebody sees: the one place that decides it."""

from django.db.models import Exists, OuterRef, QuerySet

from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.scheduling.models import Appointment, Attendance


def clients_of(user: User) -> QuerySet[Client]:
    """The clients of the workspace that somebody may see.

    Who is limited to their own clients sees those whom they have, or had, an appointment with, and
    those whom they have written a note about. Each is looked up by itself, so that the question
    costs as much as what is asked for, and not as much as everybody whom they have ever seen.
    """
    found = Client.objects.filter(workspace_id=user.workspace_id)
    if not may(user, May.SEE_CLIENTS):
        return found.none()
    if not user.own_clients_only:
        return found
    mine = Appointment.objects.filter(practitioner__user=user)
    attended = Attendance.objects.filter(appointment__practitioner__user=user)
    # notes are above this layer: they are asked by the name that clients have for them
    written = Client.objects.filter(progress_notes__practitioner__user=user)
    return found.filter(
        Exists(mine.filter(client=OuterRef("pk")))
        | Exists(attended.filter(client=OuterRef("pk")))
        | Exists(written.filter(pk=OuterRef("pk")))
    )
