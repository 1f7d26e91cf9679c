"""Money: payments, credit notes, write-offs, refunds, credit that is used, rows taken back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.billing import operations
from handover.billing.ledger import billing_settings, collected_here, with_balances
from handover.billing.models import Credit, Invoice
from handover.billing.operations import Money, Refused
from handover.billing.payers import (
    EVER,
    Payer,
    last_credit,
    open_invoices,
    owed_by,
    payer_of,
    unapplied_of,
)
from handover.web.billing.finding import credit_or_404, invoice_or_404, payer_or_404
from handover.web.billing.forms import AccountCreditForm, MoneyForm, PaymentForm

MOST_OPEN = 60


def back_to(payer: Payer) -> HttpResponse:
    """The account of a payer."""
    if payer.contact is not None:
        return redirect("web:contact_account", payer.contact.pk)
    return redirect("web:client_account", payer.row.pk)


def _client(payer: Payer) -> int | None:
    return payer.client.pk if payer.client else None


@needs(May.EDIT_INVOICES)
def client_payment(request: Request, client_id: int) -> HttpResponse:
    """Write down a payment of a client."""
    return _payment(request, payer_or_404(request, client_id=client_id))


@needs(May.EDIT_INVOICES)
def contact_payment(request: Request, contact_id: int) -> HttpResponse:
    """Write down a payment of a contact."""
    return _payment(request, payer_or_404(request, contact_id=contact_id))


@needs(May.EDIT_INVOICES)
def pay_invoice(request: Request, invoice_id: int) -> HttpResponse:
    """Write down what was paid on one invoice."""
    found = invoice_or_404(request, invoice_id)
    payer = payer_of(found)
    if payer is None:
        messages.error(request, _("It is not known who owes this invoice."))
        return redirect("web:invoice", invoice_id)
    return _payment(request, payer, found)


def _payment(request: Request, payer: Payer, only: Invoice | None = None) -> HttpResponse:
    """A payment; of one invoice, or of whichever are open, the oldest first."""
    rows = open_invoices(payer)
    due = list(rows.filter(pk=only.pk) if only is not None else rows[:MOST_OPEN])
    settings = billing_settings(request.workspace.pk)
    data = request.POST if request.method == "POST" else None
    form = PaymentForm(
        data,
        settings=settings,
        initial=_proposed(payer, due, only),
        due=due,
        alone=only is not None,
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            paid = operations.pay(
                payer, _money(request, given), form.among(), seen=given["seen"] or 0
            )
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.CREATED, "payment", paid.pk, client=_client(payer))
            messages.success(request, _told(paid, payer))
            return redirect("web:invoice", only.pk) if only is not None else back_to(payer)
    told = {
        "form": form,
        "payer": payer,
        "invoice": only,
        "owed": owed_by(payer),
        "credit": unapplied_of(payer),
        "more": only is None and rows.count() > MOST_OPEN,
    }
    return render(request, "web/billing/payment.html", told, status=422 if data else 200)


def _proposed(payer: Payer, due: list[Any], only: Invoice | None) -> dict[str, Any]:
    told: dict[str, Any] = {"seen": last_credit(payer)}
    if only is not None and due:
        told["amount"] = due[0].balance
        told["location"] = only.location
    return told


def _money(request: Request, given: Mapping[str, Any]) -> Money:
    return Money(
        given["amount"],
        request.member,
        given["dated_on"],
        given.get("method", ""),
        given["note"],
        given.get("location"),
    )


def _told(paid: Credit, payer: Payer) -> str:
    said = {"amount": f"{paid.amount:,.2f}", "name": payer}
    return _("A payment of %(amount)s from %(name)s was written down.") % said


@needs(May.EDIT_INVOICES)
def credit_note(request: Request, invoice_id: int) -> HttpResponse:
    """Credit some of what an invoice charged, or all of it."""
    return _lessened(request, invoice_id, operations.credit_note, "credit_note")


@needs(May.EDIT_INVOICES)
def write_off(request: Request, invoice_id: int) -> HttpResponse:
    """Give up what is still due on an invoice."""
    return _lessened(request, invoice_id, operations.write_off, "write_off")


def _lessened(
    request: Request, invoice_id: int, deed: Callable[..., Credit], kind: str
) -> HttpResponse:
    found = invoice_or_404(request, invoice_id)
    payer = payer_of(found)
    now = with_balances(Invoice.objects.all(), EVER).get(pk=found.pk)
    settings, data = billing_settings(request.workspace.pk), request.POST or None
    initial = {"amount": max(now.balance, 0) or None, "seen": last_credit(payer) if payer else None}
    form = MoneyForm(data, settings=settings, initial=initial, methods=False, why=True)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = deed(found, _money(request, given), seen=given["seen"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.CREATED, kind, made.pk, client=found.client_id)
            messages.success(request, _("It was written down."))
            return redirect("web:invoice", invoice_id)
    told = {"form": form, "invoice": now, "kind": kind}
    return render(request, "web/billing/lessen.html", told, status=422 if data else 200)


@needs(May.EDIT_INVOICES)
def client_refund(request: Request, client_id: int) -> HttpResponse:
    """Write down that a client's credit was paid back to them."""
    return _refund(request, payer_or_404(request, client_id=client_id))


