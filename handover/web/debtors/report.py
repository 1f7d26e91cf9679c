"""Reports > Aged debtors: the report, one payer's invoices, and both on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing import ageing
from handover.billing.ageing import Asked, By, Debt, Report
from handover.billing.models import Invoice
from handover.billing.payers import Kind, PayerKey
from handover.billing.queries import invoices_of
from handover.clients.models import Client, Contact
from handover.core.json import Json, JsonObject
from handover.core.money import CENT, NOUGHT
from handover.core.spreadsheet import Cell
from handover.core.spreadsheet import as_csv as written
from handover.core.typesetting import typeset
from handover.scheduling.queries import clients_of
from handover.web.debtors.asking import form_and_asked
from handover.web.debtors.chart import bars_of
from handover.web.debtors.payers import Named, named, names_of, page_of

PER_PAGE = 50
PAPER = Path(__file__).with_name("aged.typ")


def bucket_names() -> tuple[str, ...]:
    """What the buckets are called."""
    return (_("Current"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("90+ days"))  # noqa: RUF001  # a range


@needs(May.SEE_REPORTS)
def aged_debtors(request: Request) -> HttpResponse:
    """Show who owes what, and for how long."""
    form, asked = form_and_asked(request)
    report = ageing.aged_debtors(asked)
    page = Paginator(report.rows, PER_PAGE).get_page(request.GET.get("page"))
    names = bucket_names()
    told = {
        "form": form,
        "asked": asked,
        "by": By(asked.by).label,
        "report": report,
        "page": page,
        "rows": named(page.object_list),
        "names": names,
        "bars": bars_of(report.totals.buckets, names),
        "may_set": may(request.member, May.SET_BALANCES),
        "may_ask": may(request.member, May.SEND_FOLLOW_UPS),
    }
    note(request, Action.READ, "aged debtors")
    return render(request, "web/debtors/report.html", told)


@needs(May.SEE_REPORTS)
def as_csv(request: Request) -> HttpResponse:
    """Give all lines of the report as a table for spreadsheets."""
    _form, asked = form_and_asked(request)
    rows = named(ageing.aged_debtors(asked).rows)
    headings = [
        _("Payer"),
        *bucket_names(),
        _("Total"),
        _("Of it in Xero"),
        _("Unapplied credit"),
        _("Invoices"),
        _("Oldest"),
        _("Last contacted"),
    ]
    note(request, Action.DOWNLOADED, "aged debtors", detail="CSV")
    return _file(written(headings, map(_cells, rows)), asked, "csv", "text/csv; charset=utf-8")


def _cells(row: Named) -> list[Cell]:
    aged = row.aged
    amounts = [*aged.buckets, aged.total, aged.elsewhere, aged.unapplied]
    money: list[Cell] = [amount.quantize(CENT) for amount in amounts]
    contacted = row.contacted.date() if row.contacted else None
    return [row.name, *money, aged.invoices, aged.oldest, contacted]


@needs(May.SEE_REPORTS)
def as_pdf(request: Request) -> HttpResponse:
    """Give the report on paper."""
    form, asked = form_and_asked(request)
    note(request, Action.DOWNLOADED, "aged debtors", detail="PDF")
    document = _document(request, ageing.aged_debtors(asked), _filters(form.cleaned_data))
    return _file(typeset(PAPER, document), asked, "pdf", "application/pdf")


def _filters(given: Mapping[str, object]) -> list[Json]:
    return [str(given[name]) for name in ("location", "practitioner") if given.get(name)]


def _document(request: Request, report: Report, filters: list[Json]) -> JsonObject:
    def line(name: str, aged: ageing.Aged) -> list[Json]:
        amounts = (*aged.buckets, aged.total, aged.unapplied)
        return [name, *(f"{amount:,.2f}" for amount in amounts)]

    names = names_of(row.payer for row in report.rows)
    rows = [line(names[row.payer], row) for row in report.rows]
    return {
        "title": _("Aged debtors"),
        "practice": str(request.workspace),
        "as_at": f"{report.asked.as_at:%d %b %Y}".lstrip("0"),
        "by": str(By(report.asked.by).label),
        "filters": filters,
        "heads": [_("Payer"), *bucket_names(), _("Total"), _("Unapplied credit")],
        "rows": list[Json](rows),
        "totals": line(_("Total"), report.totals),
        "bars": [
            {"name": bar.name, "amount": f"{bar.amount:,.2f}", "share": str(bar.share)}
            for bar in bars_of(report.totals.buckets, bucket_names())
        ],
        "empty": _("Nothing is owed, by what is known here."),
    }


def _file(content: bytes, asked: Asked, ending: str, kind: str) -> HttpResponse:
    name = f"aged-debtors-{asked.as_at.isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


@dataclass(frozen=True)
class Line:
    """One invoice of a payer, as the page shows it."""

    debt: Debt
    bucket: str
    client: str


@needs(May.SEE_REPORTS)
def payer_debts(request: Request, payer: str, payer_id: int) -> HttpResponse:
    """Show the invoices on which one payer owes, the oldest first."""
    form, asked = form_and_asked(request)
    who = _payer_or_404(request, payer, payer_id)
    debts = ageing.debts_of(asked, who)
    page = Paginator(debts, PER_PAGE).get_page(request.GET.get("page"))
    told = {
        "form": form,
        "asked": asked,
        "by": By(asked.by).label,
        "payer": who,
        "name": names_of([who])[who],
        "payer_page": page_of(who),
        "page": page,
        "rows": _lines(list(page.object_list)),
        "total": sum((debt.balance for debt in debts), NOUGHT),
        "unapplied": ageing.unapplied_of(asked, who),
        "may_set": may(request.member, May.SET_BALANCES),
        "may_ask": may(request.member, May.SEND_FOLLOW_UPS),
    }
    client = who.number if who.kind == Kind.CLIENT else None
    note(request, Action.READ, "invoices", None if client else who.number, client=client)
    return render(request, "web/debtors/payer.html", told)


def _lines(debts: list[Debt]) -> list[Line]:
    names = bucket_names()
    clients = Client.objects.in_bulk({debt.client for debt in debts if debt.client})
    return [
        Line(debt, names[debt.bucket], str(clients.get(debt.client or 0, ""))) for debt in debts
    ]


def _payer_or_404(request: Request, kind: str, number: int) -> PayerKey:
    if kind == Kind.CLIENT:
        return PayerKey(Kind.CLIENT, get_object_or_404(clients_of(request.member), pk=number).pk)
    if kind == Kind.CONTACT:
        return PayerKey(Kind.CONTACT, get_object_or_404(Contact, pk=number).pk)
    if kind != Kind.WORDS:
        raise Http404
    invoice = get_object_or_404(_nobodys(request), pk=number)
    return PayerKey(Kind.WORDS, invoice.pk, ageing.words_of(invoice))


def _nobodys(request: Request) -> QuerySet[Invoice]:
    """Invoices that name neither contact nor client."""
    return invoices_of(request.member).filter(contact=None, client=None)
