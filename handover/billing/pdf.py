"""Invoices, credit notes and statements as PDF: A4, tagged, made by Typst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from handover.accounts.models import PracticeDetails, Workspace
from handover.billing.amounts import cents
from handover.billing.currency import currency, money
from handover.billing.drafting import recipient_of
from handover.billing.ledger import billing_settings, with_balances
from handover.billing.models import Credit, Invoice, InvoiceItem
from handover.billing.payers import EVER, with_left
from handover.billing.statements import Entry, Statement
from handover.core.json import Json, JsonObject
from handover.core.typesetting import typeset
from handover.practice.models import Location

HERE = Path(__file__).parent


def invoice_pdf(invoice: Invoice) -> bytes:
    """An invoice as it was issued, with what is still due today."""
    return typeset(HERE / "invoice.typ", invoice_on_paper(invoice))


def file_name(invoice: Invoice) -> str:
    """What the PDF of an invoice is called: nothing in it that a header could not hold."""
    number = "".join(each for each in invoice.number if each.isprintable() and each not in '"/\\')
    return f"invoice-{number or 'draft'}.pdf"


def credit_pdf(credit: Credit) -> bytes:
    """A credit note, with what is left of it today."""
    return typeset(HERE / "invoice.typ", credit_on_paper(credit))


def statement_pdf(statement: Statement) -> bytes:
    """A statement of a payer."""
    return typeset(HERE / "statement.typ", statement_on_paper(statement))


def invoice_on_paper(invoice: Invoice) -> JsonObject:
    """What stands on an invoice, for its PDF and for the page that a link opens."""
    now = with_balances(Invoice.objects.select_related("location"), EVER).get(pk=invoice.pk)
    symbol = currency()
    settings = billing_settings(invoice.workspace_id)
    return {
        "title": _title(now),
        "from": sender(now.location, invoice.workspace),
        "to": now.recipient or str(now.contact or now.client or ""),
        "about": "" if now.contact is None or now.client is None else str(now.client),
        "facts": list(_facts(now)),
        "columns": [_("Item"), _("Quantity"), _("Price"), _("Tax"), _("Amount")],
        "lines": [_line(each, symbol) for each in _items(now)],
        "sums": list(_sums(now, symbol)),
        "due": [_("Due now"), money(now.balance, symbol)],
        "notes": [each for each in (now.extra_information, now.notes) if each],
        "foot": [each for each in (_place_note(now.location), settings.information) if each],
    }


def _title(invoice: Invoice) -> str:
    if invoice.status == Invoice.Status.DRAFT:
        return _("Draft of an invoice")
    tax = _("Tax invoice") if invoice.tax_amount else _("Invoice")
    return f"{tax} {invoice.number}".strip()


def _items(invoice: Invoice) -> list[InvoiceItem]:
    return list(invoice.items.filter(archived_at=None).order_by("position", "pk"))


def _line(item: InvoiceItem, symbol: str) -> JsonObject:
    off = item.discounted_amount
    told = [item.code] if item.code else []
    if off:
        told.append(_("less %(amount)s") % {"amount": money(off, symbol)})
    return {
        "name": item.name,
        "small": ", ".join(told),
        "quantity": plain(item.quantity),
        "price": money(item.unit_price, symbol),
        "tax": f"{plain(item.tax_rate)} %" if item.tax_rate else "-",
        "amount": money(item.total_including_tax, symbol),
    }


def _facts(invoice: Invoice) -> Iterator[Json]:
    told = (
        (_("Issued"), day(invoice.issued_on)),
        (_("Due"), day(invoice.due_on)),
        (_("Reference"), invoice.reference),
        (_("Practitioner"), str(invoice.practitioner or "")),
    )
    for name, value in told:
        if value:
            yield [name, value]


def _sums(invoice: Invoice, symbol: str) -> Iterator[Json]:
    if invoice.tax_amount:
        yield [_("Without tax"), money(invoice.net_amount, symbol)]
        yield [_("Tax"), money(invoice.tax_amount, symbol)]
    yield [_("Total"), money(invoice.total_amount, symbol)]


def credit_on_paper(credit: Credit) -> JsonObject:
    """What stands on a credit note: an amount and why, and what of it an invoice's tax was."""
    symbol, left = currency(), with_left(Credit.objects.filter(pk=credit.pk)).get().left
    about = _credited(credit)
    tax = _tax_in(credit, about)
    back = credit.reversals.first()
    return {
        "title": _("Credit note %(number)s") % {"number": credit.number},
        "from": sender(about.location if about else credit.location, credit.workspace),
        "to": recipient_of(credit.client, credit.contact),
        "about": "",
        "facts": [
            [_("Issued"), day(credit.dated_on)],
            [_("For invoice"), about.number] if about else [_("On account"), ""],
        ],
        "columns": [_("Item"), _("Amount")],
        "lines": [
            {
                "name": credit.note or _("Credit"),
                "small": "",
                "amount": money(credit.amount, symbol),
            }
        ],
        "sums": list(_parts(credit.amount, tax, symbol)),
        "due": [_("Not used yet"), money(left, symbol)] if left and not back else [],
        "notes": [_("Taken back on %(day)s.") % {"day": day(back.dated_on)}] if back else [],
        "foot": [],
    }


