"""A whole account: everything comes, and every field of it, as read from the export alone."""

from datetime import datetime
from decimal import Decimal

import pytest

from handover.sandbox import Practice
from tests.archive import Archive, Record
from tests.moving import OUTCOMES, Moved, linked

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
}
CLIENT_TEXTS = {
    "title": "title",
    "first_name": "first_name",
    "last_name": "last_name",
    "preferred_first_name": "preferred_name",
    "sex": "sex",
    "gender_identity": "gender_identity",
    "occupation": "occupation",
    "email": "email",
    "address_1": "address_1",
    "address_2": "address_2",
    "address_3": "address_3",
    "city": "city",
    "state": "state",
    "post_code": "post_code",
    "country": "country",
    "country_code": "country_code",
    "time_zone": "time_zone",
    "emergency_contact": "emergency_contact",
    "medicare": "medicare_number",
    "medicare_reference_number": "medicare_reference_number",
    "dva_card_number": "dva_number",
    "invoice_default_to": "invoice_recipient",
    "invoice_email": "invoice_email",
    "invoice_extra_information": "invoice_extra_information",
    "notes": "notes",
    "appointment_notes": "alerts",
    "referral_source": "referral_source_text",
    "old_reference_id": "old_reference_id",
}
CONSENTS = {
    "accepted_privacy_policy": "privacy_policy_accepted",
    "accepted_email_marketing": "email_marketing_accepted",
    "accepted_sms_marketing": "sms_marketing_accepted",
    "receives_confirmation_emails": "receives_confirmation_emails",
    "receives_cancellation_emails": "receives_cancellation_emails",
}
REMINDERS = {"None": "none", "SMS": "sms", "Email": "email", "SMS & Email": "sms_and_email"}


class Links:
    """Links of the export, read back to ids of Cliniko."""

    def __init__(self, archive: Archive) -> None:
        names = ("clients", "practitioners", "services", "locations", "appointments", "cases",
                 "contacts", "concession_types", "users")  # fmt: skip
        self.ids = {
            each["id"]: each["sources"][0]["id"] for name in names for each in archive.lines(name)
        }

    def __call__(self, record: Record, name: str) -> str | None:
        return None if record[name] is None else str(self.ids[record[name]])


@pytest.fixture(scope="session")
def links(moved: Moved) -> Links:
    return Links(moved.archive)


def survivor(practice: Practice, patient_id: str | None) -> str | None:
    """Who a client is now; None for one who was deleted for good."""
    patients = {str(each["id"]): each for each in practice.records["patients"]}
    while patient_id in patients and "merged_with_patient" in patients[patient_id]:
        patient_id = linked(patients[patient_id]["merged_with_patient"])
    return patient_id if patient_id in patients else None


# that all of it comes


def test_a_whole_account_is_done_and_balanced(moved: Moved) -> None:
    assert (moved.report["state"], moved.report["balanced"]) == ("done", True)
    assert moved.report["summary"].startswith("Balanced: 799 records were read")


def test_every_type_adds_up_from_the_source_to_its_outcomes(moved: Moved) -> None:
    for name, line in moved.report["types"].items():
        told = sum(line[outcome] for outcome in OUTCOMES)
        assert line["source_total"] == line["fetched"] == told == line["created"], name
        assert line["balanced"], name


def test_every_list_brings_as_many_records_as_the_practice_holds(moved: Moved) -> None:
    held = {name: len(moved.records[name]) for name in LISTS} | {"settings": 1}
    assert {n: each["source_total"] for n, each in moved.report["types"].items()} == held
    came = {name: len(moved.archive.by_source(table, name)) for name, table in LISTS.items()}
    assert came | {"settings": 1} == held


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
    ):
        gone = {str(each["id"]): each[hidden] for each in records[name] if each[hidden]}
        here = moved.archive.by_source(table, name)
        assert gone, f"the practice should have hidden {name}"
        assert {i: here[i][hidden] for i in gone} == gone, (name, hidden)


