"""How an appointment stands: arrived, completed, did not arrive, cancelled and why."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.core.tenancy.changing import Refused
from handover.scheduling import operations, series
from handover.scheduling.booking import NeedsConfirmation, confirmed
from handover.scheduling.models import Appointment, Status
from handover.web.calendar.appointments import appointment_or_404, revision_of
from handover.web.calendar.detail import detail_of
from handover.web.calendar.forms import CancelForm

REASONS = 20


def status_of(request: Request) -> Status | None:
    """The status that was posted, but for a cancellation, which has a page of its own."""
    given = request.POST.get("status", "")
    known = {each.value: each for each in Status if each != Status.CANCELLED}
    return known.get(given)


def back(request: Request, otherwise: Appointment) -> HttpResponse:
    """Go to where the form stood, if it is a page of ours."""
    address = request.POST.get("back", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, None):
        return redirect(address)
    return redirect("web:appointment", otherwise.pk)


@needs(May.EDIT_CALENDAR)
@require_POST
def appointment_status(request: Request, appointment_id: int) -> HttpResponse:
    """Say how an individual appointment stands, or that a cancelled one takes place after all."""
    found = appointment_or_404(request, appointment_id)
    status = status_of(request)
    if status is None:
        messages.error(request, _("There is no such status."))
        return back(request, found)
    try:
        operations.set_status(
            found.pk,
            revision_of(request),
            status,
            given=confirmed(request.POST.get("confirmed", "")),
        )
    except NeedsConfirmation as question:
        told = detail_of(request, found) | {"question": question, "wished": status}
        return render(request, "web/calendar/appointment.html", told)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.CHANGED, "appointment", found.pk, client=found.client_id)
        messages.success(request, _("Saved: %(status)s.") % {"status": str(status.label).lower()})
    return back(request, found)


@needs(May.EDIT_CALENDAR)
def cancel(request: Request, appointment_id: int) -> HttpResponse:
    """Ask why, then cancel. The record stays; nobody is sent anything."""
    found = appointment_or_404(request, appointment_id)
    form = CancelForm(request.POST or None, found)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            gone = series.cancel(
                found.pk,
                revision_of(request),
                given.get("reach", series.Reach.ONE),
                reason=given["reason"],
                note=given["note"],
            )
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            for each in gone:
                note(request, Action.CHANGED, "appointment", each.pk, client=each.client_id)
            said = ngettext(
                "The appointment is cancelled.", "%(count)d appointments are cancelled.", len(gone)
            )
            messages.success(request, said % {"count": len(gone)})
            return redirect("web:appointment", found.pk)
    told = {"form": form, "reasons": operations.usual_reasons(REASONS)}
    return render(request, "web/calendar/cancel.html", detail_of(request, found) | told)
