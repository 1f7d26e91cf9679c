"""One invoice: its page, its PDF, and the links that show it to others."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing import operations
from handover.billing.ledger import collected_here, today
from handover.billing.links import address_of
from handover.billing.models import Allocation, Invoice
from handover.billing.operations import Refused
from handover.billing.payers import Payer, payer_of, unapplied_of
from handover.billing.pdf import file_name, invoice_on_paper, invoice_pdf
from handover.billing.queries import in_order
from handover.web.billing.finding import invoice_or_404
from handover.web.billing.showing import show
from handover.web.marks import mark_of


@needs(May.SEE_INVOICES)
def invoice(request: Request, invoice_id: int) -> HttpResponse:
    """Show an invoice: what it charges, what was paid, and what can be done with it."""
    found = invoice_or_404(request, invoice_id)
    note(request, Action.READ, "invoice", found.pk, client=found.client_id)
    return render(request, "web/billing/invoice.html", told_of(request, found))


def told_of(request: Request, found: Invoice) -> dict[str, object]:
    """All that the page of an invoice shows."""
    now = in_order(Invoice.objects.select_related("client", "contact")).get(pk=found.pk)
    payer = payer_of(now)
    here = collected_here(Invoice.objects.filter(pk=found.pk)).exists()
    may_edit = may(request.member, May.EDIT_INVOICES)
    draft = now.status == Invoice.Status.DRAFT
    open_to_money = may_edit and here and not draft and not now.archived_at and payer is not None
    credit = unapplied_of(payer) if payer is not None and not draft else None
    return {
        "invoice": now,
        "line": show(now, today(), None),
        "mark": mark_of(found),
        "paper": invoice_on_paper(found),
        "payer": payer,
        "account_seen": payer is not None and _sees_account(request, payer),
        "facts": _facts(now),
        "links": list(now.links.order_by("-pk")),
        "reverses": now.original_invoice,
        "reversed_by": list(now.reversals.order_by("pk")),
        "collected_here": here,
        "may_edit": may_edit,
        "may_revert": may_edit and not draft and not operations.why_not_reverted(now),
        "may_settle": open_to_money and now.balance > 0,
        "may_credit": open_to_money and now.charged > 0,
        "may_ask": here and now.balance > 0 and may(request.member, May.SEND_FOLLOW_UPS),
        "may_set": now.due == Invoice.Due.NOT_KNOWN and may(request.member, May.SET_BALANCES),
        "credit": credit if open_to_money and now.balance > 0 else None,
    }


def _sees_account(request: Request, payer: Payer) -> bool:
    return payer.contact is None or not request.member.own_clients_only


def _facts(found: Invoice) -> list[Allocation]:
    """What lessened it, in order; the kinds of openings and credits both."""
    facts = Allocation.objects.filter(invoice=found).select_related("credit", "opening__file")
    return list(facts.order_by("dated_on", "pk"))


@needs(May.SEE_INVOICES)
def invoice_pdf_page(request: Request, invoice_id: int) -> HttpResponse:
    """The invoice as PDF."""
    found = invoice_or_404(request, invoice_id)
    note(request, Action.READ, "invoice", found.pk, client=found.client_id, detail="PDF")
    return as_pdf(found)


def as_pdf(found: Invoice) -> HttpResponse:
    """An invoice as an answer that a browser shows or keeps."""
    return pdf_answer(invoice_pdf(found), file_name(found))


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF under a name, without anything in it that a header could not hold."""
    plain = name.encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "")
    headers = {"Content-Disposition": f'inline; filename="{plain}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@needs(May.EDIT_INVOICES)
@require_POST
def open_link(request: Request, invoice_id: int) -> HttpResponse:
    """Make a link, and show it once: only its hash is kept."""
    found = invoice_or_404(request, invoice_id)
    try:
        token = operations.open_link(found, request.member)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("web:invoice", invoice_id)
    note(request, Action.CHANGED, "invoice", found.pk, client=found.client_id, detail="link made")
    address = address_of(token)
    if address.startswith("/"):
        address = request.build_absolute_uri(address)
    told = told_of(request, found) | {"new_link": address}
    return render(request, "web/billing/invoice.html", told)


@needs(May.EDIT_INVOICES)
@require_POST
def revoke_links(request: Request, invoice_id: int) -> HttpResponse:
    """Have every link of an invoice lead nowhere from now on."""
    found = invoice_or_404(request, invoice_id)
    count = operations.revoke_links(found)
    if count:
        detail = f"{count} links revoked"
        note(request, Action.CHANGED, "invoice", found.pk, client=found.client_id, detail=detail)
    messages.success(request, _("Links to this invoice lead nowhere any more."))
    return redirect("web:invoice", invoice_id)
