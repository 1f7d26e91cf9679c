"""A whole account: its calendar, and the people in it who are no longer there."""

import pytest

from tests.archive import Links, Record
from tests.moving import Moved, linked, survivor


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
