"""Pages of the import tool: what was moved, and whether it adds up."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from handover.accounts.access import Request, needs
from handover.accounts.permissions import May
from handover.core.json import JsonObject
from handover.importing.models import ImportRun
from handover.importing.systems import ALL, HELD_BY

ORDER = [resource.spec.name for resource in ALL]


@needs(May.SEE_IMPORTS)
def imports(request: Request) -> HttpResponse:
    """List every import of the workspace, the newest first."""
    runs = ImportRun.objects.order_by("-pk")
    return render(request, "importing/imports.html", {"runs": runs})


@needs(May.SEE_IMPORTS)
def report(request: Request, run_id: int) -> HttpResponse:
    """Show one import's report."""
    run = get_object_or_404(ImportRun, pk=run_id)
    # the database keeps JSON in an order of its own; people read it in ours
    types = (run.report or {}).get("types", {})
    lines = [(name, types[name]) for name in ORDER if name in types]
    sums = [(name, each) for name, line in lines for each in line["control_sums"] if _told(each)]
    shown = {"run": run, "report": run.report, "lines": lines, "sums": sums}
    return render(request, "importing/report.html", {**shown, "held_by": HELD_BY[run.system]})


def _told(control_sum: JsonObject) -> bool:
    """Sums that are kept apart are worth reading, and so is every one that does not agree."""
    return bool(control_sum.get("group")) or not control_sum["agrees"]
