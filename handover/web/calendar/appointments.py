"""One appointment: shown, booked, changed, and moved by whoever drags it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.clients.models import Client
from handover.core.tenancy.changing import Refused
from handover.practice.models import Practitioner
from handover.practice.queries import practice_zone
from handover.scheduling import operations, series
from handover.scheduling.booking import NeedsConfirmation, confirmed
from handover.scheduling.models import Appointment
from handover.scheduling.queries import appointments_of, clients_of
from handover.scheduling.wall_clock import NoSuchTime, shown_twice, zone_of
from handover.scheduling.working import place_of
from handover.web.calendar.clients import matching
from handover.web.calendar.detail import detail_of
from handover.web.calendar.forms import AppointmentForm, NewAppointmentForm
from handover.web.calendar.looking import Look

WHEN = "l j F Y, H:i"
LONGEST_NUMBER, LONGEST_REVISION = 18, 10  # digits: more than the database takes


def appointment_or_404(request: Request, appointment_id: int) -> Appointment:
    """The appointment of this number, if whoever asks may see it."""
    found = appointments_of(request.member).select_related("client", "series_start")
    return get_object_or_404(found, pk=appointment_id)


@needs(May.SEE_CALENDAR)
def appointment(request: Request, appointment_id: int) -> HttpResponse:
    """Show one appointment, and everybody who comes."""
    found = appointment_or_404(request, appointment_id)
    note(request, Action.READ, "appointment", found.pk, client=found.client_id)
    return render(request, "web/calendar/appointment.html", detail_of(request, found))


@needs(May.EDIT_CALENDAR)
def new(request: Request) -> HttpResponse:
    """Book an appointment; what was pressed in the grid is filled in."""
    searching = _is_searching(request.POST)
    form = NewAppointmentForm(
        request.POST if request.method == "POST" and not searching else None,
        initial=_asked_for(request.POST) if searching else _pressed(request.GET),
    )
    client = chosen_client(request)
    told: dict[str, object] = {"form": form, "client": client}
    if searching:
        told["words"] = request.POST.get("client_search", "")
        told["found"] = matching(request.member, str(told["words"]))
    elif request.method == "POST" and form.is_valid():
        try:
            return _book(request, form, client)
        except NeedsConfirmation as question:
            told["question"] = question
        except (NoSuchTime, Refused) as problem:
            form.add_error(None, str(problem))
    return render(request, "web/calendar/new_appointment.html", told)


def _is_searching(given: QueryDict) -> bool:
    """Whether a client is looked for. Enter in any field presses the first button, which finds:
    where somebody is chosen and nothing is looked for, it was meant to book."""
    return "find" in given and bool(given.get("client_search") or not given.get("client"))


def _asked_for(given: QueryDict) -> dict[str, object]:
    return {name: given[name] for name in NewAppointmentForm().fields if name in given}


def _pressed(given: QueryDict) -> dict[str, object]:
    """What was pressed in the grid, with the place where that practitioner works on that day."""
    look, asked = Look.of(given, ZoneInfo("UTC")), _asked_for(given)
    if look.practitioner and "day" in asked and "location" not in asked:
        asked["location"] = place_of(look.practitioner, look.day)
    return asked


def chosen_client(request: Request) -> Client | None:
    """The client that a form or an address names, if whoever asks may see them."""
    number = request.POST.get("client") or request.GET.get("client") or ""
    found = clients_of(request.member).filter(archived_at=None)
    return (
        found.filter(pk=number).first()
        if number.isdecimal() and len(number) < LONGEST_NUMBER
        else None
    )


def _book(request: Request, form: NewAppointmentForm, client: Client | None) -> HttpResponse:
    slot = form.slot()
    made = operations.book(
        slot,
        client,
        notes=form.cleaned_data["notes"],
        repeat=form.repeat(),
        given=confirmed(request.POST.get("confirmed", "")),
    )
    for each in made:
        note(request, Action.CREATED, "appointment", each.pk, client=client.pk if client else None)
    _tell(request, made[0], _booked(len(made)))
    return redirect("web:appointment", made[0].pk)


def _booked(times: int) -> str:
    if times == 1:
        return _("Booked")
    return _("Booked %(times)d times, first") % {"times": times}


def _tell(request: Request, found: Appointment, what: str) -> None:
    """Say what was done, and what is odd about the time."""
    starts = operations.wall_time(found)
    messages.success(request, f"{what}: {date_format(starts, WHEN)}.")
    if found.starts_at < timezone.now():
        messages.warning(request, _("This time is in the past."))
    if shown_twice(starts, zone_of(found.time_zone, practice_zone())):
        told = _("The clocks go back on this day: %(time)s is the first of two.")
        messages.warning(request, told % {"time": f"{starts:%H:%M}"})


@needs(May.EDIT_CALENDAR)
def edit(request: Request, appointment_id: int) -> HttpResponse:
    """Change an appointment's time, place, practitioner, service or note."""
    found = appointment_or_404(request, appointment_id)
    form = AppointmentForm(
        request.POST or None,
        kept=found,
        initial=AppointmentForm.initial_of(found) | _asked_for(request.GET),
    )
    told: dict[str, object] = {"form": form, "revision": found.revision, "appointment": found}
    if "clash" in request.GET:  # dropped where something else is: say at once what it is
        told["form"], told["question"] = _dropped(found, request.GET)
    if request.method == "POST":
        told["revision"] = revision_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, found, form)
        except NeedsConfirmation as question:
            told["question"] = question
        except (NoSuchTime, Refused) as problem:
            form.add_error(None, str(problem))
    return render(request, "web/calendar/edit_appointment.html", told)


