"""The records of a practice of the default size: how many, how odd, and that they fit together."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from handover.sandbox import Practice, build_practice
from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.hostile import ATTACKS
from handover.sandbox.practice.model import linked_id
from handover.sandbox.practice.note_content import RECENT
from handover.sandbox.tests.conftest import TODAY, small_practice

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole() -> Practice:
    return build_practice(today=TODAY)


def sections(row: Record) -> list[Any]:
    content = row["content"]
    return content["sections"] if isinstance(content, dict) else []  # type: ignore[return-value]  # JSON of a known shape


def questions(row: Record) -> Iterator[Any]:
    for section in sections(row):
        yield from section.get("questions", ())


def share(rows: list[Record], name: str) -> float:
    return sum(bool(row[name]) for row in rows) / len(rows)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("treatment_notes", 6000), ("patient_forms", 900), ("communications", 3000),
        ("invoices", 2500), ("patient_attachments", 700), ("stock_adjustments", 600),
    ],
)  # fmt: skip
def test_there_are_as_many_as_in_a_real_practice(whole: Practice, name: str, count: int) -> None:
    assert count <= len(whole.records[name]) <= count * 1.15


@pytest.mark.parametrize(
    "name",
    ["treatment_notes", "patient_forms", "communications", "invoices", "patient_attachments"],
)
def test_a_small_practice_has_few(name: str) -> None:
    assert 12 <= len(small_practice().records[name]) <= 240


def test_files_are_of_all_sizes_and_few_are_large(whole: Practice) -> None:
    sizes = [file.size for file in whole.files.values()]
    assert min(sizes) == 0
    assert max(sizes) == 20_000_000
    assert sum(size >= 5_000_000 for size in sizes) <= 20
    assert 150_000_000 < sum(sizes) < 250_000_000


def test_files_have_names_that_lead_astray(whole: Practice) -> None:
    rows = [row for row in whole.records["patient_attachments"] if row["filename"] is not None]
    names = Counter(str(row["filename"]) for row in rows)
    assert any(name.startswith("../") for name in names)
    assert any("." not in name for name in names)
    assert any("\u202e" in name for name in names)
    assert any(name.startswith("Full patient export") for name in names)
    assert max(names.values()) > 20
    kinds = {
        (row["content_type"], whole.stored(str(row["id"])).kind) for row in rows if row["size"]
    }
    assert {("image/jpeg", "html"), ("application/pdf", "program"), (None, "jpeg")} <= kinds


def test_some_files_wait_and_some_of_these_come_in_time(whole: Practice) -> None:
    waiting = {
        str(row["id"])
        for row in whole.records["patient_attachments"]
        if not row["processing_completed"]
    }
    assert len(waiting) == 7
    assert whole.pending.keys() < waiting
    assert len(whole.pending) == 3


def test_notes_are_drafts_and_final_pinned_and_archived(whole: Practice) -> None:
    notes = whole.records["treatment_notes"]
    for name, least in (("draft", 0.08), ("pinned_at", 0.03), ("archived_at", 0.03)):
        assert least < share(notes, name) < 0.2, name
    assert all(bool(row["finalized_at"]) != row["draft"] for row in notes)
    assert sum(row["content"] is None for row in notes) > 100


def test_authors_left_changed_their_names_or_are_not_known(whole: Practice) -> None:
    by_id = {str(row["id"]): row for row in whole.records["practitioners"]}
    found = set()
    for row in whole.records["treatment_notes"]:
        person = by_id.get(linked_id(row.get("practitioner")) or "")
        if person is None:
            found.add("no practitioner")
        elif not row["author_name"]:
            found.add(repr(row["author_name"]))
        elif row["author_name"] != f"{person['first_name']} {person['last_name']}":
            found.add("another name")
        elif not person["active"]:
            found.add("left")
    assert found == {"no practitioner", "None", "''", "another name", "left"}


def test_templates_of_notes_are_there_archived_lost_or_none(whole: Practice) -> None:
    known = {str(row["id"]): row for row in whole.records["treatment_note_templates"]}
    found = Counter[str]()
    for row in whole.records["treatment_notes"]:
        name = linked_id(row.get("treatment_note_template"))
        template = known.get(name or "")
        state = "lost" if template is None else ("archived" if template["archived_at"] else "there")
        found["none" if name is None else state] += 1
    assert set(found) == {"none", "lost", "archived", "there"}
    assert min(found.values()) > 50


def test_old_notes_know_two_tags_only_and_new_ones_have_lists_and_links(whole: Practice) -> None:
    old, new = Counter[str](), Counter[str]()
    for row in whole.records["treatment_notes"]:
        age = whole.now - datetime.fromisoformat(str(row["created_at"]))
        for one in questions(row):
            text = str(one.get("answer", ""))
            if one["type"] == "paragraph" and text not in ATTACKS:
                (old if age > RECENT + timedelta(days=1) else new).update(
                    re.findall(r"<(\w+)", text)
                )
    assert set(old) == {"div", "br"}
    assert set(new) >= {"h1", "h2", "p", "ul", "ol", "li", "a", "b", "i", "u", "blockquote"}
    assert min(old["div"], new["a"], new["li"]) > 500


def test_notes_have_every_shape_that_sections_can_have(whole: Practice) -> None:
    found = set()
    for row in whole.records["treatment_notes"]:
        names = [one["name"] for one in questions(row)]
        if len(names) != len(set(names)):
            found.add("equal names")
        for section in sections(row):
            found.add("nameless" if "name" not in section else "named")
            found.update({"description"} & section.keys())
            found.update({"nothing asked"} if "questions" not in section else ())
        for one in questions(row):
            other = one.get("other", {})
            found.update(key for key in ("body_chart_ids", "maximum") if key in one)
            found.update({"other"} if other.get("selected") else ())
            found.update({"other untold"} if other.get("selected") and "value" not in other else ())
    assert found >= {
        "equal names", "nameless", "named", "description", "nothing asked", "body_chart_ids",
        "maximum", "other", "other untold",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["treatment_notes", "communications"])
def test_texts_carry_every_attack(whole: Practice, name: str) -> None:
    texts = {str(row.get("content")) for row in whole.records[name]}
    texts |= {
        str(one.get("answer"))
        for row in whole.records["treatment_notes"]
        for one in questions(row)
    }  # fmt: skip
    assert set(ATTACKS) <= texts


def test_forms_are_completed_waiting_restricted_edited_and_archived(whole: Practice) -> None:
    forms = whole.records["patient_forms"]
    for name in ("completed_at", "restricted_to_practitioner", "edited_at", "archived_at"):
        assert 0.05 < share(forms, name) < 0.9, name
    for row in forms:
        answers = [one for one in questions(row) if "answer" in one or "signature_id" in one]
        assert bool(answers) == bool(row["completed_at"]) or row["content"] is None


def test_every_signature_that_a_form_names_exists(whole: Practice) -> None:
    named = {
        (one["signature_id"], row["id"])
        for row in whole.records["patient_forms"]
        for one in questions(row)
        if "signature_id" in one
    }
    there = {(row["id"], linked_id(row["patient_form"])) for row in whole.records["signatures"]}
    assert named <= there
    shapes = {type(row["signatures"]) for row in whole.records["patient_forms"]}
    assert shapes == {dict, list, type(None)}
    assert any(isinstance(row["signatures"], list) and len(row["signatures"]) == 2
               for row in whole.records["patient_forms"])  # fmt: skip


def test_communications_have_three_shapes_and_many_categories(whole: Practice) -> None:
    rows = whole.records["communications"]
    shapes = Counter(
        "memo" if "confidential" in row else ("mail" if "content_subject" in row else "sms")
        for row in rows
    )
    assert set(shapes) == {"memo", "mail", "sms"}
    assert min(shapes.values()) > 900
    assert len({row["category_code"] for row in rows}) >= 20
    assert {row.get("confidential") for row in rows} == {True, False, None}
    invoices = {row["id"] for row in whole.records["invoices"]}
    bills = [linked_id(row["invoice"]) for row in rows if "invoice" in row]
    assert len(bills) > 20
    assert set(bills) <= invoices
    assert any("patient" not in row for row in rows)


def test_invoices_know_every_method_state_and_discount(whole: Practice) -> None:
    rows, items = whole.records["invoices"], whole.records["invoice_items"]
    assert {row["calculation_method"] for row in rows} == {1, 2, 3}
    assert {row["status"] for row in rows} == {10, 20, 30, 40}
    assert any(row["archived_at"] for row in rows)
    assert {item["is_monetary_discount"] for item in items if item["discounted_amount"]} == {
        True, False,
    }  # fmt: skip
    assert {item["concession_type_name"] for item in items} >= {"Pensioner", "Student", None, ""}
    assert {type(item["total_including_tax"]) for item in items} == {float, str}
    taken_back = {linked_id(row["original_invoice"]) for row in rows if "original_invoice" in row}
    assert len(taken_back) > 50


def test_lines_come_to_what_unit_price_quantity_discount_and_tax_say(whole: Practice) -> None:
    methods = {str(row["id"]): row["calculation_method"] for row in whole.records["invoices"]}
    for item in whole.records["invoice_items"]:
        method = methods[linked_id(item["invoice"]) or ""]
        rate = 1 + Decimal(str(item["tax_rate"] or 0)) / 100
        gross = Decimal(str(item["unit_price"])) * Decimal(str(item["quantity"]))
        if item["name"] == "Reversal":
            continue
        gross *= 1 if method == 3 else rate
        wanted = gross - Decimal(str(item["discounted_amount"] or 0))
        total = Decimal(str(item["total_including_tax"]))
        assert abs(total - wanted) <= Decimal("0.005"), item
        assert abs(Decimal(str(item["net_price"])) * rate - wanted) < Decimal("0.001"), item


def test_the_stock_is_what_was_bought_and_sold(whole: Practice) -> None:
    levels = Counter[str | None]()
    for row in whole.records["stock_adjustments"]:
        levels[linked_id(row["product"])] += int(Decimal(str(row["quantity"])))
    for product in whole.records["products"]:
        assert Decimal(str(product["stock_level"])) == levels[str(product["id"])] >= 0
