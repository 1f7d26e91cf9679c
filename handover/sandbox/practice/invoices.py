"""Invoices and their items, exact to the cent; Cliniko gives no payments."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import datetime

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build, Visit, amount, spread
from handover.sandbox.practice.invoice_lines import Sums, lines_of, reversal, written
from handover.sandbox.practice.model import link, stamp

STATUSES = {10: "Open", 20: "Paid", 30: "Closed", 40: "Open credit"}
METHODS = {1: "Legacy", 2: "Tax exclusive", 3: "Tax inclusive"}
FIRST_NUMBER = 1001


def add_invoices(build: Build) -> None:
    """Invoices for visits, oldest first; some open, some reversed, some archived."""
    seen = [visit for visit in build.visits if visit.arrived]
    chosen = sorted(spread(seen, build.share(2500)), key=lambda visit: visit.ends)
    number = FIRST_NUMBER
    for turn, visit in enumerate(chosen):
        record, sums = _add_invoice(build, turn, number, visit)
        number += 2 if turn % 400 == 399 else 1  # a number that was never used
        if turn % 37 == 20:
            _reverse(build, record, number, sums)
            number += 1


def _status(build: Build, turn: int, visit: Visit) -> int:
    age = (build.now - visit.ends).days
    if turn % 26 == 3:
        return 30
    open_still = turn % 7 == 0 or (age < 30 and turn % 2 == 0)
    return 10 if open_still else 20


def _add_invoice(build: Build, turn: int, number: int, visit: Visit) -> tuple[Record, Sums]:
    identity = build.new_id()
    gone = stamp(build.now) if turn % 31 == 12 else None
    method = (2, 3, 1)[turn % 3]
    sums = _add_items(build, turn, identity, visit, method)
    zone = build.businesses[visit.business].zone
    status = _status(build, turn, visit)
    fields: Record = {
        "number": number,
        "issue_date": visit.starts.astimezone(zone).date().isoformat(),
        **_state(status, visit.ends),
        **_totals(sums),
        "calculation_method": method,
        "calculation_method_description": METHODS[method],
        "invoice_to": _addressee(turn, visit),
        "patient_extra_information": "Claim 9001\r\nCase manager: Ms Lee" if turn % 9 == 1 else "",
        "notes": "Thank you!" if turn % 5 == 0 else None,
        "online_payment_url": f"https://riverbend.au1.cliniko.com/pay/{build.token()}",
        "archived_at": gone,
        "deleted_at": gone,
        **_relations(build, turn, identity, visit),
    }
    record = build.add("invoices", visit.ends, fields, record_id=identity)
    for holder in (visit.attendee, visit.booking):
        if gone is None and "invoice_status" in holder:
            holder["invoice_status"] = status
    return record, sums


def _state(status: int, ended: datetime) -> Record:
    return {
        "status": status,
        "status_description": STATUSES[status],
        "closed_at": stamp(ended) if status == 30 else None,
    }


def _totals(sums: Sums) -> Record:
    return {
        "net_amount": amount(sums.net),
        "tax_amount": amount(sums.total - sums.net),
        "total_amount": amount(sums.total),
        "discounted_amount": amount(sums.discount),
    }


def _addressee(turn: int, visit: Visit) -> str | None:
    name = visit.client.name if visit.client else "Unknown"
    if turn % 12 == 5:
        return "Insurer 2 Pty Ltd\r\nPO Box 1\r\nMelbourne VIC 3000"
    return f"{name}\r\n1 Swan Street\r\nRichmond VIC 3121" if turn % 8 else name


def _relations(build: Build, turn: int, identity: str, visit: Visit) -> Record:
    relations: Record = {
        "business": build.link("businesses", build.businesses[visit.business].id),
        "invoice_items": link(f"invoices/{identity}/invoice_items"),
        "reversed_invoices": link(f"invoices?q%5B%5D=original_invoice_id%3A%3D{identity}"),
    }
    if turn % 45 != 31:
        person = build.practitioners[visit.practitioner]
        relations["practitioner"] = build.link("practitioners", person.id)
    if turn % 6 != 5:
        relations["attendee"] = build.link("attendees", visit.attendee_id)
        relations["appointment"] = link(f"appointments/{visit.booking_id}")
    if visit.client is not None:
        relations["patient"] = build.link("patients", visit.client.id)
    if turn % 20 == 6:
        relations["signature"] = link(f"signatures/{build.new_id()}")
    return relations


def _add_items(build: Build, turn: int, invoice_id: str, visit: Visit, method: int) -> Sums:
    gone = stamp(build.now) if turn % 31 == 12 else None
    sums = Sums()
    for order, line in enumerate(lines_of(build, turn, visit)):
        fields, own = written(line, method, turn + order)
        fields.update({"archived_at": gone, "deleted_at": gone})
        fields["invoice"] = build.link("invoices", invoice_id)
        build.add("invoice_items", visit.ends, fields)
        sums += own
    return sums


def _reverse(build: Build, original: Record, number: int, sums: Sums) -> None:
    """A credit that undoes an invoice; both are closed by it in everyday use, here it is open."""
    identity = build.new_id()
    fields: Record = {
        **{key: value for key, value in original.items() if key not in {"id", "links"}},
        "number": number,
        **_state(40, build.now),
        **_totals(Sums(-sums.net, -sums.total)),
        "original_invoice": build.link("invoices", str(original["id"])),
        "reversed_invoices": link(f"invoices?q%5B%5D=original_invoice_id%3A%3D{identity}"),
        "invoice_items": link(f"invoices/{identity}/invoice_items"),
    }
    build.add("invoices", build.now, fields, record_id=identity)
    line = {**reversal(sums), "invoice": build.link("invoices", identity)}
    build.add("invoice_items", build.now, line)
