"""Conflicts: what was changed here and at the source, side by side, and the choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.clients.models import Client
from handover.core.json import Json
from handover.importing import errands
from handover.importing.corrections import OURS, THEIRS, Piece, Wanted, conflicts_of, pieces_of
from handover.importing.engine.errors import StopImport
from handover.importing.models import Conflict, Errand, ImportRun
from handover.importing.said import attribute, type_name
from handover.importing.systems import HELD_BY, RESOURCES
from handover.importing.views.asking import asked, refuse, the_run

PER_PAGE = 25
WAYS = {str(OURS.value): OURS, str(THEIRS.value): THEIRS}


@dataclass(frozen=True)
class Side:
    """One conflict as a page shows it."""

    conflict: Conflict
    type: str
    field: str
    base: str
    ours: str
    theirs: str
    whose: str


@needs(May.CHECK_IMPORTS)
def conflicts(request: Request, run_id: int) -> HttpResponse:
    """Show what is open, and settle what was chosen."""
    run = the_run(run_id)
    if request.method == "POST":
        if _settle(request, run):
            return redirect("importing:conflicts", run_id)
        return redirect(request.get_full_path())
    page = Paginator(conflicts_of(run, Wanted()), PER_PAGE).get_page(request.GET.get("page"))
    sides = list(_sides(list(page)))
    for each in sides:
        client = each.conflict.target_id if each.whose else None
        note(request, Action.READ, f"conflict of {each.conflict.resource}", client=client)
    shown = {
        "run": run,
        "page": page,
        "sides": sides,
        "held_by": HELD_BY[run.system],
        "errand": errands.latest(run, Errand.Kind.SETTLE),
    }
    return render(request, "importing/conflicts.html", shown)


def _settle(request: Request, run: ImportRun) -> bool:
    """Have a worker settle what was chosen: all of them one way, or each as its buttons say."""
    if request.POST.get("all") in WAYS:
        return asked(request, run, Errand.Kind.SETTLE, {"all": request.POST["all"]})
    chosen: dict[str, list[Json]] = {}
    for name, value in islice(request.POST.items(), 10 * PER_PAGE):
        if name.startswith("conflict-") and value in WAYS and name[9:].isdecimal():
            chosen.setdefault(value, []).append(int(name[9:]))
    if not chosen:
        refuse(request, StopImport(_("Choose for at least one line which side is kept")))
        return False
    return asked(request, run, Errand.Kind.SETTLE, {**chosen})


def _sides(found: list[Conflict]) -> Iterator[Side]:
    """What the conflicts say, for people; clients by name, with one query for all of them."""
    target = {each.spec.name: each.spec.target for each in RESOURCES["cliniko"]}
    ids = [each.target_id for each in found if target.get(each.resource) is Client]
    names = {
        each.pk: f"{each.first_name} {each.last_name}".strip()
        for each in Client.objects.filter(pk__in=ids).only("first_name", "last_name")
    }
    pieces = pieces_of(found)
    for each in found:
        of_client = target.get(each.resource) is Client
        told = pieces.get(each.pk, each)
        yield Side(
            each,
            type_name(each.resource),
            told.label if isinstance(told, Piece) else attribute(each.field),
            shown(told.base),
            shown(told.ours),
            shown(told.theirs),
            names.get(each.target_id, "") if of_client else "",
        )


def shown(value: Json) -> str:
    """A value for people: nothing, text, or the parts of a list one after the other."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(shown(each) for each in value.values() if each not in (None, "")) or "-"
    if isinstance(value, list):
        return "; ".join(shown(each) for each in value) or "-"
    return str(value)
