"""The dashboard: what there is to do for whoever looks, and the first steps of a practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.models import Invitation, User
from handover.accounts.permissions import May, may
from handover.billing import ledger
from handover.billing.queries import DRAFT, OVERDUE, in_order, invoices_of, standing_so
from handover.clients.models import Client
from handover.clinical.models import ProgressNote
from handover.clinical.queries import drafts_of
from handover.followups.queries import to_call
from handover.importing.models import ImportRun
from handover.practice.models import Location
from handover.scheduling.calendar import Asked, Names, entries
from handover.scheduling.queries import clients_of, practitioners_of
from handover.scheduling.wall_clock import on_wall
from handover.web.calendar.lines import Lines
from handover.web.calendar.looking import LIST, Look, today_in
from handover.web.calendar.showing import rows_of

MOST_LINES = 25
MOST_DRAFTS = 5
#: So many are counted; what is more is "more than": a number that nobody reads is not worked out.
MOST_COUNTED = 99


@needs(May.OPEN)
def dashboard(request: Request) -> HttpResponse:
    """What there is to do, and what comes next for a practice that has just begun."""
    member = request.member
    told: dict[str, object] = {"may_see_clients": may(member, May.SEE_CLIENTS)}
    if may(member, May.MANAGE_USERS):
        steps = _steps()
        told["steps"] = [] if all(done for _words, done, _page in steps) else steps
    if may(member, May.SEE_IMPORTS):
        told["runs"] = ImportRun.objects.order_by("-pk")[:3]
    if may(member, May.SEE_CALENDAR):
        told["today"] = _today(request)
        told["may_book"] = may(member, May.EDIT_CALENDAR)
    if may(member, May.WRITE_NOTES):
        told["drafts"] = Drafts.of(member)
    if may(member, May.SEE_INVOICES):
        told["money"] = _money(member)
        told["may_see_debtors"] = may(member, May.SEE_REPORTS)
    return render(request, "web/dashboard.html", told)


def _steps() -> list[tuple[str, bool, str]]:
    """The first steps of a practice: in words, whether it is done, and the page for it."""
    team = User.objects.filter(account__isnull=False).count() > 1 or Invitation.objects.exists()
    return [
        (_("Invite the people you work with"), team, "accounts:invite"),
        (_("Make or import your locations"), Location.objects.exists(), "web:locations"),
        (_("Move your practice out of Cliniko"), Client.objects.exists(), "importing:imports"),
    ]


@dataclass(frozen=True)
class Today:
    """What is left of a day: the lines of what is not over, and how much there is besides.

    `own` says that it is the day of whoever looks, and not of the whole practice; `address` leads
    to the same day in the calendar.
    """

    day: date
    own: bool
    lines: SafeString
    earlier: int
    later: int
    address: str


def _today(request: Request) -> Today:
    """A practitioner's own day; everybody's for those who treat nobody."""
    names = Names.read()
    day = today_in(names.zone)
    mine = practitioners_of(request.member)
    found = entries(request.member, Asked(day, day), names)
    if mine:
        found = [each for each in found if each.practitioner in mine]
    moment = now()
    left = [each for each in found if each.ends > on_wall(moment, each.zone)]
    shown = left[:MOST_LINES]
    lines = Lines(request, here=request.path, may_edit=may(request.member, May.EDIT_CALENDAR))
    if shown:
        note(request, Action.READ, "calendar", detail=str(day))
    whose = mine[0] if len(mine) == 1 else None
    return Today(
        day=day,
        own=bool(mine),
        lines=lines.of_rows(rows_of(shown, names), day),
        earlier=len(found) - len(left),
        later=len(left) - len(shown),
        address=Look(day, practitioner=whose, form=LIST).at(),
    )


@dataclass(frozen=True)
class Drafts:
    """The notes that somebody has begun and not made final, the oldest first, and how many more."""

    rows: Sequence[ProgressNote]
    more: int

    @classmethod
    def of(cls, user: User) -> "Drafts":
        """Those of one person, who alone can finish them."""
        found = drafts_of(user).filter(client__in=clients_of(user)).select_related("client")
        rows = list(found.order_by("created_at", "pk")[:MOST_DRAFTS])
        return cls(rows, found.count() - len(rows) if len(rows) == MOST_DRAFTS else 0)


@dataclass(frozen=True)
class Counted:
    """How many of something there are; `more` if there are more than are counted."""

    number: int
    more: bool


def _money(user: User) -> dict[str, Counted]:
    """What of invoices waits for somebody."""
    today = ledger.today()
    invoices = in_order(invoices_of(user))
    return {
        "overdue": _counted(standing_so(invoices, OVERDUE, today)),
        "drafts": _counted(standing_so(invoices, DRAFT, today)),
        "to_call": _counted(to_call(user, today)),
    }


def _counted(rows: QuerySet[object]) -> Counted:  # type: ignore[type-var]  # any rows at all
    found = len(rows.order_by().values_list("pk")[: MOST_COUNTED + 1])
    return Counted(min(found, MOST_COUNTED), found > MOST_COUNTED)
