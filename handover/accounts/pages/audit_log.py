"""Settings > Audit log: who did what, searched by person, client, day and action."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from handover.accounts.access import Request, needs
from handover.accounts.forms import AuditSearch
from handover.accounts.models import AuditEntry
from handover.accounts.permissions import May

PER_PAGE = 50
ANY = [("", "Any action"), *AuditEntry.Action.choices]


@needs(May.SEE_AUDIT_LOG)
def audit_log(request: Request) -> HttpResponse:
    """Search the log; the newest lines first."""
    form = AuditSearch(request.GET or None)
    form.fields["action"].choices = ANY  # type: ignore[attr-defined]  # a ChoiceField
    found = AuditEntry.objects.order_by("-id")
    if form.is_bound and form.is_valid():
        found = search(found, **form.cleaned_data)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/audit_log.html", {"form": form, "page": page})


def search(
    found: QuerySet[AuditEntry], *, who: str, client: int | None, action: str, day: datetime | None
) -> QuerySet[AuditEntry]:
    """The lines that agree with everything that is given."""
    if who:
        found = found.filter(who__icontains=who)
    if client:
        found = found.filter(client_id=client)
    if action:
        found = found.filter(action=action)
    if day:
        begin = datetime.combine(day, time.min, tzinfo=ZoneInfo("UTC"))
        found = found.filter(created_at__gte=begin, created_at__lt=begin + timedelta(days=1))
    return found
