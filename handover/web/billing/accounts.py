"""The account of a client or contact: what they owe, what came, and statements of both."""

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as later

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.ledger import today
from handover.billing.payers import Payer, credits_of, with_left
from handover.billing.pdf import statement_on_paper, statement_pdf
from handover.billing.statements import Statement, activity, outstanding
from handover.web.billing.finding import payer_or_404
from handover.web.billing.invoice import pdf_answer
from handover.web.clients.forms import day_field

OUTSTANDING, ACTIVITY = "", "activity"
USUALLY = timedelta(days=90)
MOST_CREDITS = 200


class StatementForm(forms.Form):
    """What a statement tells: what is outstanding, or all that happened since a day."""

    show = forms.ChoiceField(
        label=later("Statement of"),
        required=False,
        choices=[(OUTSTANDING, later("What is outstanding")), (ACTIVITY, later("All activity"))],
    )
    since = day_field(later("Since"))
    until = day_field(later("Until"))


@needs(May.SEE_INVOICES)
def client_account(request: Request, client_id: int) -> HttpResponse:
    """Show the account of a client."""
    return _account(request, payer_or_404(request, client_id=client_id))


@needs(May.SEE_INVOICES)
def contact_account(request: Request, contact_id: int) -> HttpResponse:
    """Show the account of a contact."""
    return _account(request, payer_or_404(request, contact_id=contact_id))


def _account(request: Request, payer: Payer) -> HttpResponse:
    form = StatementForm(request.GET)
    statement = _asked(request, payer)
    came = with_left(credits_of(payer)).select_related("reverses").prefetch_related("reversals")
    _noted(request, payer, "")
    told = {
        "payer": payer,
        "form": form,
        "statement": statement,
        "paper": statement_on_paper(statement),
        "credits": list(came.order_by("-dated_on", "-pk")[:MOST_CREDITS]),
        "may_edit": may(request.member, May.EDIT_INVOICES),
    }
    return render(request, "web/billing/account.html", told)


@needs(May.SEE_INVOICES)
def client_statement(request: Request, client_id: int) -> HttpResponse:
    """A statement of a client as PDF."""
    return _pdf(request, payer_or_404(request, client_id=client_id))


@needs(May.SEE_INVOICES)
def contact_statement(request: Request, contact_id: int) -> HttpResponse:
    """A statement of a contact as PDF."""
    return _pdf(request, payer_or_404(request, contact_id=contact_id))


def _pdf(request: Request, payer: Payer) -> HttpResponse:
    _noted(request, payer, "PDF")
    statement = _asked(request, payer)
    return pdf_answer(statement_pdf(statement), f"statement-{statement.as_at}.pdf")


def _noted(request: Request, payer: Payer, detail: str) -> None:
    client = payer.client.pk if payer.client else None
    note(request, Action.READ, "statement", payer.row.pk, client=client, detail=detail)


def _asked(request: HttpRequest, payer: Payer) -> Statement:
    """The statement that an address asks for; of what is outstanding if it says nothing."""
    form = StatementForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    until: date = min(given.get("until") or today(), today())
    if given.get("show") != ACTIVITY:
        return outstanding(payer, until)
    return activity(payer, min(given.get("since") or until - USUALLY, until), until)
