"""Writing an invoice: a draft, its lines, and finalising it.

A draft charges nothing and has no number. Finalised, it is what somebody was sent: the database
lets nobody change it or its lines. It becomes a draft again, with the number that it has, only
while nothing was paid on it and nobody was given it. What is refused leaves nothing behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from handover.billing.amounts import Amounts, Price, added_up, line_amounts
from handover.billing.ledger import billing_settings, today
from handover.billing.models import Allocation, Invoice, InvoiceItem
from handover.billing.numbering import take_number
from handover.clients.models import Client, Contact
from handover.core.tenancy.changing import Refused, held
from handover.practice.models import BillableItem, Location, Practitioner, Product, Service, Tax
from handover.scheduling.models import Attendance

Kind, Status = InvoiceItem.Kind, Invoice.Status
LARGEST = Decimal(10) ** 10


@dataclass(frozen=True)
class Line:
    """One line as it is to be: `item` is the one of this draft that it was, None for a new one."""

    name: str
    price: Price
    code: str = ""
    kind: str = Kind.CUSTOM
    tax: Tax | None = None
    item: int | None = None
    billable_item: BillableItem | None = None
    product: Product | None = None
    service: Service | None = None
    attendance: Attendance | None = None
    concession: str = ""


@dataclass(frozen=True)
class Head:
    """For whom a new invoice is, and what it is about."""

    client: Client | None = None
    contact: Contact | None = None
    location: Location | None = None
    practitioner: Practitioner | None = None


def begin(workspace_id: int, head: Head) -> Invoice:
    """Make a draft, dated today, as the practice usually charges. Raises `Refused`."""
    if head.client is None and head.contact is None:
        raise Refused(_("Say for whom the invoice is: a client, a contact, or both."))
    settings, day = billing_settings(workspace_id), today()
    return Invoice.objects.create(
        workspace_id=workspace_id,
        origin=Invoice.Origin.HERE,
        status=Status.DRAFT,
        due=Invoice.Due.LEDGER,
        client=head.client,
        contact=head.contact,
        location=head.location,
        practitioner=head.practitioner,
        recipient=recipient_of(head.client, head.contact),
        extra_information=head.client.invoice_extra_information if head.client else "",
        issued_on=day,
        due_on=day + timedelta(settings.due_days),
        calculation_method=settings.tax_mode,
        **_totals(()),
    )


def recipient_of(client: Client | None, contact: Contact | None) -> str:
    """To whom an invoice is made out, with their address, line by line."""
    if client is not None and contact is None and client.invoice_recipient:
        return client.invoice_recipient
    payer = contact or client
    if payer is None:
        return ""
    company = contact.company_name if contact else ""
    town = " ".join(each for each in (payer.city, payer.state, payer.post_code) if each)
    lines = (str(payer), company, payer.address_1, payer.address_2, payer.address_3, town)
    told = dict.fromkeys(each.strip() for each in lines if each.strip())
    return "\n".join([*told, *([payer.country] if payer.country else [])])


@transaction.atomic
def write(
    draft_id: int, revision: int, values: Mapping[str, Any], lines: Sequence[Line]
) -> Invoice:
    """Put down a draft as it stands in its form. Raises `Refused`, `OutdatedError`."""
    draft = _draft(draft_id, revision)
    contact, client = values.get("contact", draft.contact), draft.client
    if client is None and contact is None:
        raise Refused(_("Say for whom the invoice is: a client, a contact, or both."))
    if contact != draft.contact:
        draft.recipient = recipient_of(client, contact)
    for name, value in values.items():
        setattr(draft, name, value)
    _put_lines(draft, lines)
    return draft


@transaction.atomic
def add(draft_id: int, lines: Sequence[Line]) -> Invoice:
    """Write these lines below those that a draft has. Raises `Refused`."""
    draft = _draft(draft_id, None)
    _put_lines(draft, [*lines_of(draft), *lines])
    return draft


def lines_of(invoice: Invoice) -> list[Line]:
    """The lines of an invoice made here, in their order."""
    found = invoice.items.select_related(
        "tax", "billable_item", "product", "service", "attendance"
    ).order_by("position", "pk")
    return [_line(each) for each in found]


def _line(item: InvoiceItem) -> Line:
    percent = not item.discount_is_monetary
    discount = item.discount_percentage if percent else item.discounted_amount
    price = Price(
        item.unit_price or Decimal(0),
        item.quantity or Decimal(0),
        item.tax_rate or Decimal(0),
        discount or Decimal(0),
        percent,
    )
    return Line(
        item.name,
        price,
        item.code,
        item.kind,
        item.tax,
        item.pk,
        item.billable_item,
        item.product,
        item.service,
        item.attendance,
        item.concession_type_name,
    )


def _put_lines(draft: Invoice, lines: Sequence[Line]) -> None:
    """Write the lines and what they come to; the revision goes up whatever has changed."""
    known = {each.pk for each in draft.items.all()}
    kept = {line.item for line in lines if line.item is not None}
    if kept - known:
        raise Refused(_("A line of this form is not of this invoice: open it again."))
    _check_not_charged(draft, lines)
    draft.items.filter(pk__in=known - kept).delete()
    mode = draft.calculation_method
    worked = [line_amounts(line.price, mode) for line in lines]
    for position, (line, amounts) in enumerate(zip(lines, worked, strict=True), start=1):
        _put(draft, position, line, amounts)
    for name, value in _totals(worked).items():
        setattr(draft, name, value)
    if draft.total_amount is not None and draft.total_amount > LARGEST:
        raise Refused(_("This is more than an invoice can charge."))
    draft.save()
    Invoice.objects.filter(pk=draft.pk).update(revision=F("revision") + 1)
    draft.refresh_from_db()


def _check_not_charged(draft: Invoice, lines: Iterable[Line]) -> None:
    """Of two who charge for one appointment at once, the second waits here, and is refused."""
    new = {line.attendance.pk for line in lines if line.attendance and line.item is None}
    if not new:
        return
    list(Attendance.objects.select_for_update().filter(pk__in=new).order_by("pk"))
    if InvoiceItem.objects.filter(attendance__in=new).exclude(invoice=draft).exists():
        raise Refused(_("This appointment stands on another invoice already."))


def _put(draft: Invoice, position: int, line: Line, amounts: Amounts) -> None:
    price, percent = line.price, line.price.discount_is_percent
    item = InvoiceItem(
        pk=line.item,
        workspace_id=draft.workspace_id,
        invoice=draft,
        kind=line.kind,
        position=position,
        name=line.name,
        code=line.code,
        unit_price=price.unit_price,
        quantity=price.quantity,
        discount_percentage=price.discount if percent else None,  # type: ignore[misc]  # may be null
        discount_is_monetary=not percent,
        discounted_amount=amounts.discount,
        net_price=amounts.net,
        tax=line.tax,
        tax_name=line.tax.name if line.tax else "",
        tax_rate=price.rate,
        tax_amount=amounts.tax,
        total_including_tax=amounts.total,
        concession_type_name=line.concession,
        billable_item=line.billable_item,
        product=line.product,
        service=line.service,
        attendance=line.attendance,
        appointment=line.attendance.appointment if line.attendance else None,
    )
    item.save(force_update=line.item is not None)


def _totals(worked: Iterable[Amounts]) -> dict[str, Decimal]:
    amounts = added_up(worked)
    return {
        "net_amount": amounts.net,
        "tax_amount": amounts.tax,
        "total_amount": amounts.total,
        "discounted_amount": amounts.discount,
    }


@transaction.atomic
def finalise(draft_id: int, revision: int) -> Invoice:
    """Make a draft an invoice, with its number. Raises `Refused`, `OutdatedError`."""
    draft = _draft(draft_id, revision)
    if not draft.items.exists():
        raise Refused(_("An invoice needs a line: add what it charges for."))
    _check_days(draft.issued_on, draft.due_on)
    draft.number = draft.number or take_number(draft.workspace_id)
    draft.status = Status.OPEN if draft.total_amount else Status.PAID
    draft.finalised_at = timezone.now()
    draft.save(update_fields=("number", "status", "finalised_at"))
    draft.refresh_from_db()
    return draft


def _check_days(issued_on: date | None, due_on: date | None) -> None:
    if issued_on is None or due_on is None:
        raise Refused(_("Say on which day the invoice is issued, and when it is due."))
    if issued_on > today():
        raise Refused(_("An invoice cannot be issued in the future."))
    if due_on < issued_on:
        raise Refused(_("An invoice cannot be due before it is issued."))


@transaction.atomic
def revert(invoice_id: int, revision: int) -> Invoice:
    """Make an invoice a draft again; it keeps its number. Raises `Refused`, `OutdatedError`."""
    invoice = held(Invoice, invoice_id, revision)
    if problem := why_not_reverted(invoice):
        raise Refused(problem)
    invoice.status, invoice.finalised_at = Status.DRAFT, None
    invoice.save(update_fields=("status", "finalised_at"))
    invoice.refresh_from_db()
    return invoice


def why_not_reverted(invoice: Invoice) -> str:
    """Why an invoice cannot become a draft again; "" if it can."""
    if invoice.origin != Invoice.Origin.HERE:
        return _("An imported invoice stays as it was issued.")
    if invoice.status == Status.DRAFT or invoice.archived_at:
        return _("This is no invoice that was finalised.")
    if Allocation.objects.filter(invoice=invoice).exists():
        return _("Something was paid or credited on it: write a credit note instead.")
    if invoice.links.exists() or invoice.collected_elsewhere.exists():
        return _("It was given out already: write a credit note instead.")
    return ""


@transaction.atomic
def discard(draft_id: int, revision: int) -> None:
    """Take a draft away. Raises `Refused` if it has a number, which would leave a gap."""
    draft = _draft(draft_id, revision)
    if draft.number:
        raise Refused(
            _("This draft has a number, and numbers have no gaps: finalise it, then credit it.")
        )
    draft.items.all().delete()
    draft.delete()


def _draft(draft_id: int, revision: int | None) -> Invoice:
    """A draft made here, held. Raises `Refused`, and `OutdatedError` if a revision is told."""
    found = Invoice.objects.select_for_update().filter(pk=draft_id)
    draft = found.first() if revision is None else held(Invoice, draft_id, revision)
    if draft is None or draft.origin != Invoice.Origin.HERE or draft.status != Status.DRAFT:
        raise Refused(_("Only a draft can be changed. This invoice is final."))
    return draft