@needs(May.EDIT_INVOICES)
def contact_refund(request: Request, contact_id: int) -> HttpResponse:
    """Write down that a contact's credit was paid back to them."""
    return _refund(request, payer_or_404(request, contact_id=contact_id))


def _refund(request: Request, payer: Payer) -> HttpResponse:
    settings, data = billing_settings(request.workspace.pk), request.POST or None
    left = unapplied_of(payer)
    initial = {"amount": left if left > 0 else None, "seen": last_credit(payer)}
    form = MoneyForm(data, settings=settings, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = operations.refund(payer, _money(request, given), seen=given["seen"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.CREATED, "refund", made.pk, client=_client(payer))
            messages.success(request, _("The refund was written down."))
            return back_to(payer)
    told = {"form": form, "payer": payer, "credit": left, "kind": "refund"}
    return render(request, "web/billing/lessen.html", told, status=422 if data else 200)


@needs(May.EDIT_INVOICES)
def client_credit(request: Request, client_id: int) -> HttpResponse:
    """Credit a client's account, on no invoice."""
    return _account_credit(request, payer_or_404(request, client_id=client_id))


@needs(May.EDIT_INVOICES)
def contact_credit(request: Request, contact_id: int) -> HttpResponse:
    """Credit a contact's account, on no invoice."""
    return _account_credit(request, payer_or_404(request, contact_id=contact_id))


def _account_credit(request: Request, payer: Payer) -> HttpResponse:
    settings, data = billing_settings(request.workspace.pk), request.POST or None
    initial, owed = {"seen": last_credit(payer)}, owed_by(payer)
    form = AccountCreditForm(data, settings=settings, initial=initial, methods=False, why=True)
    if owed <= 0:
        del form.fields["use"]
    if form.is_valid():
        given = form.cleaned_data
        use = given.get("use", False)
        try:
            made = operations.account_credit(
                payer, _money(request, given), use=use, seen=given["seen"]
            )
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.CREATED, "account credit", made.pk, client=_client(payer))
            said = _("Credit note %(number)s was written down.")
            messages.success(request, said % {"number": made.number})
            return back_to(payer)
    told = {"form": form, "payer": payer, "owed": owed, "kind": "account_credit"}
    return render(request, "web/billing/lessen.html", told, status=422 if data else 200)


@needs(May.EDIT_INVOICES)
@require_POST
def use_credit(request: Request, invoice_id: int) -> HttpResponse:
    """Give an invoice of the credit that its payer has."""
    found = invoice_or_404(request, invoice_id)
    payer = payer_of(found)
    try:
        got = operations.apply_credit(payer, request.member, found) if payer else {}
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.CHANGED, "invoice", found.pk, client=found.client_id, detail="credit")
        said = {"amount": f"{sum(got.values()):,.2f}"}
        messages.success(request, _("%(amount)s of their credit was used.") % said)
    return redirect("web:invoice", invoice_id)


@needs(May.EDIT_INVOICES)
@require_POST
def take_back(request: Request, credit_id: int) -> HttpResponse:
    """Take back a payment or credit: what it paid is due again."""
    found = credit_or_404(request, credit_id)
    payer = Payer(found.client, found.contact)
    try:
        operations.take_back(found, request.member)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.CHANGED, found.kind, found.pk, client=_client(payer), detail="back")
        messages.success(request, _("It was taken back, from today on."))
        if numbers := _collected_elsewhere(found):
            warning = _(
                "Invoices that are collected in another system are due again by what it had paid:"
                " enter that there, for nobody is asked for it from here. Numbers: %(numbers)s."
            )
            messages.warning(request, warning % {"numbers": ", ".join(numbers)})
    return back_to(payer)


def _collected_elsewhere(credit: Credit) -> list[str]:
    """The numbers of invoices that a credit has paid, and that are collected elsewhere by now."""
    paid = Invoice.objects.filter(pk__in=credit.allocations.values("invoice"))
    elsewhere = paid.exclude(pk__in=collected_here(paid).values("pk")).order_by("pk")
    return [each or "-" for each in elsewhere.values_list("number", flat=True)]
