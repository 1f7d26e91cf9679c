"""Pages of the import tool: what was moved, whether it adds up, and the sign-off."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited
from handover.accounts.permissions import May
from handover.core.json import JsonObject
from handover.importing.engine.errors import StopImport
from handover.importing.models import ImportRun
from handover.importing.result.document import in_order, sign_off, words
from handover.importing.result.printing import as_pdf
from handover.importing.result.rehearsal import failures_of
from handover.importing.systems import HELD_BY

FAILURES = 200  # that a page lists


@needs(May.SEE_IMPORTS)
def imports(request: Request) -> HttpResponse:
    """List every import of the workspace, the newest first."""
    runs = ImportRun.objects.order_by("-pk")
    return render(request, "importing/imports.html", {"runs": runs})


@needs(May.SEE_IMPORTS)
def report(request: Request, run_id: int) -> HttpResponse:
    """Show one import's result."""
    run = get_object_or_404(ImportRun, pk=run_id)
    if run.report is None:
        return render(request, "importing/report.html", {"run": run})
    types = in_order(run, run.report["types"])
    problems = [(words(name), each) for name, line in types for each in line["problems"]]
    shown = {"run": run, "result": sign_off(run), "problems": problems}
    shown["failures"] = failures_of(run, FAILURES)
    return render(request, "importing/report.html", shown)


@needs(May.RUN_IMPORTS)
@audited(Action.READ, "samples of import", pk="run_id")
def samples(request: Request, run_id: int) -> HttpResponse:
    """Show a rehearsal's samples, the source beside what will be here: they hold health data."""
    run = get_object_or_404(ImportRun, pk=run_id)
    taken = (run.rehearsal_result or {}).get("samples")
    if not taken:
        raise Http404(f"import {run_id} has no samples: it is no rehearsal, or was loaded since")
    types = [(words(name), each) for name, each in in_order(run, taken)]
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
        return sign_off(get_object_or_404(ImportRun, pk=run_id))
    except StopImport as problem:
        raise Http404(str(problem)) from None
