"""The pages of the wizard up to the submission of a move. Each step is saved as one goes."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.audit import Action, note
from handover.accounts.models import User
from handover.accounts.permissions import May
from handover.billing import case
from handover.billing.case_form import CaseForm
from handover.core.worker import anybody_works
from handover.importing import drafts
from handover.importing.engine.errors import ImportProblem, StopImport
from handover.importing.jobs import installed_office
from handover.importing.models import ImportRun, Move
from handover.importing.result.estimate import Span
from handover.importing.retelling import retold
from handover.importing.said import type_name
from handover.importing.states import AT_WORK
from handover.importing.wizard import asking, data, steps
from handover.importing.wizard.forms import KeyForm, SubmitForm
from handover.importing.wizard.kinds import ASKED
from handover.practice.models import Location, Service

Page = Callable[[Request, Move], HttpResponse]
USUAL_RATE = 200


def draft_needed(view: Page) -> Callable[[Request], HttpResponseBase]:
    """Give a page the workspace's draft; without one it begins with the key."""

    @wraps(view)
    def page(request: Request) -> HttpResponseBase:
        move = drafts.draft_in(request.workspace.pk)
        if move is None:
            return redirect("importing:wizard_key")
        return view(request, move)

    return page


def _show(
    request: Request, step: str, move: Move | None, more: Mapping[str, object]
) -> HttpResponse:
    waiting = move is not None and not move.problem and not move.survey.get("records")
    told = {
        "move": move,
        "run": move.run if move else None,
        "steps": steps.standing(move, step),
        "step": next(each for each in steps.STEPS if each.name == step),
        "number": steps.NAMES.index(step) + 1,
        "back": steps.before(step),
        "waiting": waiting,
        "nobody_works": waiting and not anybody_works(),
        "at_work": _at_work() if step in {"start", "review"} else None,
        **more,
    }
    return render(request, f"importing/wizard/{step}.html", told)


def _at_work() -> ImportRun | None:
    """The import that a new one would have to wait for."""
    found = ImportRun.objects.defer("report", "rehearsal_result").filter(state__in=AT_WORK)
    return found.order_by("pk").first()


