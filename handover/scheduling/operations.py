"""What is done to appointments: booked, changed, moved, given a status, cancelled.

Every change names the revision that its author has seen: who comes second is told, and overwrites
nothing. Nobody is ever sent anything.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from handover.clients.models import Case, Client
from handover.core.json import JsonObject
from handover.core.tenancy.changing import Refused
from handover.practice.models import CancellationReason, Location, Practitioner, Service
from handover.practice.queries import practice_zone
from handover.scheduling.booking import Clash, Wanted, as_seen, clashes, hold, unless_confirmed
from handover.scheduling.calendar import client_name
from handover.scheduling.models import Appointment, Attendance, Status
from handover.scheduling.wall_clock import instant, on_wall, zone_of

NOTHING: frozenset[str] = frozenset()
USUAL_MINUTES = 30
MOST_REPEATS = 51
LATELY = timedelta(days=60)
STATE = ("status", "cancelled_at", "cancellation_reason", "cancellation_note")


@dataclass(frozen=True)
class Slot:
    """When, where and with whom; `starts` is of the wall of the place.

    Without `minutes` it lasts as long as its service.
    """

    starts: datetime
    location: Location
    practitioner: Practitioner
    service: Service | None
    minutes: int | None = None

    @property
    def zone(self) -> str:
        """The name of the zone of its place."""
        return zone_of(self.location.time_zone, practice_zone()).key

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        usual = self.service.duration_minutes if self.service else None
        return timedelta(minutes=self.minutes or usual or USUAL_MINUTES)

    def times(self) -> tuple[datetime, datetime]:
        """From when to when, in UTC. Raises `NoSuchTime`."""
        starts_at = instant(self.starts, zone_of(self.zone))
        return starts_at, starts_at + self.length

    def wanted(self) -> Wanted:
        """What booking it takes. Raises `NoSuchTime`."""
        whose, where = self.practitioner.pk, self.location.pk
        return Wanted(*self.times(), whose, where, zone_of(self.zone))

    @property
    def for_group(self) -> bool:
        """Whether its service is for several clients at once."""
        return self.service is not None and self.service.max_clients > 1


@dataclass(frozen=True)
class Repeat:
    """Every so many weeks, so many times more, at the same time on the wall."""

    weeks: int
    times: int

    def rule(self) -> JsonObject:
        """As appointments keep it."""
        return {
            "repeat_type": "Weekly",
            "repeating_interval": self.weeks,
            "number_of_repeats": self.times,
        }


@transaction.atomic
def book(
    slot: Slot,
    client: Client | None,
    *,
    case: Case | None = None,
    notes: str = "",
    repeat: Repeat | None = None,
    given: frozenset[str] = NOTHING,
) -> list[Appointment]:
    """Book an appointment and its repeats; `given` is what was confirmed.

    Raises `NoSuchTime`, `NeedsConfirmation`, `Refused`.
    """
    _may_be_booked(slot, client)
    slots = list(_all_of(slot, repeat))
    hold(slot.practitioner)
    clients = [client.pk] if client else []
    found = list[Clash]()
    for each in slots:
        found += clashes(each.wanted(), clients)
    unless_confirmed(found, given)
    first: Appointment | None = None
    made = []
    for each in slots:
        one = _write(each, client, case, notes, first)
        if first is None and repeat:
            one.repeat_rule = repeat.rule()
            one.save(update_fields=["repeat_rule"])
        first = first or one
        made.append(one)
    return made


def _may_be_booked(slot: Slot, client: Client | None) -> None:
    if slot.practitioner.former:
        raise Refused(_("This practitioner has left and cannot be booked."))
    if client is None and not slot.for_group:
        raise Refused(_("Choose who comes: this service is for one client."))


def _all_of(slot: Slot, repeat: Repeat | None) -> Collection[Slot]:
    steps = range(min(repeat.times, MOST_REPEATS) + 1) if repeat else range(1)
    weeks = repeat.weeks if repeat else 0
    return [
        Slot(
            slot.starts + timedelta(weeks=weeks * step),
            slot.location,
            slot.practitioner,
            slot.service,
            slot.minutes,
        )
        for step in steps
    ]


def _write(
    slot: Slot, client: Client | None, case: Case | None, notes: str, first: Appointment | None
) -> Appointment:
    starts_at, ends_at = slot.times()
    workspace = slot.location.workspace_id
    alone = None if slot.for_group else client
    made = Appointment.objects.create(
        workspace_id=workspace,
        kind=Appointment.Kind.GROUP if slot.for_group else Appointment.Kind.INDIVIDUAL,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=slot.zone,
        service=slot.service,
        practitioner=slot.practitioner,
        location=slot.location,
        client=alone,
        case=case if alone else None,
        client_name=client_name(alone.first_name, alone.last_name, "") if alone else "",
        max_clients=slot.service.max_clients if slot.for_group and slot.service else None,
        notes=notes,
        series_start=first,
    )
    if client is not None:
        Attendance.objects.create(
            workspace_id=workspace, appointment=made, client=client, case=case
        )
    return made


@transaction.atomic
def change(
    pk: int,
    revision: int,
    slot: Slot,
    *,
    notes: str | None = None,
    given: frozenset[str] = NOTHING,
) -> Appointment:
    """Give an appointment another time, place, practitioner, service or note.

    Raises `ChangedMeanwhile`, `NoSuchTime`, `NeedsConfirmation`, `Refused`.
    """
    found = as_seen(Appointment, pk, revision)
    starts_at, ends_at = slot.times()
    elsewhere = (starts_at, ends_at, slot.practitioner.pk) != (
        *(found.starts_at, found.ends_at),
        found.practitioner_id,
    )
    if elsewhere:
        if slot.practitioner.former and slot.practitioner.pk != found.practitioner_id:
            raise Refused(_("This practitioner has left and cannot be booked."))
        hold(slot.practitioner)
        met = clashes(slot.wanted(), _clients_of(found), but=pk)
        unless_confirmed(met, given)
    found.starts_at, found.ends_at, found.time_zone = starts_at, ends_at, slot.zone
    found.practitioner, found.location = slot.practitioner, slot.location
    found.service = slot.service
    found.notes = found.notes if notes is None else notes
    found.save()
    return found


def clashes_of(found: Appointment, slot: Slot) -> list[Clash]:
    """What an appointment would meet at another time. Raises `NoSuchTime`."""
    return clashes(slot.wanted(), _clients_of(found), but=found.pk)


@transaction.atomic
def move(
    pk: int,
    revision: int,
    starts: datetime,
    practitioner: Practitioner | None = None,
    *,
    given: frozenset[str] = NOTHING,
) -> Appointment:
    """Move an appointment to another time on the wall of its place; it lasts as long as before.

    Raises as `change` does.
    """
    found = as_seen(Appointment, pk, revision)
    starts_at = instant(starts, zone_of(found.time_zone, practice_zone()))
    ends_at = starts_at + (found.ends_at - found.starts_at)
    with_whom = practitioner or found.practitioner
    if practitioner is not None and practitioner.former:
        raise Refused(_("This practitioner has left and cannot be booked."))
    hold(with_whom)
    found.starts_at, found.ends_at, found.practitioner = starts_at, ends_at, with_whom
    unless_confirmed(clashes(_as_it_is(found), _clients_of(found), but=pk), given)
    found.save()
    return found


def _as_it_is(found: Appointment) -> Wanted:
    """The time of an appointment as its row has it, as a time to be booked."""
    zone = zone_of(found.time_zone, practice_zone())
    whose, where = found.practitioner_id, found.location_id
    return Wanted(found.starts_at, found.ends_at, whose, where, zone)


def _clients_of(appointment: Appointment) -> list[int]:
    if appointment.kind == Appointment.Kind.INDIVIDUAL:
        return [appointment.client_id] if appointment.client_id else []
    coming = appointment.attendances.filter(archived_at=None).exclude(status=Status.CANCELLED)
    return [number for number in coming.values_list("client_id", flat=True) if number]


@transaction.atomic
def set_status(
    pk: int,
    revision: int,
    status: Status,
    *,
    reason: str = "",
    note: str = "",
    given: frozenset[str] = NOTHING,
) -> Appointment:
    """Say how an individual appointment stands, or call a whole group off.

    The appointment and its attendance say the same (docs/decisions/0007). What was cancelled and is
    booked again takes its time again: that may need confirming. Raises `ChangedMeanwhile`,
    `NeedsConfirmation`, `Refused`.
    """
    found = as_seen(Appointment, pk, revision)
    group = found.kind == Appointment.Kind.GROUP
    if group and status not in {Status.BOOKED, Status.CANCELLED}:
        raise Refused(_("In a group, each client has a status of their own."))
    if found.status == Status.CANCELLED and status != Status.CANCELLED:
        _take_again(found, given)
    called_off, now = found.cancelled_at, timezone.now()
    _mark(found, status, reason, note, now)
    for each in found.attendances.select_for_update().filter(archived_at=None):
        # who had cancelled before the whole group was called off stays cancelled
        if not group or (each.status != status and each.cancelled_at in {None, called_off}):
            _mark(each, status, reason, note, now)
    return found


def _take_again(found: Appointment, given: frozenset[str]) -> None:
    hold(found.practitioner)
    met = clashes(_as_it_is(found), _clients_of(found), but=found.pk)
    unless_confirmed(met, given)


def _mark(
    row: Appointment | Attendance, status: Status, reason: str, note: str, now: datetime
) -> None:
    cancelled = status == Status.CANCELLED
    row.status = status
    row.cancelled_at = now if cancelled else None
    row.cancellation_reason = reason if cancelled else ""
    row.cancellation_note = note if cancelled else ""
    row.save(update_fields=STATE)


@transaction.atomic
def set_attendance(
    pk: int, revision: int, status: Status, *, reason: str = "", note: str = ""
) -> Attendance:
    """Say how one client stands, in a group above all. Raises `ChangedMeanwhile`."""
    found = as_seen(Attendance, pk, revision)
    now = timezone.now()
    _mark(found, status, reason, note, now)
    booked = Appointment.objects.select_for_update().get(pk=found.appointment_id)
    if booked.kind == Appointment.Kind.INDIVIDUAL:  # both say the same: docs/decisions/0007
        _mark(booked, status, reason, note, now)
    return found


@transaction.atomic
def add_client(pk: int, client: Client, *, given: frozenset[str] = NOTHING) -> Attendance:
    """Add a client to a group. Raises `Refused`, and `NeedsConfirmation` if it is full."""
    found = Appointment.objects.select_for_update().get(pk=pk)
    if found.kind != Appointment.Kind.GROUP or found.status == Status.CANCELLED:
        raise Refused(_("Clients can be added to a group that takes place."))
    coming = _clients_of(found)
    if client.pk in coming:
        raise Refused(_("This client is in the group already."))
    met = clashes(replace(_as_it_is(found), practitioner=None), [client.pk], but=pk)
    if found.max_clients is not None and len(coming) >= found.max_clients:
        told = {"taken": len(coming), "all": found.max_clients}
        full = _("The group is full: %(taken)d of %(all)d.") % told
        met.append(Clash("full", full))
    unless_confirmed(met, given)
    return Attendance.objects.create(
        workspace_id=found.workspace_id, appointment=found, client=client
    )


def wall_time(appointment: Appointment) -> datetime:
    """When an appointment begins, on the wall of its place."""
    return on_wall(appointment.starts_at, zone_of(appointment.time_zone, practice_zone()))


def usual_reasons(most: int) -> list[str]:
    """The practice's own reasons for cancelling, then those of late, the most frequent first."""
    own = CancellationReason.objects.filter(archived_at=None).order_by("name")
    now = timezone.now()
    late = Appointment.objects.filter(starts_at__gt=now - LATELY, starts_at__lt=now + LATELY)
    late = late.filter(cancelled_at__isnull=False)
    named = late.exclude(cancellation_reason="").values_list("cancellation_reason")
    frequent = named.annotate(count=Count("pk")).order_by("-count")[:most]
    reasons = [*own.values_list("name", flat=True)[:most], *(reason for reason, _n in frequent)]
    return list(dict.fromkeys(reasons))[:most]
