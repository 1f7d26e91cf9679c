"""Filters, and what lists hide unless they are asked."""

import httpx
import pytest

from handover.sandbox import Practice
from handover.sandbox.filters import BadFilter, parse, reader
from handover.sandbox.resources import RESOURCES


def ids(client: httpx.Client, path: str, key: str) -> set[str]:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}per_page=100")
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()[key]}


def test_archived_clients_are_hidden_until_asked_for(
    cliniko: httpx.Client, practice: Practice
) -> None:
    everyone = {row["id"] for row in practice.records["patients"]}
    archived = {row["id"] for row in practice.records["patients"] if row["archived_at"]}
    assert archived
    assert ids(cliniko, "/patients", "patients") == everyone - archived
    assert ids(cliniko, "/patients?q[]=archived_at:*", "patients") == everyone
    assert ids(cliniko, "/patients?q[]=archived_at:?", "patients") == archived
    assert ids(cliniko, "/patients?q[]=archived_at:!?", "patients") == everyone - archived


def test_cancelled_and_archived_appointments_are_asked_for_one_by_one(
    cliniko: httpx.Client, practice: Practice
) -> None:
    rows = practice.records["individual_appointments"]
    want = {
        "": sum(1 for row in rows if not row["archived_at"] and not row["cancelled_at"]),
        "q[]=cancelled_at:*": sum(1 for row in rows if not row["archived_at"]),
        "q[]=archived_at:*": sum(1 for row in rows if not row["cancelled_at"]),
        "q[]=archived_at:*&q[]=cancelled_at:*": len(rows),
        "q[]=cancelled_at:?": sum(1 for r in rows if r["cancelled_at"] and not r["archived_at"]),
    }
    have = {
        query: cliniko.get(f"/individual_appointments?{query}").json()["total_entries"]
        for query in want
    }
    assert have == want
    assert len(set(want.values())) == len(want)


def test_an_archived_record_is_404_until_asked_for(
    cliniko: httpx.Client, practice: Practice
) -> None:
    gone = next(row["id"] for row in practice.records["patients"] if row["archived_at"])
    assert cliniko.get(f"/patients/{gone}").status_code == 404
    assert cliniko.get(f"/patients/{gone}?q[]=archived_at:*").json()["id"] == gone
    assert cliniko.get(f"/patients/{gone}?q[]=last_name:~x").status_code == 400


def test_practitioners_who_left_have_a_list_of_their_own(cliniko: httpx.Client) -> None:
    active = ids(cliniko, "/practitioners", "practitioners")
    former = ids(cliniko, "/practitioners/inactive", "practitioners")
    assert (len(active), len(former)) == (6, 3)
    assert not active & former
    for one in former:
        assert cliniko.get(f"/practitioners/{one}").json()["active"] is False


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/patients?q[]=bogus:=1", "bogus is not filterable"),
        ("/recalls?q[]=recall_at:>2026-01-01T00:00:00Z", "recall_at is not filterable"),
        ("/users?q[]=archived_at:*", "archived_at is not filterable"),
        ("/services?q[]=id:=1", "id is not filterable"),
        ("/patients?q[]=updated_at:>2026-01-01", "Timestamp needs to be in UTC format."),
        ("/patients?q[]=updated_at:>2026-01-01T00:00:00%2B00:00",
         "Timestamp needs to be in UTC format."),
        ("/invoices?q[]=status:=open", "Filter value for status must be a number"),
        ("/attendees?q[]=patient_id:=1,x", "Filter value for patient_id must be a number"),
    ],
)  # fmt: skip
def test_bad_filters_are_refused_in_clinikos_words(
    cliniko: httpx.Client, path: str, message: str
) -> None:
    answer = cliniko.get(path)
    assert (answer.status_code, answer.json()) == (400, {"message": message})


@pytest.mark.parametrize(
    "text", ["updated_at:=2026-01-01T00:00:00Z", "id:5", "id:~5", "last_name:>A", "id"]
)
def test_operators_must_suit_the_field(text: str) -> None:
    with pytest.raises(BadFilter):
        parse(text, RESOURCES["patients"])


