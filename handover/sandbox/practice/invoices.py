"""Invoices and their items, exact to the cent; Cliniko gives no payments."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Visit, amount
from handover.sandbox.practice.catalogue import ITEMS, PRODUCTS
from handover.sandbox.practice.model import link, stamp

CENT = Decimal("0.01")
STATUSES = {10: "Open", 20: "Paid", 30: "Closed", 40: "Open credit"}
METHODS = {1: "Legacy", 2: "Tax exclusive", 3: "Tax inclusive"}
FIRST_NUMBER = 1001


def add_invoices(build: Build) -> None:
    """Invoices for visits, oldest first; some open, some reversed, some archived."""
    seen = [visit for visit in build.visits if visit.arrived]
    wanted = min(build.extent, len(seen))
    step = max(1, len(seen) // max(1, wanted))
    chosen = sorted(seen[::step][:wanted], key=lambda visit: visit.ends)
    number = FIRST_NUMBER
    for turn, visit in enumerate(chosen):
        record, totals = _add_invoice(build, turn, number, visit)
        number += 1
        if turn % 37 == 20:
            _reverse(build, record, number, totals)
            number += 1


def _status(build: Build, turn: int, visit: Visit) -> int:
    age = (build.now - visit.ends).days
    if turn % 26 == 3:
        return 30
    open_still = turn % 7 == 0 or (age < 30 and turn % 2 == 0)
    return 10 if open_still else 20


def _add_invoice(
    build: Build, turn: int, number: int, visit: Visit
) -> tuple[Record, tuple[Decimal, Decimal]]:
    identity = build.new_id()
    gone = stamp(build.now) if turn % 31 == 12 else None
    totals = _add_items(build, turn, identity, visit, gone)
    net, total = totals
    status = _status(build, turn, visit)
    fields: Record = {
        "number": number,
        "issue_date": visit.starts.astimezone(build.businesses[visit.business].zone)
        .date()
        .isoformat(),
        **_state(status, visit.ends),
        "net_amount": amount(net),
        "tax_amount": amount(total - net),
        "total_amount": amount(total),
        "discounted_amount": "20.0" if turn % 10 == 4 else "0.0",
        "calculation_method": (2, 3, 1)[turn % 3],
        "calculation_method_description": METHODS[(2, 3, 1)[turn % 3]],
        "invoice_to": _addressee(turn, visit),
        "patient_extra_information": "Claim 9001\r\nCase manager: Ms Lee" if turn % 9 == 1 else "",
        "notes": "Thank you!" if turn % 5 == 0 else None,
        "online_payment_url": f"https://riverbend.au1.cliniko.com/pay/{build.token()}",
        "archived_at": gone,
        "deleted_at": gone,
        "reversed_invoices": link(f"invoices?q%5B%5D=original_invoice_id%3A%3D{identity}"),
        **_relations(build, turn, identity, visit),
    }
    record = build.add("invoices", visit.ends, fields, record_id=identity)
    for holder in (visit.attendee, visit.booking):
        if gone is None and "invoice_status" in holder:
            holder["invoice_status"] = status
    return record, totals


def _state(status: int, ended: datetime) -> Record:
    return {
        "status": status,
        "status_description": STATUSES[status],
        "closed_at": stamp(ended) if status == 30 else None,
    }


def _addressee(turn: int, visit: Visit) -> str | None:
    name = visit.client.name if visit.client else "Unknown"
    if turn % 12 == 5:
        return "Insurer 2 Pty Ltd\r\nPO Box 1\r\nMelbourne VIC 3000"
    return f"{name}\r\n1 Swan Street\r\nRichmond VIC 3121" if turn % 8 else name


def _relations(build: Build, turn: int, identity: str, visit: Visit) -> Record:
    relations: Record = {
        "business": build.link("businesses", build.businesses[visit.business].id),
        "practitioner": build.link("practitioners", build.practitioners[visit.practitioner].id),
        "invoice_items": link(f"invoices/{identity}/invoice_items"),
    }
    if turn % 6 != 5:
        relations["attendee"] = build.link("attendees", visit.attendee_id)
        relations["appointment"] = link(f"appointments/{visit.booking_id}")
    if visit.client is not None:
        relations["patient"] = build.link("patients", visit.client.id)
    if turn % 20 == 6:
        relations["signature"] = link(f"signatures/{build.new_id()}")
    return relations


def _add_items(
    build: Build, turn: int, invoice_id: str, visit: Visit, gone: str | None
) -> tuple[Decimal, Decimal]:
    kind = build.kinds[visit.kind]
    number = next((n for n, row in enumerate(ITEMS) if row[0] == kind.name), turn % len(ITEMS))
    name, code, _, price, taxed = ITEMS[number]
    item = build.records["billable_items"][number]["id"]
    lines: list[tuple[str, str | None, Decimal, bool, Record]] = [
        (name, code, Decimal(price), taxed, {"billable_item": link(f"billable_items/{item}")})
    ]
    if turn % 5 == 2:
        product = build.records["products"][turn % len(PRODUCTS)]
        what, label, unit, _ = PRODUCTS[turn % len(PRODUCTS)]
        own: Record = {"product": link(f"products/{product['id']}")}
        lines.append((what, label, Decimal(unit), True, own))
    net = total = Decimal(0)
    for order, (label_, code_, unit_, taxed_, relation) in enumerate(lines):
        discount = Decimal(20) if turn % 10 == 4 and order == 0 else Decimal(0)
        sums = _item(turn + order, (label_, code_, unit_, taxed_), discount)
        fields, item_net, item_total = sums
        fields.update(relation)
        fields.update({"archived_at": gone, "deleted_at": gone})
        fields["invoice"] = build.link("invoices", invoice_id)
        build.add("invoice_items", visit.ends, fields)
        net, total = net + item_net, total + item_total
    return net, total


def _item(
    turn: int, line: tuple[str, str | None, Decimal, bool], discount: Decimal
) -> tuple[Record, Decimal, Decimal]:
    name, code, unit, taxed = line
    rate = Decimal(10) if taxed else Decimal(0)
    factor = 1 + rate / 100
    quantity = Decimal(2) if turn % 11 == 8 and not discount else Decimal(1)
    gross = unit * quantity * factor - discount
    exact_net = gross / factor
    net = exact_net.quantize(CENT, ROUND_HALF_UP)
    total = gross.quantize(CENT, ROUND_HALF_UP)
    share = discount * 100 / (unit * quantity * factor)
    # The number is a string now and then: clients have met both.
    total_json: Json = amount(total) if turn % 13 == 6 else float(total)
    fields: Record = {
        "name": name,
        "code": code,
        "unit_price": amount(unit),
        "quantity": amount(quantity),
        "discount_percentage": amount(share.quantize(Decimal("0.0001"))) if discount else None,
        "discounted_amount": amount(discount) if discount else None,
        "is_monetary_discount": bool(discount),
        "net_price": amount(exact_net.quantize(Decimal("0.0001"))),
        "tax_name": "GST" if taxed else None,
        "tax_rate": amount(rate) if taxed else None,
        "tax_amount": amount(total - net),
        "total_including_tax": total_json,
        "concession_type_name": "Pensioner" if turn % 14 == 9 else ("" if turn % 2 else None),
    }
    return fields, net, total


def _reverse(build: Build, original: Record, number: int, totals: tuple[Decimal, Decimal]) -> None:
    """A credit that undoes an invoice; both are closed by it in everyday use, here it is open."""
    identity = build.new_id()
    net, total = totals
    fields: Record = {
        **{key: value for key, value in original.items() if key not in {"id", "links"}},
        "number": number,
        "status": 40,
        "status_description": STATUSES[40],
        "closed_at": None,
        "net_amount": amount(-net),
        "tax_amount": amount(net - total),
        "total_amount": amount(-total),
        "discounted_amount": "0.0",
        "original_invoice": build.link("invoices", str(original["id"])),
        "reversed_invoices": link(f"invoices?q%5B%5D=original_invoice_id%3A%3D{identity}"),
        "invoice_items": link(f"invoices/{identity}/invoice_items"),
    }
    build.add("invoices", build.now, fields, record_id=identity)
    line: Record = {
        "name": "Reversal",
        "code": None,
        "unit_price": amount(-net),
        "quantity": "1.0",
        "discount_percentage": None,
        "discounted_amount": None,
        "is_monetary_discount": False,
        "net_price": amount(-net),
        "tax_name": None,
        "tax_rate": None,
        "tax_amount": amount(net - total),
        "total_including_tax": float(-total),
        "concession_type_name": None,
        "archived_at": None,
        "deleted_at": None,
        "invoice": build.link("invoices", identity),
    }
    build.add("invoice_items", build.now, line)
