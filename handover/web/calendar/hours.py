"""When practitioners work, and when they are busy: pages to look, add, change and take away."""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.core.tenancy.changing import Refused
from handover.practice.models import Location, Practitioner
from handover.scheduling.calendar import Names, name_of, place_name
from handover.scheduling.hours import (
    Busy,
    Whose,
    add_busy_time,
    add_extra,
    change_busy_time,
    in_force,
    planned,
    seen,
    set_week,
    today_at,
    week_of,
    weekly_rows,
)
from handover.scheduling.hours import (
    remove_busy_time as take_away,
)
from handover.scheduling.models import (
    Availability,
    BusyTime,
    ExtraAvailability,
)
from handover.scheduling.queries import in_the_way
from handover.scheduling.wall_clock import NoSuchTime, on_wall, zone_of
from handover.web.calendar.appointments import revision_of
from handover.web.calendar.forms import BusyTimeForm, ExtraHoursForm
from handover.web.calendar.week_form import WEEKDAYS, SinceForm, day_forms, week_in_words

PER_PAGE = 50


@needs(May.SEE_CALENDAR)
def availability(request: Request) -> HttpResponse:
    """Everybody's week, at each location: as it is today, and as it will be from later days."""
    names = Names.read()
    today = on_wall(timezone.now(), names.zone).date()
    weeks: dict[int, list[tuple[str, date | None, list[list[str]]]]] = {}
    for (whose, place), rows in weekly_rows(today).items():
        for since in [None, *planned(rows, today)]:
            week = week_in_words(in_force(rows, since or today))
            if since or any(week):
                weeks.setdefault(whose, []).append((names.where(place), since, week))
    people = [
        {"pk": pk, "name": name_of(each), "weeks": weeks.get(pk, [])}
        for pk, each in names.practitioners.items()
        if not each.former
    ]
    told = {"people": people, "weekdays": [name for _number, name in WEEKDAYS]}
    return render(request, "web/calendar/availability.html", told | _rights(request))


def _rights(request: Request) -> dict[str, object]:
    return {"may_edit": may(request.member, May.EDIT_CALENDAR)}


@needs(May.EDIT_CALENDAR)
def weekly(request: Request, practitioner_id: int) -> HttpResponse:
    """Set the week of one practitioner at one location."""
    whose = get_object_or_404(Practitioner, pk=practitioner_id)
    places = list(Location.objects.filter(archived_at=None).order_by("name", "pk"))
    where = _place(request, whose, places)
    told: dict[str, object] = {"whose": name_of(whose), "practitioner": whose, "where": where}
    told["places"] = [(each.pk, place_name(each), each == where) for each in places]
    told["extras"] = _extras(whose)
    if where is None:
        return render(request, "web/calendar/weekly.html", told)
    return _weekly(request, Whose(whose, where), told)


def _weekly(request: Request, whose: Whose, told: dict[str, object]) -> HttpResponse:
    where, today = whose.location, today_at(whose.location)
    rows = list(week_of(whose.practitioner, where))
    since = SinceForm(request.POST or None, initial={"since": _day(request, today)})
    days = day_forms(request.POST or None, in_force(rows, _day(request, today)))
    told |= {"place_name": place_name(where), "days": days, "since": since, "today": today}
    told |= {"seen": request.POST.get("seen", seen(rows)), "planned": planned(rows, today)}
    if request.method == "POST" and _valid([since, *days]):
        hours = {each.weekday: each.hours() for each in days}
        try:
            set_week(whose, hours, str(told["seen"]), since=since.cleaned_data["since"])
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            note(request, Action.CHANGED, "availability", whose.practitioner.pk)
            named = {"name": name_of(whose.practitioner)}
            messages.success(request, _("The hours of %(name)s were saved.") % named)
            return redirect("web:availability")
    return render(request, "web/calendar/weekly.html", told)


def _day(request: Request, today: date) -> date:
    """The day whose hours the form begins with."""
    try:
        return date.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return today


def _valid(days: Sequence[Form]) -> bool:
    """Whether all are; each is asked, so that each shows what is wrong with it."""
    return not [each for each in days if not each.is_valid()]


def _place(request: Request, whose: Practitioner, places: list[Location]) -> Location | None:
    """The place that was asked for, else one where they work."""
    asked = request.GET.get("location", "")
    works = Availability.objects.filter(practitioner=whose, intervals__isnull=False)
    usual = works.values_list("location_id", flat=True).first()
    named = (each for each in places if str(each.pk) == asked)
    known = (each for each in places if each.pk == usual)
    return next(named, None) or next(known, None) or next(iter(places), None)


def _extras(whose: Practitioner) -> list[dict[str, object]]:
    names = Names.read()
    found = ExtraAvailability.objects.filter(practitioner=whose).order_by("-starts_at")
    return [
        {
            "pk": each.pk,
            "starts": on_wall(each.starts_at, zone_of(each.time_zone, names.zone.key)),
            "ends": on_wall(each.ends_at, zone_of(each.time_zone, names.zone.key)),
            "location": names.where(each.location_id),
            "repeats": bool(each.repeat_rule),
        }
        for each in found[:PER_PAGE]
    ]


