"""A client's appointments, and finding a client to book."""

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited
from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients import search
from handover.clients.models import Client, Thing
from handover.clients.search import asked
from handover.scheduling.calendar import Names
from handover.scheduling.models import Appointment, Attendance, Status
from handover.scheduling.queries import attendances_of, clients_of
from handover.scheduling.wall_clock import on_wall, zone_of
from handover.web.calendar.showing import Stands
from handover.web.clients.page import client_or_404, render_tab
from handover.web.marks import marks_of

PER_PAGE = 50
MOST_FOUND = 10
FEWEST_LETTERS = 2


@needs(May.SEE_CALENDAR)
@audited(Action.READ, "appointments", client="client_id")
def client_appointments(request: Request, client_id: int) -> HttpResponse:
    """List when a client comes, came, or did not, the latest first."""
    client = client_or_404(request, client_id)
    found = attendances_of(request.member, client).select_related("appointment")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names = Names.read()
    marks = marks_of([each.appointment for each in page])
    told = {
        "page": page,
        "rows": [(_row(each, names), marks.get(each.appointment_id)) for each in page],
        "may_edit": may(request.member, May.EDIT_CALENDAR),
    }
    return render_tab(request, client, "web/calendar/client_appointments.html", told)


def _row(attendance: Attendance, names: Names) -> dict[str, object]:
    booked = attendance.appointment
    zone = zone_of(booked.time_zone, names.zone.key)
    return {
        "pk": booked.pk,
        "starts": on_wall(booked.starts_at, zone),
        "ends": on_wall(booked.ends_at, zone),
        "zone": names.foreign(zone),
        "service": names.services.get(booked.service_id or 0, ""),
        "group": booked.kind == Appointment.Kind.GROUP,
        "practitioner": names.who(booked.practitioner_id),
        "location": names.where(booked.location_id),
        "stands": Stands(Status(attendance.status)),
        "reason": attendance.cancellation_reason,
        "archived": bool(booked.archived_at or attendance.archived_at),
    }


@needs(May.EDIT_CALENDAR)
@require_POST
def find(request: Request) -> HttpResponse:
    """The clients who agree with what was typed, to choose one of. Never in an address."""
    words = request.POST.get("client_search", "")
    told = {"found": matching(request.member, words), "words": words.strip()}
    return render(request, "web/calendar/found_clients.html", told)


def matching(user: User, words: str) -> list[Client]:
    """Those whom somebody may see and who agree with what was typed; some ten, by name."""
    today = timezone.now().date()
    found = clients_of(user).filter(archived_at=None, merged_into=None, merged_at=None)
    if len(words.strip()) < FEWEST_LETTERS or asked(words, today).nothing:
        return []
    rows = search.matching(found, Thing.CLIENT, words, today)
    return cast("list[Client]", list(rows.order_by("last_name", "first_name", "pk")[:MOST_FOUND]))
