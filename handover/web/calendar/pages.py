"""The calendar itself: as a list, which works everywhere, and as a grid that a script draws."""

from datetime import date

import msgspec
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.scheduling.calendar import Asked, Names, entries, name_to_choose, place_name
from handover.web.calendar.feed import feed_of
from handover.web.calendar.lines import Lines
from handover.web.calendar.looking import DAY, GRID, LIST, WEEK, Look, today_in
from handover.web.calendar.showing import days_of


@needs(May.SEE_CALENDAR)
def calendar(request: Request) -> HttpResponse:
    """Show a day or a week."""
    names = Names.read()
    look = Look.of(request.GET, names.zone)
    found = entries(request.member, look.asked, names)
    _note(request, look.asked)
    may_edit = may(request.member, May.EDIT_CALENDAR)
    lines = Lines(request, here=look.at(), may_edit=may_edit)
    told = {
        "look": look,
        "days": [
            (day, lines.of(day), look.at(day=day.day, form=LIST))
            for day in days_of(found, look.asked, names, look.day)
        ],
        "count": len(found),
        "names": names,
        "may_edit": may_edit,
        "today": today_in(names.zone),
    }
    return render(
        request, "web/calendar/calendar.html", told | _ways(look, names) | _choices(names)
    )


def _ways(look: Look, names: Names) -> dict[str, object]:
    """The addresses that lead on from here."""
    return {
        "to_today": look.at(day=today_in(names.zone)),
        "views": [
            (_("Day"), look.at(view=DAY), look.view == DAY),
            (_("Week"), look.at(view=WEEK), look.view == WEEK),
        ],
        "forms": [
            (_("Grid"), look.at(form=GRID), GRID),
            (_("List"), look.at(form=LIST), LIST),
        ],
    }


def _choices(names: Names) -> dict[str, object]:
    """What can be chosen: whom and where."""
    people = names.practitioners.values()
    return {
        "practitioners": [(each.pk, name_to_choose(each)) for each in people],
        "locations": [(each.pk, place_name(each)) for each in names.locations.values()],
    }


@needs(May.SEE_CALENDAR)
def events(request: Request) -> HttpResponse:
    """The same days for the grid."""
    names = Names.read()
    asked = Look.of(request.GET, names.zone).asked
    found = entries(request.member, asked, names)
    _note(request, asked)
    may_edit = may(request.member, May.EDIT_CALENDAR)
    return HttpResponse(
        msgspec.json.encode(feed_of(found, asked, names, may_edit=may_edit)),
        content_type="application/json",
    )


def _note(request: Request, asked: Asked) -> None:
    note(request, Action.READ, "calendar", detail=_in_words(asked.first, asked.last))


def _in_words(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} to {last}"
