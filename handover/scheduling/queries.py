"""Whose records somebody sees: the one place that decides it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.clients.search import among, numbers_in
from handover.core.tenancy import remembered
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Attendance, BusyTime, Status

#: How long an appointment is taken to last at most: so its index finds it by when it begins.
LONGEST = timedelta(days=1)
#: As many clients are looked up one by one; for more, all own clients are.
FEW = 60


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
    if len(asked) > FEW:
        return asked & own_clients(user)
    own = _booked_or_written(user, asked)
    attended = Attendance.objects.filter(
        client_id__in=among(asked - own),
        appointment__practitioner_id__in=practitioners_of(user),
    )
    return own | numbers_in(attended.values_list("client_id").distinct())


def own_clients(user: User) -> set[int]:
    """The numbers of all whom a practitioner has or had appointments with, or has written about.

    Asked from the practitioner's side, and once in a request: the three indexes say it without a
    look at the rows. Whoever comes alone is named by the appointment itself.
    """
    notes = _notes()
    tables = (Practitioner, Appointment, Attendance, notes)
    return remembered(f"own clients of {user.pk}", tables, partial(_all_own, user))


def _all_own(user: User) -> set[int]:
    whose = practitioners_of(user)
    alone = Appointment.objects.filter(practitioner_id__in=whose).values_list("client_id")
    several = Attendance.objects.filter(
        appointment__practitioner_id__in=whose, appointment__client=None
    )
    written = _notes()._default_manager.filter(practitioner_id__in=whose)
    found = alone.distinct().union(
        several.values_list("client_id").distinct(), written.values_list("client_id").distinct()
    )
    return numbers_in(found)


def _notes() -> type[Model]:
    """Progress notes, which are above this layer: by the name that clients have for them."""
    return Client._meta.get_field("progress_notes").related_model


def _booked_or_written(user: User, asked: set[int]) -> set[int]:
    whose, some = practitioners_of(user), among(asked)
    booked = Appointment.objects.filter(practitioner_id__in=whose, client_id__in=some)
    written = _notes()._default_manager.filter(practitioner_id__in=whose, client_id__in=some)
    found = booked.values_list("client_id").union(written.values_list("client_id"))
    return numbers_in(found)


def practitioners_of(user: User) -> list[int]:
    """The numbers of the practitioners that somebody is."""
    return remembered(f"practitioners of {user.pk}", (Practitioner,), partial(_practitioners, user))


def _practitioners(user: User) -> list[int]:
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


def busy(
    starts_at: datetime, ends_at: datetime, practitioner_id: int, location_id: int | None
) -> QuerySet[BusyTime]:
    """Busy times that take some of this time of a practitioner at a place, the earliest first.

    Those of nobody are everybody's: at their place, or everywhere.
    """
    everybodys = Q(practitioner_id=None) & (Q(location_id=location_id) | Q(location_id=None))
    found = BusyTime.objects.filter(
        Q(practitioner_id=practitioner_id) | everybodys, archived_at=None
    )
    return found.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).order_by("starts_at", "pk")


def in_the_way(block: BusyTime) -> QuerySet[Appointment]:
    """Appointments that a busy time meets: its practitioner's, or those of all at its place."""
    met = _meeting(block.starts_at, block.ends_at)
    if block.practitioner_id is not None:
        return met.filter(practitioner_id=block.practitioner_id)
    return met.filter(location_id=block.location_id) if block.location_id else met


def _meeting(starts_at: datetime, ends_at: datetime) -> QuerySet[Appointment]:
    """What nobody has cancelled; an appointment is taken to last a day at most."""
    found = Appointment.objects.filter(archived_at=None).exclude(status=Status.CANCELLED)
    found = found.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return found.filter(starts_at__gt=starts_at - LONGEST).order_by("starts_at", "pk")
