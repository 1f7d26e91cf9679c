"""Writing an invoice: for whom, its lines, finalising, throwing a draft away."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing import operations
from handover.billing.amounts import NOUGHT, Amounts, added_up, line_amounts
from handover.billing.drafting import Head, Line
from handover.billing.models import BillingSettings, Invoice
from handover.billing.operations import Refused
from handover.billing.pricing import (
    line_for_item,
    line_for_product,
    lines_for_attendance,
    lines_for_service,
)
from handover.clients.models import Client
from handover.core.tenancy.changing import OutdatedError
from handover.scheduling.models import Attendance
from handover.scheduling.queries import clients_of
from handover.web.billing.finding import invoice_or_404, revision_of
from handover.web.billing.forms import DraftForm, NewInvoiceForm, line_forms, lines_in
from handover.web.billing.uninvoiced import uninvoiced, uninvoiced_of
from handover.web.clients.listing import number_in


@needs(May.EDIT_INVOICES)
def new_invoice(request: Request) -> HttpResponse:
    """Ask for whom; an address that names a client, or an appointment, fills that in."""
    clients = clients_of(request.member).filter(merged_at=None)
    came = _came(request)
    if came is None and request.POST.get("came"):  # sent twice, or charged by somebody meanwhile
        messages.error(request, _("This appointment is not to be charged any more: look again."))
        return redirect("web:uninvoiced")
    client = (
        came.client
        if came
        else clients.filter(pk=number_in(request.GET.get("client")) or 0).first()
    )
    initial = {"client": client, "contact": client.send_invoices_to if client else None}
    data = request.POST if request.method == "POST" else None
    form = NewInvoiceForm(data, clients=clients, initial=initial)
    if form.is_valid():
        try:
            with transaction.atomic():
                draft = _begun(request, form, came)
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("web:edit_invoice", draft.pk)
    told = {"form": form, "came": came, "client": client}
    return render(request, "web/billing/new.html", told, status=422 if data else 200)


def _came(request: Request) -> Attendance | None:
    """The appointment that is to be charged, if it may be, and was not yet."""
    given = request.POST.get("came") or request.GET.get("came")
    number = number_in(given)
    if number is None:
        return None
    found = uninvoiced(request.member).filter(client__in=clients_of(request.member))
    return found.select_related("appointment__service", "client").filter(pk=number).first()


def _begun(request: Request, form: NewInvoiceForm, came: Attendance | None) -> Invoice:
    given = form.cleaned_data
    client: Client | None = given["client"]
    about = came.appointment if came and came.client_id == (client.pk if client else 0) else None
    draft = operations.begin(
        request.workspace.pk,
        Head(
            client,
            given["contact"],
            about.location if about else None,
            about.practitioner if about else None,
        ),
    )
    if about is not None and came is not None:
        draft = operations.add(draft.pk, lines_for_attendance(came, draft))
    _noted(request, Action.CREATED, draft)
    return draft


def _noted(request: Request, action: Action, invoice: Invoice, detail: str = "") -> None:
    note(request, action, "invoice", invoice.pk, client=invoice.client_id, detail=detail)


@needs(May.EDIT_INVOICES)
def edit_invoice(request: Request, invoice_id: int) -> HttpResponse:
    """Write a draft: its head and its lines are one form, which works without a script."""
    draft = invoice_or_404(request, invoice_id)
    if draft.status != Invoice.Status.DRAFT or draft.origin != Invoice.Origin.HERE:
        messages.info(request, _("This invoice is final: it cannot be changed any more."))
        return redirect("web:invoice", invoice_id)
    data = request.POST if request.method == "POST" else None
    known = operations.lines_of(draft)
    form, lines = (
        DraftForm(data, draft=draft, came=_offered(request, draft)),
        line_forms(data, known),
    )
    if data is not None and all([form.is_valid(), lines.is_valid()]):
        try:
            return _write(request, draft, form, lines_in(lines, known))
        except OutdatedError as outdated:
            form.data = _as_of_now(data, cast("Invoice", outdated.row))
            form.add_error(None, _outdated())
        except Refused as problem:
            form.add_error(None, str(problem))
    told = {"form": form, "lines": lines, "draft": draft, "sums": _as_saved(draft)}
    return render(request, "web/billing/edit.html", told, status=422 if data else 200)


def _as_saved(draft: Invoice) -> Amounts:
    saved = (draft.net_amount, draft.tax_amount, draft.total_amount, draft.discounted_amount)
    return Amounts(*(each or NOUGHT for each in saved))


@needs(May.EDIT_INVOICES)
@require_POST
def invoice_totals(request: Request, invoice_id: int) -> HttpResponse:
    """What a draft would come to as its form stands; nothing is saved.

    A line that could not be saved is not counted, and the answer says so.
    """
    draft = invoice_or_404(request, invoice_id)
    known = {each.item: each for each in operations.lines_of(draft) if each.item is not None}
    typed = list(line_forms(request.POST, list(known.values())))
    good = [each for each in typed if each.is_valid()]
    lines = [line for each in good if (line := each.line(known)) is not None]
    asked = request.POST.get("calculation_method", "")
    mode = asked if asked in BillingSettings.TaxMode.values else draft.calculation_method
    told = {
        "sums": added_up(line_amounts(each.price, mode) for each in lines),
        "unread": len(good) < len(typed),
        "typed": True,
    }
    return render(request, "web/billing/sums.html", told)


def _outdated() -> str:
    return _(
        "Somebody has changed this draft since you opened it. Look at it in another window; if you"
        " save now, what stands here counts."
    )


def _as_of_now(data: QueryDict, now: Invoice) -> QueryDict:
    told = data.copy()
    told["revision"] = str(now.revision)
    return told


def _offered(request: Request, draft: Invoice) -> QuerySet[Attendance] | None:
    if draft.client is None or not may(request.member, May.SEE_CALENDAR):
        return None
    return uninvoiced_of(draft.client, request.member)


def _write(request: Request, draft: Invoice, form: DraftForm, lines: list[Line]) -> HttpResponse:
    """Save, add what was chosen, and finalise if that was pressed."""
    values = form.values()
    draft.calculation_method = values["calculation_method"]
    more = _chosen(form, draft)
    revision = form.cleaned_data["revision"] or 0
    saved = operations.write(draft.pk, revision, values, [*lines, *more])
    _noted(request, Action.CHANGED, saved)
    if "finalise" not in request.POST:
        messages.success(request, _("The draft was saved."))
        return redirect("web:edit_invoice", draft.pk)
    try:
        final = operations.finalise(saved.pk, saved.revision)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("web:edit_invoice", draft.pk)
    _noted(request, Action.CHANGED, final, "finalised")
    messages.success(request, _("Invoice %(number)s is final.") % {"number": final.number})
    return redirect("web:invoice", draft.pk)


def _chosen(form: DraftForm, draft: Invoice) -> list[Line]:
    """The lines of what was chosen to be added."""
    given, lines = form.cleaned_data, []
    if given.get("add_attendance"):
        lines += lines_for_attendance(given["add_attendance"], draft)
    if given.get("add_service"):
        lines += lines_for_service(given["add_service"], draft)
    if given.get("add_item"):
        lines.append(line_for_item(given["add_item"], draft))
    if given.get("add_product"):
        lines.append(line_for_product(given["add_product"], draft))
    return lines


@needs(May.EDIT_INVOICES)
@require_POST
def discard_invoice(request: Request, invoice_id: int) -> HttpResponse:
    """Throw a draft away."""
    draft = invoice_or_404(request, invoice_id)
    try:
        operations.discard(draft.pk, revision_of(request))
    except OutdatedError:
        messages.error(request, _("Somebody has changed this draft meanwhile: look at it first."))
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        _noted(request, Action.DELETED, draft, "draft")
        messages.success(request, _("The draft was thrown away."))
        return redirect("web:invoices")
    return redirect("web:invoice", invoice_id)


@needs(May.EDIT_INVOICES)
@require_POST
def revert_invoice(request: Request, invoice_id: int) -> HttpResponse:
    """Make an invoice a draft again that nobody has seen or paid."""
    found = invoice_or_404(request, invoice_id)
    try:
        operations.revert(found.pk, revision_of(request))
    except OutdatedError:
        messages.error(request, _("Somebody has changed this invoice meanwhile: look at it first."))
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        _noted(request, Action.CHANGED, found, "draft again")
        messages.success(request, _("The invoice is a draft again, and keeps its number."))
        return redirect("web:edit_invoice", invoice_id)
    return redirect("web:invoice", invoice_id)
