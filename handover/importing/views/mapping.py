"""Who or what stands for whom: a wrong match put right, a former practitioner given to a user."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.models import Role, User
from handover.accounts.permissions import May
from handover.core.json import JsonObject
from handover.importing import errands
from handover.importing.corrections import Candidate, candidates, kinds, plural_of, reassignments
from handover.importing.models import Errand, Reassignment
from handover.importing.said import attribute
from handover.importing.views.asking import asked, the_run
from handover.practice.models import Practitioner

PEOPLE = "practitioners"


@dataclass(frozen=True)
class Correction:
    """A reassignment as the page lists it."""

    row: Reassignment
    kind: str
    was: str
    becomes: str
    links: int


@needs(May.RUN_IMPORTS)
def mapping(request: Request, run_id: int, kind: str) -> HttpResponse:
    """List the rows of a kind, with what they stand for at the source."""
    run, kind = the_run(run_id), _kind(kind)
    rows = candidates(request.workspace, kind, counted=False)
    names = {each.number: each.name for each in rows}
    done = [_correction(each, names) for each in reassignments(request.workspace)]
    shown = {
        "run": run,
        "kind": kind,
        "kinds": [(each, slug(each), attribute(each)) for each in kinds()],
        "rows": [each for each in rows if each.sources],
        "others": [each for each in rows if not each.sources],
        "done": [each for each in done if each.kind == kind],
        "errand": errands.latest(run, Errand.Kind.REASSIGN, Errand.Kind.TAKE_BACK),
    }
    return render(request, "importing/mapping.html", shown)


def _correction(row: Reassignment, names: dict[int, str]) -> Correction:
    links = sum(told["moved"] for told in row.told)
    was, becomes = (names.get(each, str(each)) for each in (row.from_id, row.to_id))
    return Correction(row, plural_of(row), was, becomes, links)


def slug(kind: str) -> str:
    """A kind as addresses name it."""
    return kind.replace(" ", "-")


def _kind(name: str) -> str:
    found = next((each for each in kinds() if slug(each) == name), None)
    if found is None:
        raise Http404(f"nothing is called {name}")
    return found


class ReassignForm(forms.Form):
    """Who or what is meant instead; `ahead` only asks what would follow."""

    def __init__(self, data: QueryDict | None, *, rows: list[Candidate], users: list[User]) -> None:
        super().__init__(data)
        choices = [(f"row-{each.number}", each.name or str(each.number)) for each in rows]
        people = [
            (f"user-{each.pk}", _("%(name)s (becomes a practitioner)") % {"name": each})
            for each in users
        ]
        self.fields["to"] = forms.ChoiceField(
            label=_("Stands from now on for it"), choices=[("", _("Choose")), *choices, *people]
        )

    @property
    def chosen(self) -> dict[str, int]:
        """As an errand has it: a row, or a user who becomes one."""
        which, _dash, number = self.cleaned_data["to"].partition("-")
        return {"to" if which == "row" else "user": int(number)}


@needs(May.RUN_IMPORTS)
def reassign(request: Request, run_id: int, kind: str, row_id: int) -> HttpResponse:
    """Say who or what a row is meant to be; first what would follow, then have it done."""
    run, kind = the_run(run_id), _kind(kind)
    rows = candidates(request.workspace, kind, counted=False)
    row = next((each for each in rows if each.number == row_id and each.sources), None)
    if row is None:
        raise Http404(f"no {kind} {row_id} stands for anything at the source")
    others = [each for each in rows if each.number != row_id]
    form = ReassignForm(request.POST or None, rows=others, users=_users(kind))
    if request.method == "POST" and form.is_valid():
        ahead = "ahead" in request.POST
        what: JsonObject = {"kind": kind, "from": row_id, **form.chosen, "preview": ahead}
        if asked(request, run, Errand.Kind.REASSIGN, what) and not ahead:
            return redirect("importing:mapping", run_id, slug(kind))
        return redirect(request.path)
    errand = errands.latest(run, Errand.Kind.REASSIGN)
    mine = errand is not None and errand.asked.get("from") == row_id
    if mine and errand is not None and not form.is_bound:
        form.initial["to"] = _as_choice(errand)
    shown = {"run": run, "kind": kind, "slug": slug(kind), "row": row, "form": form}
    shown["errand"] = errand if mine and errand and errand.asked.get("preview") else None
    return render(request, "importing/reassign.html", shown)


def _as_choice(errand: Errand) -> str:
    user = errand.asked.get("user")
    return f"user-{user}" if user else f"row-{errand.asked.get('to')}"


def _users(kind: str) -> list[User]:
    """Users of the team who are no practitioners, where practitioners are asked for."""
    if kind != PEOPLE:
        return []
    treats = Practitioner.objects.filter(user=OuterRef("pk"))
    return list(User.objects.exclude(role=Role.SUPPORT).filter(~Exists(treats), active=True))


@needs(May.RUN_IMPORTS)
@require_POST
def take_back(request: Request, run_id: int, number: int) -> HttpResponse:
    """Move back exactly what a reassignment has moved."""
    run, found = the_run(run_id), get_object_or_404(Reassignment, pk=number)
    if found.undone_at:
        messages.info(request, _("That was taken back already."))
    else:
        asked(request, run, Errand.Kind.TAKE_BACK, {"number": found.pk})
    return redirect("importing:mapping", run_id, slug(plural_of(found)))
