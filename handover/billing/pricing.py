"""Lines as the price list has them: for an appointment, a service, an item or a product.

Prices of items are taken as the practice charges (Settings > Invoices): with tax in them or not.
Who has a concession pays its price, where the list has one.
"""

from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from handover.billing.amounts import NOUGHT, Price
from handover.billing.drafting import Line
from handover.billing.models import Invoice, InvoiceItem
from handover.clients.models import Client
from handover.core.zones import identifier
from handover.practice.models import (
    BillableItem,
    ConcessionPrice,
    Product,
    Service,
    ServiceItem,
    Tax,
)
from handover.scheduling.models import Attendance

Kind, Method = InvoiceItem.Kind, Invoice.CalculationMethod


def lines_for_attendance(attendance: Attendance, invoice: Invoice) -> list[Line]:
    """What a client is charged for having come: all that its service charges, with the day."""
    appointment = attendance.appointment
    zone = identifier(appointment.time_zone)
    starts = appointment.starts_at.astimezone(ZoneInfo(zone or "UTC"))
    day = date_format(starts, "j M Y")
    service = appointment.service
    if service is None:
        return [Line(day, Price(NOUGHT), kind=Kind.APPOINTMENT, attendance=attendance)]
    return [
        _of(each, f"{each.name}, {day}", Kind.APPOINTMENT, attendance)
        for each in lines_for_service(service, invoice)
    ]


def _of(line: Line, name: str, kind: str, attendance: Attendance) -> Line:
    return Line(
        name,
        line.price,
        line.code,
        kind,
        line.tax,
        None,
        line.billable_item,
        line.product,
        line.service,
        attendance,
        line.concession,
    )


def lines_for_service(service: Service, invoice: Invoice) -> list[Line]:
    """What a service charges: a line for each item or product of it."""
    kind = Kind.SERVICE
    if service.kind == Service.Kind.SUPPORT_ACTIVITY:
        kind = Kind.SUPPORT_ACTIVITY
    found = service.items.select_related("billable_item__tax", "product__tax").order_by("pk")
    lines = [_line_of_service(each, service, kind, invoice) for each in found]
    return lines or [Line(service.name, Price(NOUGHT), kind=kind, service=service)]


def _line_of_service(each: ServiceItem, service: Service, kind: str, invoice: Invoice) -> Line:
    if each.product is not None:
        line = line_for_product(each.product, invoice)
    else:
        assert each.billable_item is not None  # noqa: S101  # it is one of the two, by a constraint
        line = line_for_item(each.billable_item, invoice)
    percent = not each.discount_is_monetary
    discount = each.discount_percentage if percent else each.discounted_amount
    price = Price(
        line.price.unit_price,
        each.quantity or Decimal(1),
        line.price.rate,
        discount or NOUGHT,
        percent,
    )
    return Line(
        line.name,
        price,
        line.code,
        kind,
        line.tax,
        None,
        line.billable_item,
        line.product,
        service,
        None,
        line.concession,
    )


def line_for_item(item: BillableItem, invoice: Invoice) -> Line:
    """One line of the price list."""
    amount, concession = _price_for(item, invoice.client)
    price = Price(amount or NOUGHT, rate=_rate(item.tax))
    kind = Kind.SERVICE if item.type == BillableItem.Type.SERVICE else Kind.CUSTOM
    return Line(
        item.name, price, item.code, kind, item.tax, billable_item=item, concession=concession
    )


def _price_for(item: BillableItem, client: Client | None) -> tuple[Decimal | None, str]:
    concession = client.concession_type if client is not None else None
    if concession is None:
        return item.price, ""
    found = ConcessionPrice.objects.filter(billable_item=item, concession_type=concession)
    row = found.exclude(price=None).first()
    return (row.price, concession.name) if row is not None else (item.price, "")


def line_for_product(product: Product, invoice: Invoice) -> Line:
    """A product, at the price that the invoice's way of taxing asks for."""
    bare, full = product.price_excluding_tax, product.price_including_tax
    if invoice.calculation_method == Method.TAX_EXCLUSIVE:
        amount = bare if bare is not None else full
    else:
        amount = full if full is not None else bare
    price = Price(amount or NOUGHT, rate=_rate(product.tax))
    return Line(product.name, price, product.code, Kind.PRODUCT, product.tax, product=product)


def _rate(tax: Tax | None) -> Decimal:
    return tax.rate if tax is not None and tax.rate is not None else NOUGHT
