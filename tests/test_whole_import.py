"""A whole account: everything comes, and every field of it, as read from the export alone."""

from datetime import datetime
from decimal import Decimal
from math import ceil

from tests.archive import Record
from tests.moving import OUTCOMES, Moved, linked

A_PAGE = 100
LISTS = {
    "billable_items": "billable_items",
    "products": "products",
    "taxes": "taxes",
    "concession_types": "concession_types",
    "concession_prices": "concession_prices",
    "appointment_types": "services",
    "appointment_type_billable_items": "service_items",
    "appointment_type_products": "service_items",
    "businesses": "locations",
    "users": "users",
    "practitioners": "practitioners",
    "practitioner_reference_numbers": "provider_numbers",
    "referral_source_types": "referral_types",
    "referral_sources": "referral_sources",
    "recall_types": "recall_types",
    "recalls": "recalls",
    "unavailable_block_types": "busy_time_types",
    "unavailable_blocks": "busy_times",
    "availability_blocks": "extra_availabilities",
    "daily_availabilities": "availabilities",
    "contacts": "contacts",
    "patients": "clients",
    "patient_cases": "cases",
    "individual_appointments": "appointments",
    "group_appointments": "appointments",
    "attendees": "attendances",
    "relationships": "relationships",
    "medical_alerts": "medical_alerts",
    "services": "service_offerings",
    "product_suppliers": "product_suppliers",
    "stock_adjustments": "stock_adjustments",
    "invoices": "invoices",
    "invoice_items": "invoice_items",
    "communications": "communications",
    "treatment_note_templates": "note_templates",
    "treatment_notes": "progress_notes",
    "patient_form_templates": "form_templates",
    "patient_forms": "client_forms",
    "patient_forms_signatures": "form_signatures",
    "patient_attachments": "files",
    "patient_cases_patient_attachments": "case_files",
}


def id_of(name: str, record: Record) -> str:
    """A record's id; services have none, but the place and the type that name them."""
    if name == "services":
        return f"{linked(record['business'])}-{linked(record['appointment_type'])}"
    return str(record["id"])


def held(moved: Moved) -> dict[str, set[str]]:
    """The names that the practice's records must have in the ledger, by list."""
    names = {name: {id_of(name, each) for each in moved.records.get(name, ())} for name in LISTS}
    owners = {str(each["id"]): linked(each["patient"]) for each in moved.records["patient_cases"]}
    clients = {linked(each.get("patient")) for each in moved.records["patient_attachments"]}
    names["patient_cases_patient_attachments"] = {
        f"{case}/{file}"
        for case, files in moved.practice.case_attachments.items()
        for file in files
        if owners[case] in clients  # a case of somebody without files is not asked for them
    }
    names["patient_forms_signatures"] = {
        f"{linked(each['patient_form'])}/{each['id']}" for each in moved.records["signatures"]
    }
    return names


# that all of it comes


def test_a_whole_account_is_done_and_balanced(moved: Moved) -> None:
    assert (moved.report["state"], moved.report["balanced"]) == ("done", True)
    count = 1 + sum(map(len, held(moved).values()))
    assert moved.report["summary"].startswith(f"Balanced: {count:,} records were read")


def test_every_type_adds_up_from_the_source_to_its_outcomes(moved: Moved) -> None:
    for name, line in moved.report["types"].items():
        told = sum(line[outcome] for outcome in OUTCOMES)
        assert line["source_total"] == line["fetched"] == told == line["created"], name
        assert line["balanced"], name


def test_every_list_brings_as_many_records_as_the_practice_holds(moved: Moved) -> None:
    there = {name: len(ids) for name, ids in held(moved).items()} | {"settings": 1}
    assert {n: each["source_total"] for n, each in moved.report["types"].items()} == there
    came = {name: len(moved.archive.by_source(table, name)) for name, table in LISTS.items()}
    assert came | {"settings": 1} == there


def test_what_the_source_hides_unless_asked_comes_too(moved: Moved) -> None:
    records = moved.records
    for name, table, hidden in (
        ("patients", "clients", "archived_at"),
        ("contacts", "contacts", "archived_at"),
        ("billable_items", "billable_items", "archived_at"),
        ("individual_appointments", "appointments", "archived_at"),
        ("individual_appointments", "appointments", "cancelled_at"),
        ("group_appointments", "appointments", "archived_at"),
        ("attendees", "attendances", "cancelled_at"),
        ("treatment_note_templates", "note_templates", "archived_at"),
        ("treatment_notes", "progress_notes", "archived_at"),
        ("patient_form_templates", "form_templates", "archived_at"),
        ("patient_forms", "client_forms", "archived_at"),
    ):
        gone = {str(each["id"]): each[hidden] for each in records[name] if each[hidden]}
        here = moved.archive.by_source(table, name)
        assert gone, f"the practice should have hidden {name}"
        assert {i: here[i][hidden] for i in gone} == gone, (name, hidden)


def test_each_record_stands_in_the_ledger_once_with_its_own_id(moved: Moved) -> None:
    names = {(name, each) for name, ids in held(moved).items() for each in ids} | {
        ("settings", key[1]) for key in moved.archive.ledger if key[0] == "settings"
    }
    assert set(moved.archive.ledger) == names
    assert sum(int(i) > 2**53 for _, i in names if i.isdigit()) > 700


def test_each_record_of_the_ledger_says_what_it_became(moved: Moved) -> None:
    rows = {
        (table, each["id"]): {(s["type"], s["id"]) for s in each["sources"]}
        for table in {*LISTS.values(), "practice_details"}
        for each in moved.archive.lines(table)
    }
    for name, line in moved.archive.ledger.items():
        became = line["became"]
        assert name in rows[became["type"], became["id"]]
    assert sum(map(len, rows.values())) == len(moved.archive.ledger)


# what it cost, and what the report says


def test_each_page_is_asked_for_once(moved: Moved) -> None:
    pages = {path: sum(counts.values()) for path, counts in moved.stats.by_path.items()}
    assert pages.pop("/settings") == 2, "once to know the account, once to keep it"
    assert pages == {
        path: max(1, ceil(len(moved.records.get(path.removeprefix("/"), ())) / A_PAGE))
        for path in pages
    }
    assert {"/individual_appointments", "/attendees", "/treatment_notes"} <= {
        path for path, count in pages.items() if count > 1
    }
    assert moved.report["requests"] == moved.stats.total


def test_the_control_sums_agree_to_the_last_digit(moved: Moved) -> None:
    sums = {
        (name, each["attribute"]): (Decimal(each["source"]), Decimal(each["here"]))
        for name, line in moved.report["types"].items()
        for each in line["control_sums"]
    }
    assert {name for name, (there, here) in sums.items() if there != here} == set()
    prices = [Decimal(str(each["price"])) for each in moved.records["billable_items"]]
    assert sums["billable_items", "price"][0] == sum(prices) > 0
    starts = [
        datetime.fromisoformat(str(each["starts_at"])).timestamp()
        for each in moved.records["group_appointments"]
    ]
    assert sums["group_appointments", "starts_at"][0] == int(sum(starts)) > 0


def test_the_report_groups_what_there_is_to_know_by_its_cause(moved: Moved) -> None:
    problems = moved.report["types"]["individual_appointments"]["problems"]
    causes = {(each["field"], each["cause"]): each["count"] for each in problems}
    assert set(causes) == {("client", "followed a merge"), ("client", "link leads nowhere")}
    for each in problems:
        issues = moved.archive.issues("individual_appointments", each["example_id"])
        assert (each["field"], each["cause"]) in issues
        assert each["example"]
