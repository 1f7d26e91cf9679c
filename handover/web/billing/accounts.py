"""The account of a client or contact: what they owe, what came, and statements of both."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as later

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.ledger import today
from handover.billing.models import Credit
from handover.billing.payers import Left, Payer, credits_of, with_left
from handover.billing.pdf import credit_pdf, statement_on_paper, statement_pdf
from handover.billing.statements import Statement, activity, outstanding
from handover.web.billing.finding import credit_or_404, payer_or_404
from handover.web.billing.invoice import pdf_answer
from handover.web.clients.forms import day_field
from handover.web.clients.listing import number_in
from handover.web.keyset import Slice, sliced

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

OUTSTANDING, ACTIVITY = "", "activity"
USUALLY = timedelta(days=90)
BY = ("dated_on", "pk")


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
    _noted(request, payer, "")
    told = {
        "payer": payer,
        "form": form,
        "statement": statement,
        "paper": statement_on_paper(statement),
        "page": _came(request, payer),
        "may_edit": may(request.member, May.EDIT_INVOICES),
    }
    return render(request, "web/billing/account.html", told)


def _came(request: HttpRequest, payer: Payer) -> "Slice[WithAnnotations[Credit, Left]]":
    """A page of what came from them or was credited, the latest first."""
    found = with_left(credits_of(payer)).prefetch_related("reversals")
    after, before = (number_in(request.GET.get(each)) for each in ("after", "before"))

    def place(number: int | None) -> tuple[object, ...] | None:
        return found.filter(pk=number).values_list(*BY).first() if number else None

    return sliced(found, BY, after=place(after), before=place(before), descending=True)


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


@needs(May.SEE_INVOICES)
def credit_note_pdf(request: Request, credit_id: int) -> HttpResponse:
    """A credit note as PDF; what has no number is none."""
    found = credit_or_404(request, credit_id)
    if not found.number or found.reverses_id:
        raise Http404
    note(request, Action.READ, "credit note", found.pk, client=found.client_id, detail="PDF")
    name = f"credit-note-{found.number}.pdf".replace('"', "").replace("/", "-")
    return pdf_answer(credit_pdf(found), name)


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
