"""Settings > Audit log: who did what, searched by person, client, day and action."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as later

from handover.accounts.access import Request, needs
from handover.accounts.forms import AuditSearch
from handover.accounts.models import AuditEntry
from handover.accounts.permissions import May

PER_PAGE = 50
ANY = [("", later("Any action")), *AuditEntry.Action.choices]


@needs(May.SEE_AUDIT_LOG)
def audit_log(request: Request) -> HttpResponse:
    """Search the log; the newest lines first."""
    form = AuditSearch(request.GET or None)
    form.fields["action"].choices = ANY  # type: ignore[attr-defined]  # a ChoiceField
    found = AuditEntry.objects.order_by("-id")
    if form.is_bound and form.is_valid():
        found = search(found, zone=request.zone(), **form.cleaned_data)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "clock": str(request.zone())}
    return render(request, "accounts/audit_log.html", shown)


def search(
    found: QuerySet[AuditEntry],
    *,
    who: str,
    client: int | None,
    action: str,
    day: date | None,
    zone: ZoneInfo,
) -> QuerySet[AuditEntry]:
    """The lines that agree with everything that is given; a day is one of this zone."""
    if who:
        found = found.filter(who__icontains=who)
    if client:
        found = found.filter(client_id=client)
    if action:
        found = found.filter(action=action)
    if day:
        begin, end = (datetime.combine(each, time.min, zone) for each in (day, _after(day)))
        found = found.filter(created_at__gte=begin, created_at__lt=end)
    return found


def _after(day: date) -> date:
    """The next day: one that the clocks are changed on has 23 hours, or 25."""
    return day + timedelta(days=1)
