"""Cases, communications and invoices, rebuilt from the export alone, as Cliniko had them.

Each record is put together again from the lines of the archive and held against the sandbox's own,
key by key. What is not rebuilt has its written reason in the mapping, or below.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from handover.core import html
from handover.importing.cliniko.resources.communications import Communications
from handover.importing.cliniko.resources.invoice_items import InvoiceItems
from handover.importing.cliniko.resources.invoices import Invoices
from handover.importing.cliniko.resources.patient_cases import PatientCases
from handover.importing.cliniko.resources.services import Services
from handover.importing.cliniko.resources.stock_adjustments import StockAdjustments
from handover.importing.engine import Resource
from tests.archive import Links, Record
from tests.moving import Moved, linked, survivors

#: Beside the reasons that the mapping gives: why a key cannot be rebuilt.
REASONS = {
    "patient_cases": {"closed": "older accounts only: whether closed_at is set"},
    "stock_adjustments": {"comment": "the older name of notes"},
    "communications": {},
}
AMOUNTS = {
    "max_invoiceable_amount", "net_amount", "tax_amount", "total_amount", "discounted_amount",
    "unit_price", "quantity", "discount_percentage", "net_price", "tax_rate",
    "total_including_tax",
}  # fmt: skip
STATUSES = {"open": 10, "paid": 20, "closed": 30, "open_credit": 40}
METHODS = {"legacy": (1, "Legacy"), "tax_exclusive": (2, "Tax exclusive"),
           "tax_inclusive": (3, "Tax inclusive")}  # fmt: skip
CHANNELS = {"sms": (1, "SMS"), "email": (2, "Email"), "phone_call": (3, "Phone call"),
            "other": (4, "Other")}  # fmt: skip
DIRECTIONS = {"sent": (1, "Sent"), "received": (2, "Received")}


@dataclass
class Rebuilding:
    """The archive, and its links read back to Cliniko's ids."""

    moved: Moved
    links: Links

    def case(self, row: Record) -> Record:
        archive = self.moved.archive
        attendances = archive.by_source("attendances", "attendees")
        return {
            "name": row["name"],
            "issue_date": row["issued_on"],
            "expiry_date": row["expires_on"],
            "referral": row["referral"],
            "referral_type": row["referral_type"],
            "max_sessions": row["max_sessions"],
            "max_invoiceable_amount": row["max_invoiceable_amount"],
            "include_cancelled_attendees": row["include_cancelled"],
            "include_dna_attendees": row["include_did_not_arrive"],
            "closed_at": row["closed_at"],
            "notes": row["notes"],
            "archived_at": row["archived_at"],
            "patient": self.links(row, "client"),
            "contact": self.links(row, "referrer"),
            "attendee_ids": sorted(
                name for name, each in attendances.items() if each["case"] == row["id"]
            ),
        }

    def invoice(self, row: Record) -> Record:
        code, words = METHODS[row["calculation_method"]]
        return {
            "number": int(row["number"]),
            "issue_date": row["issued_on"],
            "invoice_to": row["recipient"],
            "patient_extra_information": row["extra_information"],
            "notes": row["notes"],
            "status": STATUSES[row["status"]],
            "status_description": row["source_status"],
            "closed_at": row["closed_at"],
            "net_amount": row["net_amount"],
            "tax_amount": row["tax_amount"],
            "total_amount": row["total_amount"],
            "discounted_amount": row["discounted_amount"],
            "calculation_method": code,
            "calculation_method_description": words,
            "patient": self.links(row, "client"),
            "practitioner": self.links(row, "practitioner"),
            "business": self.links(row, "location"),
            "appointment": self.links(row, "appointment"),
            "attendee": self.links(row, "attendance"),
            "original_invoice": self.links(row, "original_invoice"),
            "signature": row["source_signature_id"],
            "archived_at": row["archived_at"],
            "deleted_at": row["archived_at"],
        }

    def invoice_item(self, row: Record) -> Record:
        return {
            "name": row["name"],
            "code": row["code"],
            "unit_price": row["unit_price"],
            "quantity": row["quantity"],
            "discount_percentage": row["discount_percentage"],
            "discounted_amount": row["discounted_amount"],
            "is_monetary_discount": row["discount_is_monetary"],
            "net_price": row["net_price"],
            "tax_name": row["tax_name"],
            "tax_rate": row["tax_rate"],
            "tax_amount": row["tax_amount"],
            "total_including_tax": row["total_including_tax"],
            "concession_type_name": row["concession_type_name"],
            "invoice": self.links(row, "invoice"),
            "billable_item": self.links(row, "billable_item"),
            "product": self.links(row, "product"),
            "archived_at": row["archived_at"],
            "deleted_at": row["archived_at"],
        }

    def communication(self, row: Record) -> Record:
        (type_code, type_), (code, direction) = (
            CHANNELS[row["channel"]],
            DIRECTIONS[row["direction"]],
        )
        return {
            "type": type_,
            "type_code": type_code,
            "direction_code": code,
            "direction_description": direction,
            "category": row["category"],
            "category_code": row["category_code"],
            "content_subject": row["subject"],
            "content": row["content"],
            "from": row["sender"],
            "to": row["recipient"],
            "confidential": row["confidential"],
            "patient": self.links(row, "client"),
            "booking": self.links(row, "appointment"),
            "attendee": self.links(row, "attendance"),
            "invoice": self.links(row, "invoice"),
            "letter": row["source_letter_id"],
            "payment": row["source_payment_id"],
            "archived_at": row["archived_at"],
        }

    def stock_adjustment(self, row: Record) -> Record:
        return {
            "adjustment_type": row["source_type"],
            "quantity": row["quantity"],
            "notes": row["notes"],
            "product": self.links(row, "product"),
            "user": self.links(row, "adjusted_by"),
            "archived_at": row["archived_at"],
        }

    def service(self, row: Record) -> Record:
        people = self.moved.archive.parts("offering_practitioners", "offering")
        return {
            "business": self.links(row, "location"),
            "appointment_type": self.links(row, "service"),
            "practitioners": [
                self.links(each, "practitioner") for each in people.get(row["id"], [])
            ],
        }