def _dropped(
    found: Appointment, given: QueryDict
) -> tuple[AppointmentForm, NeedsConfirmation | None]:
    form = AppointmentForm(AppointmentForm.initial_of(found) | _asked_for(given), kept=found)
    if not form.is_valid():
        return form, None
    try:
        met = operations.clashes_of(found, form.slot())
    except NoSuchTime as problem:
        form.add_error(None, str(problem))
        return form, None
    return form, NeedsConfirmation(met) if met else None


def revision_of(request: Request) -> int:
    """The revision that the form was made from; 0 if it says none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < LONGEST_REVISION else 0


def _change(request: Request, found: Appointment, form: AppointmentForm) -> HttpResponse:
    changed = series.change(
        found.pk,
        revision_of(request),
        form.slot(),
        form.cleaned_data.get("reach", series.Reach.ONE),
        notes=form.cleaned_data["notes"],
        given=confirmed(request.POST.get("confirmed", "")),
    )
    for each in changed:
        note(request, Action.CHANGED, "appointment", each.pk, client=each.client_id)
    many = _("Saved %(times)d times, this one") % {"times": len(changed)}
    _tell(request, changed[0], many if len(changed) > 1 else _("Saved"))
    return redirect("web:appointment", found.pk)


@needs(May.EDIT_CALENDAR)
@require_POST
def move(request: Request, appointment_id: int) -> HttpResponse:
    """Take an appointment to where it was dropped; what needs a word with people opens its form.

    Posted: `starts` of the wall, `practitioner`, `revision`. The answer has `moved`, or `go`, the
    page that asks, or `problem`, why it cannot be.
    """
    found = appointment_or_404(request, appointment_id)
    try:
        starts = datetime.fromisoformat(request.POST.get("starts", "")).replace(tzinfo=None)
        whom = _practitioner(request.POST.get("practitioner", ""))
        moved = operations.move(found.pk, revision_of(request), starts, whom)
    except ValueError:
        return JsonResponse({"problem": "This time cannot be read."})
    except NeedsConfirmation:
        return JsonResponse({"go": _form_at(found, starts, whom)})
    except (NoSuchTime, Refused) as problem:
        return JsonResponse({"problem": str(problem)})
    note(request, Action.CHANGED, "appointment", found.pk, client=found.client_id, detail="moved")
    _tell(request, moved, _("Moved"))
    return JsonResponse({"moved": True})


def _practitioner(number: str) -> Practitioner | None:
    found = Practitioner.objects.filter(pk=number) if number.isdecimal() else None
    return found.first() if found is not None else None


def _form_at(found: Appointment, starts: datetime, whom: Practitioner | None) -> str:
    asked: dict[str, str | int] = {
        "day": starts.date().isoformat(),
        "time": f"{starts:%H:%M}",
        "clash": "on",
    }
    if whom is not None:
        asked["practitioner"] = whom.pk
    address = reverse("web:edit_appointment", kwargs={"appointment_id": found.pk})
    return f"{address}?{urlencode(asked)}"