def _parts(total: Decimal, tax: Decimal, symbol: str) -> Iterator[Json]:
    if tax:
        yield [_("Without tax"), money(total - tax, symbol)]
        yield [_("Tax"), money(tax, symbol)]
    yield [_("Total"), money(total, symbol)]


def _credited(credit: Credit) -> Invoice | None:
    """The invoice that a credit note takes some back of; None of one on account."""
    if credit.kind != Credit.Kind.CREDIT_NOTE:
        return None
    return Invoice.objects.filter(allocations__credit=credit).select_related("location").first()


def _tax_in(credit: Credit, about: Invoice | None) -> Decimal:
    """How much of what is credited was tax: as much as of the whole invoice."""
    if about is None or not about.total_amount or not about.tax_amount:
        return Decimal(0)
    return cents(credit.amount * about.tax_amount / about.total_amount)


def sender(location: Location | None, workspace: Workspace) -> str:
    """Who sends an invoice: the place, or the practice."""
    details = PracticeDetails.objects.order_by("pk").first()
    name = (details.name if details else "") or workspace.name
    if location is None:
        return name
    town = " ".join(each for each in (location.city, location.state, location.post_code) if each)
    registered = f"{location.registration_name} {location.registration_number}".strip()
    lines = (
        name,
        location.display_name or location.name,
        registered,
        location.address_1,
        location.address_2,
        town,
        location.email,
    )
    return "\n".join(dict.fromkeys(each for each in lines if each))


def _place_note(location: Location | None) -> str:
    return location.invoice_information if location is not None else ""


def statement_on_paper(statement: Statement) -> JsonObject:
    """What stands on a statement."""
    symbol, payer = currency(), statement.payer
    workspace = Workspace.objects.get(pk=payer.workspace_id)
    rows: list[Json] = [
        [day(each.day), what_happened(each.what, each.about), *_amounts(statement, each, symbol)]
        for each in statement.entries
    ]
    return {
        "title": _("Statement for %(name)s") % {"name": payer},
        "from": sender(None, workspace),
        "when": when(statement),
        "columns": list(columns(statement)),
        "before": [_("Before"), money(statement.before, symbol)] if statement.since else [],
        "rows": rows,
        "sums": [
            [_("Invoices"), money(statement.owed, symbol)],
            [_("Less credit"), money(-statement.unapplied, symbol)],
        ]
        if statement.unapplied
        else [],
        "due": [_("To pay"), money(statement.balance, symbol)],
    }


def when(statement: Statement) -> str:
    """Of which day or days a statement is."""
    if statement.since is None:
        return _("What is outstanding on %(day)s") % {"day": day(statement.as_at)}
    days = {"since": day(statement.since), "until": day(statement.as_at)}
    return _("From %(since)s to %(until)s") % days


def columns(statement: Statement) -> tuple[str, ...]:
    """The headings of its table."""
    if statement.since is None:
        return (_("Issued"), _("Invoice"), _("Due"), _("Amount"), _("Still due"))
    return (_("Day"), _("What"), _("Charged"), _("Paid or credited"), _("Balance"))


def _amounts(statement: Statement, entry: Entry, symbol: str) -> Iterator[str]:
    amount = entry.amount
    if statement.since is None:
        yield day(entry.due_on)
        yield money(amount, symbol)
    else:
        yield money(amount, symbol) if amount > 0 else ""
        yield money(-amount, symbol) if amount <= 0 else ""
    yield money(entry.balance, symbol)


def what_happened(kind: str, about: str) -> str:
    """An entry in words."""
    words: Mapping[str, str] = {
        "invoice": _("Invoice"),
        "payment": _("Payment"),
        "credit_note": _("Credit note"),
        "account_credit": _("Account credit"),
        "write_off": _("Write-off"),
        "refund": _("Refund"),
        "taken_back": _("Taken back"),
        "opening": _("Balance as told for invoice"),
        "elsewhere": _("Used for an invoice that is collected elsewhere,"),
    }
    return f"{words[kind]} {about}".strip()


def plain(number: Decimal | None) -> str:
    """A number with the decimals that it needs."""
    return "-" if number is None else f"{number.normalize():f}"


def day(told: date | None) -> str:
    """A day as people write it; "" for none."""
    return date_format(told, "j M Y") if told else ""