@needs(May.EDIT_CALENDAR)
def extra(request: Request, practitioner_id: int) -> HttpResponse:
    """Add a time outside the weekly hours."""
    whose = get_object_or_404(Practitioner, pk=practitioner_id)
    form = ExtraHoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = add_extra(
                whose,
                given["location"],
                *(datetime.combine(given["day"], given[end]) for end in ("time", "until")),
            )
        except NoSuchTime as problem:
            form.add_error("time", str(problem))
        else:
            note(request, Action.CREATED, "extra availability", made.pk)
            messages.success(request, _("The time was added."))
            return redirect("web:weekly_hours", whose.pk)
    told = {"form": form, "whose": name_of(whose), "practitioner": whose}
    return render(request, "web/calendar/extra.html", told)


@needs(May.EDIT_CALENDAR)
@require_POST
def remove_extra(request: Request, extra_id: int) -> HttpResponse:
    """Take away a time outside the weekly hours."""
    found = get_object_or_404(ExtraAvailability, pk=extra_id)
    note(request, Action.DELETED, "extra availability", found.pk)
    whose = found.practitioner_id
    found.delete()
    messages.success(request, _("The time was taken away."))
    return redirect("web:weekly_hours", whose)


@needs(May.SEE_CALENDAR)
def busy_times(request: Request) -> HttpResponse:
    """Busy times from today on, or those that are over."""
    names, past = Names.read(), request.GET.get("past") == "on"
    found = BusyTime.objects.filter(archived_at=None).select_related("type")
    now = timezone.now()
    if past:
        found = found.filter(ends_at__lte=now).order_by("-starts_at", "-pk")
    else:
        found = found.filter(ends_at__gt=now).order_by("starts_at", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "rows": [_row(each, names) for each in page], "past": past}
    return render(request, "web/calendar/busy_times.html", told | _rights(request))


def _row(busy: BusyTime, names: Names) -> dict[str, object]:
    zone = zone_of(busy.time_zone, names.zone.key)
    return {
        "pk": busy.pk,
        "type": busy.type.name if busy.type and busy.type.name else _("Busy"),
        "notes": busy.notes,
        "practitioner": names.who(busy.practitioner_id) or _("Everybody"),
        "location": names.where(busy.location_id),
        "starts": on_wall(busy.starts_at, zone),
        "ends": on_wall(busy.ends_at, zone),
        "zone": names.foreign(zone),
    }


@needs(May.EDIT_CALENDAR)
def new_busy_time(request: Request) -> HttpResponse:
    """Add a busy time: leave, a meeting, lunch."""
    form = BusyTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, is_new = add_busy_time(form.cleaned_data["practitioner"], _given(form))
        except NoSuchTime as problem:
            form.add_error("time", str(problem))
        else:
            if is_new:
                note(request, Action.CREATED, "busy time", made.pk)
            _tell(request, made)
            return redirect("web:busy_times")
    return render(request, "web/calendar/busy_time.html", {"form": form})


def _given(form: BusyTimeForm) -> Busy:
    given = form.cleaned_data
    return Busy(
        given["practitioner"],
        given["location"],
        given["type"],
        form.starts(),
        form.ends(),
        given["notes"],
    )


def _tell(request: Request, busy: BusyTime) -> None:
    """Say that it was saved, and which appointments are in the way."""
    messages.success(request, _("The busy time was saved."))
    booked = in_the_way(busy).count()
    if booked:
        told = ngettext(
            "%(count)d appointment is booked in this time: see the calendar, and move or cancel"
            " what cannot stay.",
            "%(count)d appointments are booked in this time: see the calendar, and move or cancel"
            " what cannot stay.",
            booked,
        )
        messages.warning(request, told % {"count": booked})


@needs(May.EDIT_CALENDAR)
def busy_time(request: Request, busy_id: int) -> HttpResponse:
    """Change a busy time."""
    found = get_object_or_404(BusyTime, pk=busy_id, archived_at=None)
    form = BusyTimeForm(request.POST or None, kept=found, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_busy_time(found.pk, revision_of(request), _given(form))
        except (NoSuchTime, Refused) as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.CHANGED, "busy time", found.pk)
            _tell(request, changed)
            return redirect("web:busy_times")
    revision = revision_of(request) if request.method == "POST" else found.revision
    told = {"form": form, "busy": found, "revision": revision}
    return render(request, "web/calendar/busy_time.html", told)


def _initial(busy: BusyTime) -> dict[str, object]:
    zone = zone_of(busy.time_zone, Names.read().zone.key)
    starts, ends = on_wall(busy.starts_at, zone), on_wall(busy.ends_at, zone)
    return {
        "practitioner": busy.practitioner_id,
        "location": busy.location_id,
        "type": busy.type_id,
        "day": starts.date(),
        "time": starts.time(),
        "last_day": ends.date(),
        "last_time": ends.time(),
        "notes": busy.notes,
    }


@needs(May.EDIT_CALENDAR)
@require_POST
def remove_busy_time(request: Request, busy_id: int) -> HttpResponse:
    """Take a busy time off the calendar."""
    found = get_object_or_404(BusyTime, pk=busy_id, archived_at=None)
    try:
        take_away(found.pk, revision_of(request))
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.DELETED, "busy time", found.pk)
        messages.success(request, _("The busy time was taken away."))
    return redirect("web:busy_times")
