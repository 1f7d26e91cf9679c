"""Tabs that are lists: cases with recalls, communications, invoices."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited
from handover.accounts.permissions import May, may
from handover.billing.ledger import today
from handover.billing.models import Invoice
from handover.billing.payers import Payer, owed_by, unapplied_of
from handover.billing.queries import in_order
from handover.clients.models import Case, Client, Recall
from handover.communications.models import Communication
from handover.communications.queries import visible_to
from handover.core.html import clean
from handover.scheduling.models import Status
from handover.web.billing.lines import lines_of
from handover.web.billing.showing import shown
from handover.web.clients.page import client_or_404, render_tab
from handover.web.marks import marks_of

PER_PAGE = 25
LATEST_FIRST = (F("issued_on").desc(nulls_last=True), "-pk")


@needs(May.SEE_CASES)
@audited(Action.READ, "cases", client="client_id")
def client_cases(request: Request, client_id: int) -> HttpResponse:
    """Show the cases of a client, with how much of each is used, and the recalls."""
    client = client_or_404(request, client_id)
    cases = list(cases_of(client))
    recalls = Recall.objects.filter(client=client, archived_at=None).select_related("type")
    told = {
        "cases": cases,
        "recalls": recalls.order_by("-recall_on", "-pk"),
        "marks": marks_of(cases),
    }
    return render_tab(request, client, "web/client/cases.html", told)


def cases_of(client: Client) -> QuerySet[Case]:
    """The cases of a client, open ones first, each with `used`: how many sessions it has taken.

    A cancelled session, or one that the client did not come to, counts where the case says so.
    """
    uncounted = Q(attendances__status=Status.CANCELLED) & ~Q(include_cancelled=True)
    uncounted |= Q(attendances__status=Status.DID_NOT_ARRIVE) & ~Q(include_did_not_arrive=True)
    counted = Q(attendances__archived_at=None) & ~uncounted
    found = Case.objects.filter(client=client, archived_at=None).select_related("referrer")
    return found.annotate(used=Count("attendances", filter=counted)).order_by("closed_at", "-pk")


@needs(May.SEE_COMMUNICATIONS)
@audited(Action.READ, "communications", client="client_id")
def client_communications(request: Request, client_id: int) -> HttpResponse:
    """Show what was said to a client and by them; confidential memos to those alone who may."""
    client = client_or_404(request, client_id)
    found = visible_to(request.member).filter(client=client, archived_at=None)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    told = {"page": page, "messages_said": list(_told(rows)), "marks": marks_of(rows)}
    return render_tab(request, client, "web/client/communications.html", told)


def _told(rows: list[Communication]) -> Iterator[tuple[Communication, str]]:
    """Each with its content as markup, cleaned once more; "" where it is plain text."""
    for each in rows:
        formatted = each.content_format == Communication.Format.HTML
        yield each, clean(each.content) if formatted else ""


@needs(May.SEE_INVOICES)
@audited(Action.READ, "invoices", client="client_id")
def client_invoices(request: Request, client_id: int) -> HttpResponse:
    """Show the invoices of a client, where each stands, and what they owe themselves."""
    client = client_or_404(request, client_id)
    reversed_by = Invoice.objects.filter(original_invoice=OuterRef("pk"))
    found = Invoice.objects.filter(client=client, archived_at=None).order_by(*LATEST_FIRST)
    numbers = Paginator(found.values_list("pk", flat=True), PER_PAGE)
    page = numbers.get_page(request.GET.get("page"))
    rows = in_order(Invoice.objects.filter(pk__in=list(page.object_list)))
    rows = rows.select_related("practitioner").annotate(was_reversed=Exists(reversed_by))
    payer = Payer(client=client)
    listed = shown(rows.order_by(*LATEST_FIRST), today())
    told = {
        "page": page,
        "rows": listed,
        "lines": lines_of(listed, whom=False),
        "owed": owed_by(payer),
        "credit": unapplied_of(payer),
        "may_edit_invoices": may(request.member, May.EDIT_INVOICES),
    }
    return render_tab(request, client, "web/client/invoices.html", told)
