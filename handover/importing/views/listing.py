"""Settings > Import: every import of the workspace."""

from django.core.paginator import Paginator
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from handover.accounts.access import Request, needs
from handover.accounts.permissions import May, may
from handover.importing.models import Errand, ImportRun
from handover.importing.views.look import look_of
from handover.importing.views.progress import steps_of

PER_PAGE = 25
BEGINS = "importing:wizard_start"


@needs(May.SEE_IMPORTS)
def imports(request: Request) -> HttpResponse:
    """List every import of the workspace, the newest first."""
    errand = Errand.objects.filter(run=OuterRef("pk")).order_by().values("run")
    asked = errand.annotate(at=Max("finished_at")).values("at")
    runs = ImportRun.objects.defer("report", "rehearsal_result").annotate(
        active_at=Greatest(
            Coalesce("beat_at", "created_at"),
            Coalesce("finished_at", "created_at"),
            Coalesce("signed_at", "created_at"),
            Coalesce("undone_at", "created_at"),
            Coalesce(Subquery(asked), "created_at"),
        )
    )
    page = Paginator(runs.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(run, look_of(run), steps_of(request, run)) for run in page]
    begin = reverse(BEGINS) if may(request.member, May.RUN_IMPORTS) else ""
    return render(request, "importing/imports.html", {"page": page, "rows": rows, "begin": begin})