@pytest.mark.parametrize(
    ("resource", "text", "passes", "fails"),
    [
        ("patients", "id:=7,9", "9", "8"),
        ("patients", "id:!=7", "9", "7"),
        ("patients", "id:>=987654321000000001", "987654321000000001", "987654321000000000"),
        ("patients", "last_name:=o'brien", "O'Brien", "Brien"),
        ("patients", "last_name:!=Chen", "Kim", "Chen"),
        ("patients", "last_name:~neil", "O'Neill", "Nell"),
        ("patients", "last_name:~~O%l", "O'Neill", "Neill"),
        ("patients", "email:?", "a@example.com", ""),
        ("patients", "email:!?", None, "a@example.com"),
        ("patients", "date_of_birth:=****-05-**", "1981-05-17", "1981-06-17"),
        ("patients", "date_of_birth:<1990-01-01", "1989-12-31", "1990-01-01"),
        ("patients", "accepted_privacy_policy:=true", True, None),
        ("patients", "accepted_privacy_policy:!=true", None, True),
        ("patients", "updated_at:>2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z",
         "2026-01-01T00:00:00Z"),
        ("patients", "archived_at:*", None, ...),
        ("group_appointments", "patient_ids:~5", ["4", "5"], ["55"]),
    ],
)  # fmt: skip
def test_each_operator_tells_rows_apart(
    resource: str, text: str, passes: object, fails: object
) -> None:
    test = parse(text, RESOURCES[resource]).test
    assert test(passes)  # type: ignore[arg-type]  # wrong on purpose or by hand
    assert fails is ... or not test(fails)  # type: ignore[arg-type]


def test_filters_are_joined_by_and(cliniko: httpx.Client, practice: Practice) -> None:
    one = next(row for row in practice.records["patients"] if not row["archived_at"])
    both = f"/patients?q[]=id:={one['id']}&q[]=last_name:="
    assert ids(cliniko, f"{both}{one['last_name']}", "patients") == {one["id"]}
    assert ids(cliniko, f"{both}Nobody", "patients") == set()


def test_an_id_of_an_older_system_is_a_text_like_any_other(cliniko: httpx.Client) -> None:
    found = cliniko.get("/patients?q[]=old_reference_id:~OLD-000&q[]=archived_at:*").json()
    assert found["total_entries"] == 20
    assert all(row["old_reference_id"].startswith("OLD-000") for row in found["patients"])


def test_of_plain_q_the_last_one_counts(cliniko: httpx.Client, practice: Practice) -> None:
    one = next(row for row in practice.records["patients"] if not row["archived_at"])
    found = ids(cliniko, f"/patients?q=bogus:=1&q=id:={one['id']}", "patients")
    assert found == {one["id"]}


def test_relations_are_filtered_by_the_id_behind_them(practice: Practice) -> None:
    attendee = practice.records["attendees"][0]
    booking = reader("attendees", "booking_id")(attendee)
    assert booking == reader("attendees", "appointment_id")(attendee)
    assert booking in {
        row["id"]
        for name in ("individual_appointments", "group_appointments")
        for row in practice.records[name]
    }


def test_nested_lists_hold_their_parents_rows_only(
    cliniko: httpx.Client, practice: Practice
) -> None:
    group = next(row for row in practice.records["group_appointments"] if not row["archived_at"])
    path = f"/group_appointments/{group['id']}/attendees?q[]=cancelled_at:*&q[]=archived_at:*"
    rows = cliniko.get(path).json()["attendees"]
    assert len(rows) > 1
    assert {row["booking"]["links"]["self"].rsplit("/", 1)[1] for row in rows} == {group["id"]}


def test_files_of_a_case_are_listed_under_it(cliniko: httpx.Client, practice: Practice) -> None:
    case_id, files = next(iter(practice.case_attachments.items()))
    path = f"/patient_cases/{case_id}/patient_attachments?q[]=archived_at:*"
    assert ids(cliniko, path, "patient_attachments") == set(files)


def test_bookings_are_appointments_and_blocks_together(
    cliniko: httpx.Client, practice: Practice
) -> None:
    path = "/bookings?q[]=archived_at:*&q[]=cancelled_at:*"
    kinds = ("individual_appointments", "group_appointments", "unavailable_blocks")
    answer = cliniko.get(path).json()
    assert answer["total_entries"] == sum(len(practice.records[kind]) for kind in kinds)
    assert all("/bookings/" in row["links"]["self"] for row in answer["bookings"])
    patient = practice.records["attendees"][3]["patient"]["links"]["self"].rsplit("/", 1)[1]  # type: ignore[index,call-overload,union-attr]  # JSON of a known shape
    assert cliniko.get(f"{path}&q[]=patient_ids:~{patient}").json()["total_entries"] > 0