@needs(May.RUN_IMPORTS)
def start(request: Request) -> HttpResponse:
    """Say what comes, what does not, how long it takes and how it is undone."""
    told = {
        "locations": Location.objects.filter(archived_at=None).count(),
        "services": Service.objects.filter(archived_at=None).count(),
        "people": User.objects.filter(active=True, account__isnull=False).count(),
        "invited": User.objects.filter(
            active=True,
            account=None,
            invitations__accepted_at=None,
            invitations__revoked_at=None,
            invitations__isnull=False,
        )
        .distinct()
        .count(),
        "runs": ImportRun.objects.filter(state__in=AT_WORK).order_by("pk"),
        "undo_hours": int(settings.ENVIRONMENT.undo_window.total_seconds() // 3600),
    }
    return _show(request, "start", drafts.draft_in(request.workspace.pk), told)


@needs(May.RUN_IMPORTS)
@just_signed_in
def key(request: Request) -> HttpResponse:
    """Take a key, say whose account it opens, and have a worker look at what it may read."""
    move = drafts.draft_in(request.workspace.pk)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account, user = drafts.whose(installed_office(), form.cleaned_data["parsed"])
        except ImportProblem as problem:
            form.add_error("key", retold(str(problem)))
        else:
            begun = drafts.begin_draft(
                settings.ENVIRONMENT.home,
                request.workspace.pk,
                form.cleaned_data["parsed"],
                (account, user),
            )
            note(request, Action.CREATED, "import draft", begun.run_id, detail="key entered")
            return redirect("importing:wizard_key")
    lists = data.types(move) if move else []
    told = {"form": form, "lists": lists, "entering": move is None or "new" in request.GET}
    return _show(request, "key", move, told)


@needs(May.RUN_IMPORTS)
@require_POST
@draft_needed
def look_again(_request: Request, move: Move) -> HttpResponse:
    """Have a worker look at the account once more."""
    drafts.look_again(move)
    return redirect("importing:wizard_key")


@needs(May.RUN_IMPORTS)
@require_POST
@draft_needed
def give_up(request: Request, move: Move) -> HttpResponse:
    """Delete the draft, and its key with it."""
    note(request, Action.DELETED, "import draft", move.run_id)
    drafts.give_up(move)
    messages.success(
        request, _("The draft and its key are deleted. Delete the key in Cliniko, too.")
    )
    return redirect("importing:imports")


def _choosing(step: str) -> Callable[[Request, Move], HttpResponse]:
    """A step that asks what each of some records is to become."""

    def page(request: Request, move: Move) -> HttpResponse:
        by = str(request.member)
        if request.method == "POST":
            asking.keep(move, step, _answers(request), by=by)
            note(request, Action.CHANGED, "import choices", move.run_id, detail=step)
            if "accept" in request.POST:
                asking.accept(move, step, by=by, guesses=True)
                return redirect(f"importing:wizard_{step}")
            if request.headers.get("HX-Request"):
                left = {"open": steps.open_in(move, step)}
                return render(request, "importing/wizard/saved.html", left)
            asking.accept(move, step, by=by, guesses=False)
            steps.note_done(move, step)
            return redirect(f"importing:wizard_{steps.after(step).name}")
        shown = asking.sheet(move, step)
        narrowed = request.GET.get("show") == "open"
        rows = [row for row in shown.rows if row.is_open or not narrowed]
        told = {"sheet": shown, "rows": rows, "narrowed": narrowed}
        return _show(request, step, move, told)

    return page


def _answers(request: Request) -> dict[str, str]:
    """What a form says of rows: the fields that are named by type and id."""
    return {name: value for name, value in request.POST.items() if "/" in name}  # type: ignore[misc]  # texts all


@needs(May.RUN_IMPORTS)
@draft_needed
def locations(request: Request, move: Move) -> HttpResponse:
    """Ask what each place is here."""
    return _choosing("locations")(request, move)


@needs(May.RUN_IMPORTS)
@draft_needed
def people(request: Request, move: Move) -> HttpResponse:
    """Ask who each person is here."""
    return _choosing("people")(request, move)


@needs(May.RUN_IMPORTS)
@draft_needed
def services(request: Request, move: Move) -> HttpResponse:
    """Ask what each appointment type is here."""
    return _choosing("services")(request, move)


@needs(May.RUN_IMPORTS)
@draft_needed
def data_page(request: Request, move: Move) -> HttpResponse:
    """Ask which types of records are to come; one that others need is not switched off alone."""
    needed: dict[str, list[str]] = {}
    if request.method == "POST":
        on = set(request.POST.getlist("type"))
        off = [name for name in data.switchable() if name not in on]
        needed = data.needed_by(off)
        if needed and "all" in request.POST:
            off = sorted({*off, *(each for users in needed.values() for each in users)})
            needed = {}
        if not needed:
            move.off = off
            move.save(update_fields=["off"])
            steps.note_done(move, "data")
            return redirect("importing:wizard_debtors")
        move.off = off  # shown, and not saved
    told = [(type_name(name), [type_name(each) for each in users])
            for name, users in needed.items()]  # fmt: skip
    rate = settings.ENVIRONMENT.cliniko_rate or USUAL_RATE
    groups = [
        (label, [(each, _span(each.requests, rate)) for each in types])
        for label, types in data.groups(move)
    ]
    return _show(request, "data", move, {"groups": groups, "needed": told, **_time(move)})


@needs(May.RUN_IMPORTS)
@draft_needed
def debtors(request: Request, move: Move) -> HttpResponse:
    """Ask where what clients owe is collected."""
    form = CaseForm(request.POST or None, initial={"debtors": case.chosen()})
    if request.method == "POST" and form.is_valid():
        if case.choose(request.workspace.pk, form.cleaned_data["debtors"]):
            note(request, Action.CHANGED, "debtors", detail=form.cleaned_data["debtors"])
        return redirect("importing:wizard_review")
    return _show(
        request, "debtors", move, {"form": form, "cases": case.cases(), "chosen": case.chosen()}
    )


@needs(May.RUN_IMPORTS)
@just_signed_in
@draft_needed
def review(request: Request, move: Move) -> HttpResponse:
    """Show all of it once more; rehearse it or submit it."""
    known = {"notify": request.member.email, "time_zone": move.run.time_zone}
    form = SubmitForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid() and not _lacks(move):
        try:
            return _submit(request, move, form)
        except StopImport as problem:
            form.add_error(None, retold(str(problem)))
    told = {
        "form": form,
        "lacks": _lacks(move),
        "not_permitted": data.not_permitted(move),
        "off": [type_name(name) for name in move.off],
        "debtors": case.chosen().label,
        "summary": _summary(move),
        "groups": list(data.groups(move)),
    }
    return _show(request, "review", move, {**told, **_time(move)})


def _submit(request: Request, move: Move, form: SubmitForm) -> HttpResponse:
    for step in ASKED:
        asking.accept(move, step, by=str(request.member), guesses=False)
    rehearsal = "rehearse" in request.POST
    move.run.time_zone = form.cleaned_data["time_zone"]
    move.run.save(update_fields=["time_zone"])
    run = drafts.submit_draft(
        move, only=data.only(move), rehearsal=rehearsal, notify=form.cleaned_data["notify"]
    )
    note(
        request, Action.IMPORTED, "import", run.pk, detail="rehearsal" if rehearsal else "submitted"
    )
    messages.success(
        request,
        _("The rehearsal has begun: nothing is written to the workspace.")
        if rehearsal
        else _("The import has begun. You may close this page and go on working."),
    )
    return redirect("importing:report", run.pk)


def _lacks(move: Move) -> list[tuple[steps.Step, str]]:
    """What must be seen to before a move can be submitted: the step, and why."""
    found = [
        (
            each.step,
            ngettext("%(count)s needs a choice", "%(count)s need a choice", each.open)
            % {"count": each.open},
        )
        for each in steps.standing(move, "review")
        if each.open
    ]
    by_name = dict(zip(steps.NAMES, steps.STEPS, strict=True))
    if not move.run.sealed_key or drafts.overtaken(move):
        found.append((by_name["key"], _("enter the key once more")))
    elif not move.survey.get("lists"):
        found.append((by_name["key"], _("the account has not been looked at yet")))
    if not case.chosen():
        found.append((by_name["debtors"], _("choose one of the three cases")))
    return found


def _summary(move: Move) -> list[dict[str, object]]:
    """Of each step that asks: how many are matched, made and left out, and what is left out."""
    found = []
    for name in ASKED:
        rows = asking.sheet(move, name).rows
        out = [row for row in rows if row.value == "ignore"]
        found.append(
            {
                "step": next(each for each in steps.STEPS if each.name == name),
                "matched": sum(
                    row.state == "settled" or row.value.startswith(("match:", "same:"))
                    for row in rows
                ),
                "made": sum(row.value in dict(row.new) for row in rows),
                "out": out,
                "lost": sum(row.count or 0 for row in out),
            }
        )
    return found


def _time(move: Move) -> dict[str, object]:
    """How many requests reading takes, and how long that is."""
    requests = data.cost(move)
    rate = settings.ENVIRONMENT.cliniko_rate or USUAL_RATE
    return {"requests": requests, "span": _span(requests, rate), "rate": rate}


def _span(requests: int, rate: int) -> str:
    seconds = 60 * requests // rate
    return Span(seconds, 2 * seconds).told