Rebuild = Callable[[Rebuilding, Record], Record]
TYPES: tuple[tuple[type[Resource], str, Rebuild], ...] = (
    (PatientCases, "cases", Rebuilding.case),
    (Invoices, "invoices", Rebuilding.invoice),
    (InvoiceItems, "invoice_items", Rebuilding.invoice_item),
    (Communications, "communications", Rebuilding.communication),
    (StockAdjustments, "stock_adjustments", Rebuilding.stock_adjustment),
    (Services, "service_offerings", Rebuilding.service),
)
each_type = pytest.mark.parametrize(
    ("resource", "table", "rebuild"), TYPES, ids=[each[1] for each in TYPES]
)


def as_sent(key: str, value: object, merged: dict[str, str]) -> object:
    """A value without its spelling: links as ids, amounts as numbers, nothing as nothing."""
    if value is None or value == "":
        return None
    if key in AMOUNTS:
        return Decimal(str(value))
    if key == "attendee_ids" and isinstance(value, list):
        return sorted(map(str, value))
    if isinstance(value, list):
        return [as_sent("", each, merged) for each in value]
    found = linked(value) or value
    return merged.get(str(found), found) if key == "patient" else found


def name_of(record: Record) -> str:
    if "id" in record:
        return str(record["id"])
    return "-".join(str(linked(record[key])) for key in ("business", "appointment_type"))


def without_a_home(moved: Moved, kind: str, name: str) -> set[str]:
    """The attributes whose link leads to a record that Cliniko names and does not list."""
    issues = moved.archive.issues(kind, name)
    return {field for field, code in issues if code == "link leads nowhere"}


@each_type
def test_every_record_can_be_rebuilt_from_the_export(  # fixtures
    moved: Moved,
    links: Links,
    resource: type[Resource],
    table: str,
    rebuild: Rebuild,
) -> None:
    kind = resource.spec.name
    rows = moved.archive.by_source(table, kind)
    merged = survivors(moved.records["patients"])
    assert len(rows) == len(moved.records[kind]) > 0
    for record in moved.records[kind]:
        name = name_of(record)
        again = rebuild(Rebuilding(moved, links), rows[name]) | {"id": name}
        if "created_at" in record:
            again["created_at"] = rows[name]["created_at"]
        homeless = without_a_home(moved, kind, name)
        reasons = {**resource.spec.ignored, **REASONS.get(kind, {})}
        for key in record.keys() - (reasons.keys() - again.keys()):
            expected = as_sent(key, record[key], merged)
            if key == "content" and rows[name]["content_format"] == "html":
                expected = html.clean(str(expected))  # the reason: cleaned on the way in
            if again[key] is None and expected is not None:
                fields = {f.name for f in resource.spec.fields if key in f.keys}
                assert fields & homeless, f"{kind} {name}: {key} was lost"
                continue
            assert as_sent(key, again[key], {}) == expected, f"{kind} {name}: {key}"


@each_type
def test_nothing_is_rebuilt_that_the_source_did_not_have(
    moved: Moved, links: Links, resource: type[Resource], table: str, rebuild: Rebuild
) -> None:
    kind = resource.spec.name
    rows = moved.archive.by_source(table, kind)
    for record in moved.records[kind]:
        again = rebuild(Rebuilding(moved, links), rows[name_of(record)])
        for key in again.keys() - record.keys():
            assert again[key] in (None, "", []), f"{kind} {name_of(record)}: {key} was invented"


def test_what_is_not_rebuilt_has_a_reason_in_the_mapping() -> None:
    for resource, _, _ in TYPES:
        for key, reason in resource.spec.ignored.items():
            assert len(reason) > 5, (resource.spec.name, key)
            assert "comes next" not in reason or key == "patient_attachments"


def test_every_kind_of_invoice_and_message_is_among_them(moved: Moved) -> None:
    """Else equal would say little."""
    invoices, messages = moved.archive.table("invoices"), moved.archive.table("communications")
    assert {each["status"] for each in invoices} == set(STATUSES)
    assert {each["kind"] for each in messages} == {"email", "sms", "memo"}
    assert {each["confidential"] for each in messages} == {True, False, None}
    assert any(each["original_invoice"] for each in invoices)
    assert any(each["source_letter_id"] for each in messages)
    assert any(each["archived_at"] for each in messages)
    assert {each["origin"] for each in invoices} == {"imported"}


def test_invoices_keep_their_lines_with_them(moved: Moved) -> None:
    lines = moved.archive.parts("invoice_items", "invoice")
    invoices = moved.archive.by_source("invoices", "invoices")
    for invoice in invoices.values():
        total = sum(Decimal(each["total_including_tax"]) for each in lines[invoice["id"]])
        assert total == Decimal(invoice["total_amount"]), "the sandbox's own totals are its lines'"
    assert max(map(len, lines.values())) > 1


def test_no_link_that_lets_anybody_pay_is_in_the_export(moved: Moved) -> None:
    urls = [str(each["online_payment_url"]) for each in moved.records["invoices"]]
    assert all(urls)
    written = b"".join(moved.archive.files.values()).decode()
    assert [url for url in urls if url in written] == []
