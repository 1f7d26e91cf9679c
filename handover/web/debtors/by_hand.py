"""What is still due on one invoice, and account credit, as somebody tells it by hand."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.billing import operations
from handover.billing.ledger import balance_of, today
from handover.billing.models import Invoice
from handover.billing.opening import applying
from handover.billing.operations import Money
from handover.billing.payers import Kind, Payer, last_credit
from handover.billing.queries import invoices_of
from handover.core.tenancy.changing import Refused
from handover.web.billing.finding import payer_or_404
from handover.web.debtors.forms import BalanceForm, CreditForm


def _invoice_or_404(request: Request, invoice_id: int) -> Invoice:
    imported = invoices_of(request.member).filter(origin=Invoice.Origin.IMPORTED)
    found = imported.select_related("client")
    return get_object_or_404(found, pk=invoice_id)


@needs(May.SET_BALANCES)
def opening_balance(request: Request, invoice_id: int) -> HttpResponse:
    """Show what was said to be due on an imported invoice, and say it anew."""
    invoice = _invoice_or_404(request, invoice_id)
    form = BalanceForm(request.POST or None, initial={"as_at": today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            applying.tell(invoice, given["amount"], given["as_at"], request.member, given["note"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.CHANGED, "invoice", invoice.pk, client=invoice.client_id)
            messages.success(request, _("The balance was set."))
            return redirect("web:opening_balance", invoice.pk)
    told = {
        "invoice": invoice,
        "form": form,
        "balance": balance_of(invoice, today()),
        "told": invoice.opening_balances.select_related("made_by", "file").order_by("-pk"),
    }
    note(request, Action.READ, "invoice", invoice.pk, client=invoice.client_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "web/debtors/balance.html", told, status=status)


@needs(May.SET_BALANCES)
@require_POST
def take_back_balance(request: Request, invoice_id: int) -> HttpResponse:
    """Take back what was said last."""
    invoice = _invoice_or_404(request, invoice_id)
    last = get_object_or_404(invoice.opening_balances.filter(undone_at=None).order_by("-pk")[:1])
    try:
        applying.take_back(last, request.member)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.CHANGED, "invoice", invoice.pk, client=invoice.client_id)
        messages.success(request, _("The balance was taken back."))
    return redirect("web:opening_balance", invoice.pk)


@needs(May.SET_BALANCES)
def account_credit(request: Request, payer: str, payer_id: int) -> HttpResponse:
    """Say what credit a client or contact brings along."""
    who = _payer(request, payer, payer_id)
    initial = {"as_at": today(), "seen": last_credit(who)}
    form = CreditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        money = Money(given["amount"], request.member, given["as_at"], note=given["note"])
        try:
            made = operations.account_credit(who, money, brought=True, seen=given["seen"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.CREATED, "account credit", made.pk, client=made.client_id)
            messages.success(request, _("The credit was noted."))
            return redirect("web:payer_debts", payer, payer_id)
    status = 422 if request.method == "POST" else 200
    told = {"form": form, "payer": payer, "who": who.row}
    return render(request, "web/debtors/credit.html", told, status=status)


def _payer(request: Request, kind: str, number: int) -> Payer:
    if kind not in {Kind.CLIENT, Kind.CONTACT}:
        raise Http404
    return payer_or_404(request, **{f"{kind}_id": number})
