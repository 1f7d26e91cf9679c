"""Whose records somebody sees: the one place that decides it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.clients.search import among
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Attendance, BusyTime, Status

#: How long an appointment is taken to last at most: so its index finds it by when it begins.
LONGEST = timedelta(days=1)


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


def seen_among(user: User, numbers: Iterable[int]) -> set[int]:
    """Whom of these clients somebody may see, by their numbers.

    The same as `clients_of` says, for many at once: asked for as one, it would have the database
    go through all appointments there ever were.
    """
    asked = set(numbers)
    if not may(user, May.SEE_CLIENTS):
        return set()
    if not user.own_clients_only or not asked:
        return asked
    whose = practitioners_of(user)
    booked = Appointment.objects.filter(practitioner_id__in=whose, client_id__in=among(asked))
    own = {each for each in booked.values_list("client_id", flat=True).distinct() if each}
    written = Client.objects.filter(pk__in=among(asked - own))
    written = written.filter(progress_notes__practitioner_id__in=whose)
    own |= set(written.values_list("pk", flat=True).distinct())
    attended = Attendance.objects.filter(
        client_id__in=among(asked - own), appointment__practitioner_id__in=whose
    )
    return own | {each for each in attended.values_list("client_id", flat=True).distinct() if each}


def practitioners_of(user: User) -> list[int]:
    """The numbers of the practitioners that somebody is."""
    return list(Practitioner.objects.filter(user=user).values_list("pk", flat=True))


def appointments_of(user: User) -> QuerySet[Appointment]:
    """The appointments of the workspace that somebody may see.

    Who is limited to their own clients sees their own appointments, and those that one of their
    clients has alone with somebody else; of a colleague's group they see nothing.
    """
    found = Appointment.objects.filter(workspace_id=user.workspace_id)
    if not may(user, May.SEE_CALENDAR):
        return found.none()
    if not user.own_clients_only:
        return found
    alone = Q(kind=Appointment.Kind.INDIVIDUAL, client__in=clients_of(user))
    return found.filter(Q(practitioner__user=user) | alone)


def attendances_of(user: User, client: Client) -> QuerySet[Attendance]:
    """Where a client was booked, the latest first: none, if somebody may not see the client."""
    found = Attendance.objects.filter(client=client, client__in=clients_of(user))
    if not may(user, May.SEE_CALENDAR):
        return found.none()
    return found.order_by("-appointment__starts_at", "-pk")


def taken(starts_at: datetime, ends_at: datetime, practitioner_id: int) -> QuerySet[Appointment]:
    """Appointments that take some of this time of a practitioner, the earliest first."""
    return _meeting(starts_at, ends_at).filter(practitioner_id=practitioner_id)


def taken_of_client(
    starts_at: datetime, ends_at: datetime, client_id: int
) -> QuerySet[Appointment]:
    """Appointments at this time that a client is to come to, with whomever."""
    comes = Attendance.objects.filter(client_id=client_id).exclude(status=Status.CANCELLED)
    return _meeting(starts_at, ends_at).filter(
        Q(client_id=client_id) | Q(pk__in=comes.values("appointment_id"))
    )


def busy(starts_at: datetime, ends_at: datetime, practitioner_id: int) -> QuerySet[BusyTime]:
    """Busy times that take some of this time of a practitioner, the earliest first."""
    found = BusyTime.objects.filter(practitioner_id=practitioner_id, archived_at=None)
    return found.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).order_by("starts_at", "pk")


def _meeting(starts_at: datetime, ends_at: datetime) -> QuerySet[Appointment]:
    """What nobody has cancelled; an appointment is taken to last a day at most."""
    found = Appointment.objects.filter(archived_at=None).exclude(status=Status.CANCELLED)
    found = found.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return found.filter(starts_at__gt=starts_at - LONGEST).order_by("starts_at", "pk")
