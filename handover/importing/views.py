"""Pages of the import tool: what was moved, and whether it adds up."""

from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from handover.core.json import JsonObject
from handover.importing.engine.errors import StopImport
from handover.importing.models import ImportRun
from handover.importing.runs import find_run
from handover.importing.systems import ALL, HELD_BY

ORDER = [resource.spec.name for resource in ALL]


def imports(request: HttpRequest) -> HttpResponse:
    """List every import of the installation, the newest first."""
    runs = ImportRun.objects.using("owner").select_related("workspace").order_by("-pk")
    return render(request, "importing/imports.html", {"runs": runs})


def report(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one import's report."""
    try:
        run = find_run(run_id)
    except StopImport as problem:
        raise Http404(str(problem)) from None
    # the database keeps JSON in an order of its own; people read it in ours
    types = (run.report or {}).get("types", {})
    lines = [(name, types[name]) for name in ORDER if name in types]
    sums = [(name, each) for name, line in lines for each in line["control_sums"] if _told(each)]
    shown = {"run": run, "report": run.report, "lines": lines, "sums": sums}
    return render(request, "importing/report.html", {**shown, "held_by": HELD_BY[run.system]})


def _told(control_sum: JsonObject) -> bool:
    """Sums that are kept apart are worth reading, and so is every one that does not agree."""
    return bool(control_sum.get("group")) or not control_sum["agrees"]


def stylesheet(_request: HttpRequest) -> FileResponse:
    """The site's one stylesheet."""
    found = finders.find("web/site.css")
    if not isinstance(found, str):
        raise Http404
    return FileResponse(open(found, "rb"), content_type="text/css")  # noqa: PTH123  # the response closes it
