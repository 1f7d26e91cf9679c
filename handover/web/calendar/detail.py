"""What the page of one appointment shows."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from handover.accounts.access import Request
from handover.accounts.permissions import May, may
from handover.clinical.models import ProgressNote
from handover.scheduling.calendar import Names
from handover.scheduling.models import Appointment, Attendance, Status
from handover.scheduling.queries import clients_of
from handover.scheduling.wall_clock import abbreviation, on_wall, shown_twice, zone_of
from handover.web.calendar.looking import Look
from handover.web.calendar.showing import Stands
from handover.web.marks import mark_of


@dataclass(frozen=True)
class Attends:
    """One client in the appointment; `visible` if their own page may be seen."""

    row: Attendance
    stands: Stands
    visible: bool
    notes: tuple[tuple[str, str], ...]


def detail_of(request: Request, found: Appointment) -> dict[str, object]:
    """Everything about one appointment."""
    names = Names.read()
    zone = zone_of(found.time_zone, names.zone.key)
    starts, ends = on_wall(found.starts_at, zone), on_wall(found.ends_at, zone)
    twice = shown_twice(starts, zone) or shown_twice(ends, zone)
    group = found.kind == Appointment.Kind.GROUP
    attends = list(_attends(request, found))
    status = Status(attends[0].row.status if attends and not group else found.status)
    return {
        "appointment": found,
        "group": group,
        "starts": starts,
        "ends": ends,
        "minutes": int((found.ends_at - found.starts_at).total_seconds() // 60),
        "clock": abbreviation(found.starts_at, zone) if twice else "",
        "zone_name": names.foreign(zone),
        "service": names.services.get(found.service_id or 0, ""),
        "practitioner": names.who(found.practitioner_id),
        "location": names.where(found.location_id),
        "stands": Stands(status),
        "statuses": [Stands(each) for each in _choices(status)],
        "all_statuses": Status.choices,
        "attends": attends,
        "any_notes": any(each.notes for each in attends),
        "may_read_notes": may(request.member, May.SEE_NOTES),
        "present": sum(1 for each in attends if each.stands.status != Status.CANCELLED),
        "may_edit": may(request.member, May.EDIT_CALENDAR) and found.archived_at is None,
        "cancelled": status == Status.CANCELLED,
        "to_day": Look(starts.date()).at(),
        "mark": mark_of(found),
        "client_address": _client_address(request, found),
        "new_note": _address("web:new_note", found.client_id) if not group else "",
    }


def _choices(status: Status) -> list[Status]:
    """What one press of a button may make of it; cancelling has a page that asks why."""
    return [each for each in Status if each not in {status, Status.CANCELLED}]


def _attends(request: Request, found: Appointment) -> list[Attends]:
    rows = list(
        Attendance.objects.filter(appointment=found, archived_at=None)
        .select_related("client")
        .order_by("pk")
    )
    numbers = [row.client_id for row in rows if row.client_id]
    visible = set(clients_of(request.member).filter(pk__in=numbers).values_list("pk", flat=True))
    notes = _notes(request, found) if visible else {}
    return [
        Attends(
            row,
            Stands(Status(row.status)),
            row.client_id in visible,
            tuple(notes.get(row.client_id or 0, ())) if row.client_id in visible else (),
        )
        for row in rows
    ]


def _notes(request: Request, found: Appointment) -> dict[int, list[tuple[str, str]]]:
    """The notes about this appointment, by client: what they are called, and where they are."""
    notes: dict[int, list[tuple[str, str]]] = {}
    if not may(request.member, May.SEE_NOTES):
        return notes
    rows = ProgressNote.objects.filter(appointment=found).order_by("pk")
    for pk, client, title in rows.values_list("pk", "client_id", "title"):
        try:
            address = reverse("web:note", args=[pk])
        except NoReverseMatch:  # not built yet
            continue
        notes.setdefault(client, []).append((title or f"Note {pk}", address))
    return notes


def _client_address(request: Request, found: Appointment) -> str:
    if not found.client_id:
        return ""
    seen: bool = clients_of(request.member).filter(pk=found.client_id).exists()
    return _address("web:client", found.client_id) if seen else ""


def _address(page: str, client: int | None) -> str:
    if client is None:
        return ""
    try:
        return reverse(page, kwargs={"client_id": client})
    except NoReverseMatch:  # not built yet
        return ""
