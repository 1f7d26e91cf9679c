"""One run: how it goes on, or what came of it; the sign-off, and accepting it."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited
from handover.accounts.permissions import May, may
from handover.core.json import JsonObject
from handover.importing import errands
from handover.importing.corrections import Wanted, conflicts_of
from handover.importing.engine.errors import StopImport
from handover.importing.models import Errand, ImportRun, State
from handover.importing.result.acceptance import ACCEPTABLE, LONGEST_NAME, accept
from handover.importing.result.document import in_order, sign_off
from handover.importing.result.printing import as_pdf
from handover.importing.result.rehearsal import failures_of
from handover.importing.retelling import retold
from handover.importing.retrying import RETRIED
from handover.importing.said import cause, type_name
from handover.importing.states import AT_WORK
from handover.importing.systems import CLINIKO, HELD_BY
from handover.importing.views.asking import noted, refuse, the_run
from handover.importing.views.look import look_of
from handover.importing.views.progress import live, steps_of

FAILURES = 200  # that a page lists
GOES_ON = (*AT_WORK, State.PAUSED)
AFTER = (Errand.Kind.RETRY, Errand.Kind.SETTLE, Errand.Kind.REASSIGN, Errand.Kind.TAKE_BACK)


@needs(May.SEE_IMPORTS)
def report(request: Request, run_id: int) -> HttpResponse:
    """Show one import: how it goes on, or its result."""
    run = the_run(run_id)
    if run.state == State.DRAFT:
        return redirect("importing:wizard_start")
    shown = {"run": run, "look": look_of(run), "steps": steps_of(request, run)}
    if run.state in GOES_ON or run.report is None:
        return render(request, "importing/progress.html", {**shown, **live(run)})
    return render(request, "importing/report.html", {**shown, **_result(request, run)})


def _result(request: Request, run: ImportRun) -> dict[str, object]:
    types = in_order(run, (run.report or {})["types"])
    loaded = run.system == CLINIKO and not run.rehearsal and run.state != State.DELETED
    failures = failures_of(run, FAILURES)
    return {
        "result": sign_off(run),
        "failures": [(type_name(each.type), cause(each.cause), each) for each in failures],
        "most": len(failures) == FAILURES,
        "problems": [
            (type_name(name), name, cause(each["cause"]), each)
            for name, line in types
            for each in line["problems"]
        ],
        "errand": errands.latest(run, *AFTER),
        "open_conflicts": len(conflicts_of(run, Wanted())) if loaded else 0,
        "sees_records": may(request.member, May.SEE_CLIENTS),
        "may_check": loaded and may(request.member, May.CHECK_IMPORTS),
        "may_fix": loaded and may(request.member, May.RUN_IMPORTS),
        "may_retry": loaded and run.state in RETRIED and may(request.member, May.RUN_IMPORTS),
        "accepting": _accepting(request, run),
        "receipt": _receipt(run),
    }


def _accepting(request: Request, run: ImportRun) -> "AcceptForm | None":
    if run.state in ACCEPTABLE and may(request.member, May.ACCEPT_IMPORTS):
        return AcceptForm(initial={"name": str(request.member)})
    return None


def _receipt(run: ImportRun) -> dict[str, object] | None:
    """What deleting left behind, for people."""
    if not run.receipt:
        return None
    types = in_order(run, run.receipt.get("types", {}))
    moments = {
        name: datetime.fromisoformat(run.receipt[name])
        for name in ("asked_at", "deleted_at")
        if run.receipt.get(name)
    }
    return {**run.receipt, **moments, "rows": [[type_name(name), each] for name, each in types]}


class AcceptForm(forms.Form):
    """Who accepts a result."""

    name = forms.CharField(
        label=gettext_lazy("Your name, as it stands on the sign-off"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


@needs(May.ACCEPT_IMPORTS)
@require_POST
def accept_result(request: Request, run_id: int) -> HttpResponse:
    """Note that somebody accepts the result as it stands."""
    run, form = the_run(run_id), AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the name of who accepts it."))
        return redirect("importing:report", run_id)
    try:
        made = accept(run, form.cleaned_data["name"])
    except StopImport as problem:
        refuse(request, problem)
    else:
        noted(request, run, f"accepted as {made.accepted_by}")
        messages.success(request, _("Accepted. The sign-off names you."))
    return redirect("importing:report", run_id)


@needs(May.CHECK_IMPORTS)
@audited(Action.READ, "samples of import", pk="run_id")
def samples(request: Request, run_id: int) -> HttpResponse:
    """Show a rehearsal's samples, the source beside what will be here: they hold health data."""
    run = the_run(run_id)
    taken = (run.rehearsal_result or {}).get("samples")
    if not taken:
        raise Http404(f"import {run_id} has no samples: it is no rehearsal, or was loaded since")
    types = [(type_name(name), each) for name, each in in_order(run, taken)]
    shown = {"run": run, "types": types, "held_by": HELD_BY[run.system]}
    return render(request, "importing/samples.html", shown)


@needs(May.SEE_IMPORTS)
def signoff(request: Request, run_id: int) -> HttpResponse:
    """Show the sign-off, to be printed."""
    return render(request, "importing/signoff.html", {"result": _signed(run_id)})


@needs(May.SEE_IMPORTS)
def signoff_pdf(_request: Request, run_id: int) -> HttpResponse:
    """Give the sign-off as PDF."""
    name = f"handover-import-{run_id}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(as_pdf(_signed(run_id)), content_type="application/pdf", headers=headers)


def _signed(run_id: int) -> JsonObject:
    try:
        return sign_off(the_run(run_id))
    except StopImport as problem:
        raise Http404(retold(str(problem))) from None
