"""Invoices that no practice should have: each costs what is wrong with it, and nothing more."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import msgspec
import pytest

from conftest import Emptying, a_workspace
from handover.accounts.models import Workspace
from handover.billing.models import Invoice, InvoiceItem
from handover.communications.models import Communication
from handover.core.json import Json
from handover.core.postgres import throwaway_home
from handover.sandbox import Sandbox
from tests.archive import Archive, Record
from tests.moving import Desk, Done, a_practice

LISTS = ("invoices", "invoice_items")
NOBODY: Json = {"links": {"self": "https://x/v1/invoices/42"}}

ODD_INVOICES: dict[str, Record] = {
    "of an unknown status": {"status": 55, "status_description": "Written off"},
    "without a status": {"status": None, "status_description": None},
    "with numbers for texts": {"total_amount": 12.5, "net_amount": 11, "number": "A-17"},
    "without amounts": {"total_amount": None, "net_amount": "", "tax_amount": None},
    "with an amount that is none": {"total_amount": "twelve"},
    "with a long exponent": {"total_amount": msgspec.Raw(b"12e9"), "net_amount": "1.2E+10"},
    "beyond all bounds": {"total_amount": msgspec.Raw(b"1e400")},
    "that reverses nothing": {"original_invoice": NOBODY},
    "that reverses itself": {"original_invoice": "itself"},
    "of nobody": {"patient": None, "practitioner": {}, "business": None, "attendee": None},
    "of somebody who is not there": {"patient": {"links": {"self": "https://x/v1/patients/1"}}},
    "without a number": {"number": None, "issue_date": "", "invoice_to": None},
    "of another calendar": {"issue_date": "31/12/2025"},
    "with an unknown field": {"payments": [{"amount": "5.0"}]},
    "with NUL": {"invoice_to": "a\x00b", "notes": "\x00"},
}
ODD_ITEMS: dict[str, Record] = {
    "of no invoice": {"invoice": None},
    "of an invoice that is not there": {"invoice": NOBODY},
    "with a quantity in words": {"quantity": "two"},
    "with a discount in words": {"is_monetary_discount": "half"},
    "with a third": {"net_price": "33.333333333333333333", "unit_price": "33.333333333333"},
    "of both an item and a product": {
        "product": {"links": {"self": "https://x/v1/products/1"}},
    },
}


class Odd:
    """A workspace with all of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.ids = desk, dict[str, str]()
        records = desk.practice.records
        paid = next(str(e["id"]) for e in records["invoices"] if e["status"] == 20)  # paid
        for name, fields in ODD_INVOICES.items():
            self.add("invoices", paid, name, fields)
        for name, fields in ODD_ITEMS.items():
            self.add("invoice_items", str(records["invoice_items"][0]["id"]), name, fields)
        for ring in (2, 3):
            made = [desk.practice.copy("invoices", paid) for _ in range(ring)]
            for number, each in enumerate(made):
                each["original_invoice"] = {"links": made[(number + 1) % ring]["links"]}
                self.ids[f"ring of {ring}, {number}"] = str(each["id"])
        chain = [desk.practice.copy("invoices", paid) for _ in range(4)]
        for number, each in enumerate(chain):
            each.pop("original_invoice", None)
            if number:
                each["original_invoice"] = {"links": chain[number - 1]["links"]}
            self.ids[f"chain, {number}"] = str(each["id"])

    def add(self, kind: str, like: str, name: str, fields: Record) -> None:
        record = self.desk.practice.copy(kind, like, **fields)
        if fields.get("original_invoice") == "itself":
            record["original_invoice"] = {"links": record["links"]}
        self.ids[name] = str(record["id"])

    def move(self) -> Done:
        return self.desk.move(only=LISTS)


@dataclass(frozen=True)
class Oddly:
    """What the import of the odd practice left behind."""

    odd: Odd
    done: Done
    archive: Archive

    @cached_property
    def rows(self) -> dict[str, Record]:
        """Rows of odd records, by what is odd about them."""
        found = [(name, id_, self.kind(name)) for name, id_ in self.odd.ids.items()]
        here = {kind: self.archive.by_source(kind, kind) for kind in LISTS}
        return {
            name: {**here[kind].get(id_, {}), "issues": self.archive.issues(kind, id_)}
            for name, id_, kind in found
        }

    @staticmethod
    def kind(name: str) -> str:
        return "invoice_items" if name in ODD_ITEMS else "invoices"


@pytest.fixture(scope="module")
def oddly(emptying: Emptying) -> Oddly:
    """The odd practice, moved; to be read, not changed."""
    with throwaway_home() as home, Sandbox(a_practice(), rate_limit=0) as sandbox, emptying():
        odd = Odd(Desk(a_workspace("Odd invoices"), sandbox, home))
        done, archive = odd.move(), odd.desk.export()
        found = Oddly(odd, done, archive)
        assert found.rows  # read before the folder goes
    return found


@pytest.fixture
def rows(oddly: Oddly) -> dict[str, Record]:
    return oddly.rows


