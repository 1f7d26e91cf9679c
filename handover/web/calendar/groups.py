"""The clients of a group: added, and each with a status of their own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.core.tenancy.changing import Refused
from handover.scheduling import operations
from handover.scheduling.booking import NeedsConfirmation, confirmed
from handover.scheduling.models import Appointment, Attendance, Status
from handover.scheduling.queries import appointments_of
from handover.web.calendar.appointments import appointment_or_404, chosen_client, revision_of
from handover.web.calendar.clients import matching
from handover.web.calendar.detail import detail_of

LONGEST_REASON = 200


@needs(May.EDIT_CALENDAR)
@require_POST
def attendance_status(request: Request, attendance_id: int) -> HttpResponse:
    """Say how one client of an appointment stands; cancelling takes a reason if there is one."""
    seen = appointments_of(request.member)
    found = get_object_or_404(Attendance, pk=attendance_id, appointment__in=seen)
    given = request.POST.get("status", "")
    if given not in Status.values:
        messages.error(request, _("There is no such status."))
        return redirect("web:appointment", found.appointment_id)
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    try:
        operations.set_attendance(found.pk, revision_of(request), Status(given), reason=reason)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.CHANGED, "attendance", found.pk, client=found.client_id)
        messages.success(
            request, _("Saved: %(status)s.") % {"status": str(Status(given).label).lower()}
        )
    return redirect("web:appointment", found.appointment_id)


@needs(May.EDIT_CALENDAR)
@require_POST
def add(request: Request, appointment_id: int) -> HttpResponse:
    """Add a client to a group, or show who is meant by what was typed."""
    found = appointment_or_404(request, appointment_id)
    client, told = chosen_client(request), dict[str, object]()
    if client is None:
        told["words"] = request.POST.get("client_search", "")
        told["found"] = matching(request.member, str(told["words"]))
        return _page(request, found, told)
    try:
        given = confirmed(request.POST.get("confirmed", ""))
        added = operations.add_client(found.pk, client, given=given)
    except NeedsConfirmation as question:
        return _page(request, found, {"adding": question, "client": client})
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.CREATED, "attendance", added.pk, client=client.pk)
        messages.success(request, _("%(name)s was added.") % {"name": client})
    return redirect("web:appointment", found.pk)


def _page(request: Request, found: Appointment, told: dict[str, object]) -> HttpResponse:
    shown = detail_of(request, found) | told
    return render(request, "web/calendar/appointment.html", shown)