def test_each_record_stands_in_the_ledger_once_with_its_own_id(moved: Moved) -> None:
    names = {(name, str(each["id"])) for name in LISTS for each in moved.records[name]} | {
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


# clients, field by field


def test_names_and_all_other_texts_of_clients_are_as_they_were(moved: Moved) -> None:
    clients = moved.archive.by_source("clients", "patients")
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        for there, here in CLIENT_TEXTS.items():
            assert client[here] == (patient[there] or ""), (patient["id"], there)


def test_dates_and_consents_of_clients_are_as_they_were_and_none_is_invented(
    moved: Moved,
) -> None:
    clients = moved.archive.by_source("clients", "patients")
    unasked = 0
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        assert client["birth_date"] == (patient["date_of_birth"] or None)
        assert client["created_at"] == patient["created_at"]
        assert client["archived_at"] == (patient["archived_at"] or patient["deleted_at"] or None)
        assert client["merged_at"] == (patient["merged_at"] or None)
        assert client["reminder_preference"] == REMINDERS[str(patient["reminder_type"])]
        for there, here in CONSENTS.items():
            assert client[here] is patient[there], (patient["id"], there)
            unasked += patient[there] is None
    assert unasked > 0, "the practice should have a consent that nobody asked for"


def test_phone_numbers_of_clients_keep_their_kind_and_order(moved: Moved) -> None:
    clients = moved.archive.by_source("clients", "patients")
    phones = moved.archive.parts("client_phones", "client")
    several = 0
    for patient in moved.records["patients"]:
        here = phones.get(clients[str(patient["id"])]["id"], [])
        there = patient["patient_phone_numbers"]
        assert isinstance(there, list)
        told = [(p["type"], p["number"], p["normalized_number"]) for p in here]
        assert told == [
            (str(p["phone_type"]).lower(), p["number"], p["normalized_number"])
            for p in there
            if isinstance(p, dict)
        ]
        several += len(told) > 1
    assert several > 0


def test_custom_fields_and_pronouns_are_kept_whole(moved: Moved) -> None:
    clients = moved.archive.by_source("clients", "patients")
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        assert client["custom_fields"] == patient["custom_fields"]
        assert client["pronouns"] == patient["pronouns"]
    assert any(each["custom_fields"] for each in clients.values())


def test_links_of_clients_lead_where_they_led(moved: Moved, links: Links) -> None:
    clients = moved.archive.by_source("clients", "patients")
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        assert links(client, "concession_type") == linked(patient.get("concession_type"))
        assert links(client, "referring_doctor") == linked(patient.get("referring_doctor"))
        assert links(client, "merged_into") == linked(patient.get("merged_with_patient"))


# the calendar, field by field


def test_appointments_begin_and_end_when_they_did(moved: Moved) -> None:
    for kind in ("individual_appointments", "group_appointments"):
        here = moved.archive.by_source("appointments", kind)
        for there in moved.records[kind]:
            appointment = here[str(there["id"])]
            for name in ("starts_at", "ends_at", "created_at"):
                assert appointment[name] == there[name], (kind, there["id"], name)


def test_appointments_lead_to_the_practitioner_service_place_and_client_they_had(
    moved: Moved, links: Links
) -> None:
    for kind in ("individual_appointments", "group_appointments"):
        here = moved.archive.by_source("appointments", kind)
        for there in moved.records[kind]:
            appointment = here[str(there["id"])]
            assert links(appointment, "practitioner") == linked(there["practitioner"])
            assert links(appointment, "service") == linked(there["appointment_type"])
            assert links(appointment, "location") == linked(there["business"])
            assert links(appointment, "series_start") == linked(there.get("repeated_from"))
            client = survivor(moved.practice, linked(there.get("patient")))
            assert links(appointment, "client") == client
            assert appointment["kind"] == kind.removesuffix("_appointments")


def status_of(there: Record) -> str:
    if there["cancelled_at"]:
        return "cancelled"
    if there.get("patient_arrived") or there.get("arrived"):
        return "arrived"
    absent = there.get("did_not_arrive") or there.get("arrived", None) is False
    return "did_not_arrive" if absent else "booked"


@pytest.mark.parametrize(
    ("kind", "table"),
    [("individual_appointments", "appointments"), ("attendees", "attendances")],
)
def test_who_came_who_did_not_and_who_cancelled_why_is_as_it_was(
    moved: Moved, kind: str, table: str
) -> None:
    here = moved.archive.by_source(table, kind)
    for there in moved.records[kind]:
        booking = here[str(there["id"])]
        assert booking["status"] == status_of(there), there["id"]
        assert booking["cancelled_at"] == there["cancelled_at"]
        assert booking["cancellation_reason"] == (there["cancellation_reason_description"] or "")
        assert booking["cancellation_note"] == (there["cancellation_note"] or "")
        assert booking["notes"] == (there["notes"] or "")
    statuses = {each["status"] for each in here.values()}
    assert statuses == {"arrived", "did_not_arrive", "cancelled", "booked"}


def test_attendances_lead_to_their_appointment_client_and_case(moved: Moved, links: Links) -> None:
    here = moved.archive.by_source("attendances", "attendees")
    for there in moved.records["attendees"]:
        attendance = here[str(there["id"])]
        assert links(attendance, "appointment") == linked(there["booking"])
        assert links(attendance, "case") == linked(there.get("patient_case"))
        client = survivor(moved.practice, linked(there.get("patient")))
        assert links(attendance, "client") == client
        assert attendance["email_reminders_sent"] == there["sent_email_reminders_count"]


def test_a_group_has_all_the_clients_who_were_in_it(moved: Moved) -> None:
    groups = moved.archive.by_source("appointments", "group_appointments")
    present = moved.archive.parts("attendances", "appointment")
    for there in moved.records["group_appointments"]:
        booked = [
            each for each in moved.records["attendees"] if linked(each["booking"]) == there["id"]
        ]
        group = groups[str(there["id"])]
        assert len(present[group["id"]]) == len(booked) > 0
        assert group["max_clients"] == there["max_attendees"]


# people who are no longer there


def test_links_to_a_merged_client_follow_to_the_one_that_is_left(
    moved: Moved, links: Links
) -> None:
    patients = {str(each["id"]): each for each in moved.records["patients"]}
    twice = {
        loser
        for loser, each in patients.items()
        if "merged_with_patient" in each
        and "merged_with_patient" in patients[str(linked(each["merged_with_patient"]))]
    }
    assert len(twice) == 1, "the practice should have a chain of two merges"
    here = moved.archive.by_source("attendances", "attendees")
    followed = 0
    for there in moved.records["attendees"]:
        named_there = linked(there.get("patient"))
        if named_there in patients and "merged_with_patient" in patients[named_there]:
            left = links(here[str(there["id"])], "client")
            assert left == survivor(moved.practice, named_there) != named_there
            assert ("client", "followed a merge") in moved.archive.issues("attendees", there["id"])
            followed += named_there in twice
    assert followed > 0, "the practice should have a visit of a client who was merged twice"


def test_links_to_a_deleted_client_stay_empty_and_say_why(moved: Moved) -> None:
    known = {str(each["id"]) for each in moved.records["patients"]}
    here = moved.archive.by_source("appointments", "individual_appointments")
    orphans = [
        each
        for each in moved.records["individual_appointments"]
        if (linked(each.get("patient")) or next(iter(known))) not in known
    ]
    assert orphans
    for there in orphans:
        appointment = here[str(there["id"])]
        assert appointment["client"] is None
        assert appointment["client_name"] == "Deleted Patient"
        (issue,) = moved.archive.entry("individual_appointments", there["id"])["issues"]
        gone = linked(there["patient"])
        assert issue == {
            "field": "client",
            "code": "link leads nowhere",
            "reason": f"patients {gone} is not among the records that the source lists",
        }


def test_practitioners_who_left_are_there_with_their_appointments(
    moved: Moved, links: Links
) -> None:
    here = moved.archive.by_source("practitioners", "practitioners")
    active = {str(p["id"]): bool(p["active"]) for p in moved.records["practitioners"]}
    assert {i: not each["former"] for i, each in here.items()} == active
    assert sorted(active.values()) == [False] * 3 + [True] * 6
    led = {links(each, "practitioner") for each in moved.archive.lines("appointments")}
    gone = {name for name, still in active.items() if not still}
    assert gone & led
    for name in gone:
        assert links(here[name], "user") == linked(
            moved.practice.find("practitioners", name)["user"]
        )


# what it cost, and what the report says


def test_each_page_is_asked_for_once(moved: Moved) -> None:
    pages = {path: sum(counts.values()) for path, counts in moved.stats.by_path.items()}
    assert pages.pop("/individual_appointments") == pages.pop("/attendees") == 3
    assert pages.pop("/settings") == 2, "once to know the account, once to keep it"
    assert set(pages.values()) == {1}
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