def test_they_are_all_balanced_and_only_lines_of_nothing_are_refused(
    oddly: Oddly,
) -> None:
    odd, done, archive = oddly.odd, oddly.done, oddly.archive
    assert done.balanced
    assert done.outcomes("invoices") == {"created": len(odd.desk.records["invoices"])}
    assert done.outcomes("invoice_items")["rejected"] == 2
    for name in ("of no invoice", "of an invoice that is not there"):
        assert archive.entry("invoice_items", odd.ids[name])["outcome"] == "rejected"
        assert archive.entry("invoice_items", odd.ids[name])["reason"]


def test_each_oddity_costs_what_is_wrong_and_is_told_of(rows: dict[str, Record]) -> None:
    written_off = rows["of an unknown status"]
    assert (written_off["status"], written_off["source_status"]) == ("unknown", "Written off")
    assert ("status", "unknown value") in written_off["issues"]
    assert rows["without a status"]["due"] == "not_known_to_source"
    numbers = rows["with numbers for texts"]
    assert (Decimal(numbers["total_amount"]), numbers["number"]) == (Decimal("12.5"), "A-17")
    assert rows["without amounts"]["total_amount"] is None
    assert rows["with an amount that is none"]["total_amount"] is None
    assert ("total_amount", "bad value") in rows["with an amount that is none"]["issues"]
    long = rows["with a long exponent"]
    assert Decimal(long["total_amount"]) == Decimal(long["net_amount"]) == 12_000_000_000
    assert ("total_amount", "bad value") in rows["beyond all bounds"]["issues"]
    assert rows["of nobody"]["client"] is None
    assert ("client", "link leads nowhere") in rows["of somebody who is not there"]["issues"]
    assert rows["without a number"]["number"] == ""
    assert ("issued_on", "bad value") in rows["of another calendar"]["issues"]
    assert ("payments", "unknown field") in rows["with an unknown field"]["issues"]
    assert rows["with NUL"]["recipient"] == "ab"
    assert ("quantity", "bad value") in rows["with a quantity in words"]["issues"]
    assert ("discount_is_monetary", "bad value") in rows["with a discount in words"]["issues"]
    third = rows["with a third"]
    assert Decimal(third["unit_price"]) == Decimal("33.333333333333")
    assert third["issues"] == {("net_price", "rounded")}


def test_a_chain_of_reversals_is_kept_link_by_link(rows: dict[str, Record]) -> None:
    assert rows["chain, 0"]["original_invoice"] is None
    for number in (1, 2, 3):
        before = rows[f"chain, {number - 1}"]["id"]
        assert rows[f"chain, {number}"]["original_invoice"] == before


def test_a_ring_of_reversals_is_kept_and_harms_nobody(rows: dict[str, Record]) -> None:
    for ring in (2, 3):
        for number in range(ring):
            following = rows[f"ring of {ring}, {(number + 1) % ring}"]["id"]
            assert rows[f"ring of {ring}, {number}"]["original_invoice"] == following
    itself = rows["that reverses itself"]
    assert itself["original_invoice"] == itself["id"]
    nothing = rows["that reverses nothing"]
    assert nothing["original_invoice"] is None
    assert ("original_invoice", "link leads nowhere") in nothing["issues"]


def test_sums_of_an_unknown_status_are_kept_apart_too(oddly: Oddly) -> None:
    groups = {each["group"] for each in oddly.done.line("invoices")["control_sums"]}
    assert groups == {"open", "paid", "closed", "open_credit", "unknown"}


def test_undo_takes_all_of_them_rings_too(workspace: Workspace, home: Path) -> None:
    with Sandbox(a_practice(), rate_limit=0) as sandbox:
        odd = Odd(Desk(workspace, sandbox, home))
        done = odd.move()
        odd.desk.undo(done.run)
        with odd.desk.inside():
            assert not Invoice.objects.exists()
            assert not InvoiceItem.objects.exists()
        assert odd.desk.export().outcomes("invoices").keys() == {"undone"}


def test_a_message_about_an_invoice_leads_to_it(desk: Desk) -> None:
    one = desk.records["invoices"][0]
    message = str(desk.records["communications"][0]["id"])
    desk.practice.change("communications", message, invoice={"links": one["links"]})
    desk.move(only=("communications",))
    with desk.inside():
        row = Communication.objects.get(pk=desk.row_of("communications", message))
        assert row.invoice_id == desk.row_of("invoices", one["id"])


def test_an_invoice_that_somebody_changed_here_stays_and_so_do_its_lines(desk: Desk) -> None:
    done = desk.moved(only=LISTS)
    with desk.inside():
        item = InvoiceItem.objects.order_by("pk").first()
        assert item is not None
        Invoice.objects.filter(pk=item.invoice_id).update(notes="Rang about it")
    desk.undo(done.run)
    with desk.inside():
        (left,) = Invoice.objects.all()
        assert (left.pk, left.notes) == (item.invoice_id, "Rang about it")
