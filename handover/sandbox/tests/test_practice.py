"""The demo practice: always the same, and as odd as real ones."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
import pytest

from handover.sandbox import Practice, Sandbox, build_practice, empty_practice
from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.model import linked_id
from handover.sandbox.tests.conftest import TODAY, small_practice


@pytest.fixture(scope="module")
def large() -> Practice:
    """Large enough for statistics, small enough to make in a second."""
    return build_practice(clients=300, appointments=3000, seed=7, today=TODAY)


def rows(practice: Practice, resource: str) -> list[Record]:
    return practice.records[resource]


def moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def test_a_seed_gives_the_same_practice_again() -> None:
    assert small_practice(3).records == small_practice(3).records
    assert small_practice(3).records != small_practice(4).records


def test_the_sizes_are_what_was_asked_for(large: Practice) -> None:
    assert len(rows(large, "patients")) == 300
    kinds = ("individual_appointments", "group_appointments")
    assert sum(len(rows(large, kind)) for kind in kinds) == 3000
    assert len(rows(large, "businesses")) == 3
    assert Counter(row["active"] for row in rows(large, "practitioners")) == {True: 6, False: 3}
    assert len(rows(large, "users")) == 12


def test_no_id_is_used_twice_and_most_are_beyond_what_a_float_can_hold(large: Practice) -> None:
    ids = [str(row["id"]) for table in large.records.values() for row in table if "id" in row]
    assert len(ids) == len(set(ids))
    assert all(one.isdigit() for one in ids)
    long = [one for one in ids if int(one) > 2**53]
    assert all(18 <= len(one) <= 19 for one in long)
    assert len(ids) * 0.99 < len(long) < len(ids)


def test_nothing_has_happened_later_than_now(large: Practice) -> None:
    for table in large.records.values():
        for row in table:
            for name in ("created_at", "updated_at", "archived_at", "cancelled_at", "finalized_at"):
                if row.get(name):
                    assert moment(row[name]) <= large.now, (name, row)


def test_appointments_span_three_years_and_the_coming_four_weeks(large: Practice) -> None:
    starts = sorted(moment(row["starts_at"]) for row in rows(large, "individual_appointments"))
    assert starts[0] < large.now - timedelta(days=3 * 365 - 30)
    assert large.now + timedelta(days=20) < starts[-1] <= large.now + timedelta(days=29)


def test_people_are_seen_in_working_hours_of_their_own_place_all_year_round(
    large: Practice,
) -> None:
    zones = {
        row["id"]: ZoneInfo(str(row["time_zone_identifier"])) for row in rows(large, "businesses")
    }
    assert {str(zone) for zone in zones.values()} == {"Australia/Melbourne", "Australia/Brisbane"}
    offsets = set()
    for row in rows(large, "individual_appointments"):
        zone = zones[linked_id(row["business"])]
        local = moment(row["starts_at"]).astimezone(zone)
        offsets.add((str(zone), local.utcoffset()))
        assert 8 <= local.hour < 20, local
        assert local.minute % 15 == 0
    assert len(offsets) == 3


def test_a_series_keeps_its_time_on_the_wall_when_the_clocks_change(large: Practice) -> None:
    table = {row["id"]: row for row in rows(large, "individual_appointments")}
    crossed = 0
    for row in table.values():
        first = table.get(linked_id(row.get("repeated_from")))
        if first is None:
            continue
        assert first["repeat_rule"]
        one, other = moment(first["starts_at"]), moment(row["starts_at"])
        zone = ZoneInfo(
            str(large.find("businesses", str(linked_id(row["business"])))["time_zone_identifier"])
        )
        assert one.astimezone(zone).time() == other.astimezone(zone).time()
        crossed += one.time() != other.time()
    assert crossed


def test_every_state_and_every_reason_for_cancelling_occurs(large: Practice) -> None:
    table = rows(large, "individual_appointments")
    assert {row["cancellation_reason"] for row in table} == {None, 10, 20, 30, 31, 40, 50, 60}
    assert {(row["patient_arrived"], row["did_not_arrive"]) for row in table} == {
        (True, False), (False, True), (False, False),
    }  # fmt: skip
    assert any(row["archived_at"] for row in table)


def test_every_individual_appointment_has_one_attendee_in_the_same_state(large: Practice) -> None:
    attendees: dict[str | None, list[Record]] = {}
    for row in rows(large, "attendees"):
        attendees.setdefault(linked_id(row["booking"]), []).append(row)
    for row in rows(large, "individual_appointments"):
        (attendee,) = attendees.pop(str(row["id"]))
        assert attendee["cancelled_at"] == row["cancelled_at"]
        assert (attendee["arrived"] is True) == row["patient_arrived"]
        assert attendee.get("patient") == row.get("patient")
        for name in ("invoice_status", "treatment_note_status"):
            assert attendee[name] == row[name]
    assert set(attendees) == {row["id"] for row in rows(large, "group_appointments")}
    assert max(len(group) for group in attendees.values()) > 2


def test_relations_lead_somewhere_except_the_deleted_client(large: Practice) -> None:
    known = {row["id"] for row in rows(large, "patients")}
    named = Counter(
        linked_id(row["patient"])
        for row in rows(large, "individual_appointments")
        if "patient" in row
    )
    lost = set(named) - known
    assert len(lost) == 1
    assert all(named[one] >= 3 for one in lost)
    assert any("patient" not in row for row in rows(large, "individual_appointments"))
    bookings = {
        row["id"]
        for kind in ("individual_appointments", "group_appointments")
        for row in rows(large, kind)
    }
    for resource in ("treatment_notes", "attendees", "patient_forms"):
        for row in rows(large, resource):
            assert "booking" not in row or linked_id(row["booking"]) in bookings


def test_six_clients_were_merged_one_of_them_twice(large: Practice) -> None:
    merged = {
        row["id"]: linked_id(row["merged_with_patient"])
        for row in rows(large, "patients")
        if row["merged_at"]
    }
    assert len(merged) == 6
    assert sum(winner in merged for winner in merged.values()) == 1
    assert all(large.find("patients", str(one))["archived_at"] for one in merged)


def test_there_are_namesakes_with_one_birth_date(large: Practice) -> None:
    people = Counter((row["label"], row["date_of_birth"]) for row in rows(large, "patients"))
    assert sum(count > 1 for count in people.values()) >= 3


def test_nothing_is_written_as_null_and_as_empty_text(large: Practice) -> None:
    values = {row["archived_at"] for row in rows(large, "patients") if not row["archived_at"]}
    assert values == {None, ""}


def test_invoices_add_up_to_the_cent(large: Practice) -> None:
    items: dict[str | None, list[Record]] = {}
    for row in rows(large, "invoice_items"):
        items.setdefault(linked_id(row["invoice"]), []).append(row)
    statuses = set()
    for invoice in rows(large, "invoices"):
        lines = items.pop(str(invoice["id"]))
        total = sum(Decimal(str(line["total_including_tax"])) for line in lines)
        assert Decimal(str(invoice["total_amount"])) == total
        net, tax = Decimal(str(invoice["net_amount"])), Decimal(str(invoice["tax_amount"]))
        assert net + tax == total
        statuses.add(invoice["status"])
    assert not items
    assert statuses == {10, 20, 30, 40}
    numbers = [row["number"] for row in rows(large, "invoices")]
    assert len(numbers) == len(set(numbers))


def test_notes_and_forms_show_every_kind_of_question(large: Practice) -> None:
    kinds: dict[str, set[object]] = {"treatment_notes": set(), "patient_forms": set()}
    for resource, found in kinds.items():
        for row in rows(large, resource):
            content = row["content"]
            for section in content["sections"] if content else ():  # type: ignore[index,call-overload,union-attr]  # JSON of a known shape
                found.update(question["type"] for question in section.get("questions", ()))  # type: ignore[index,call-overload,union-attr]
    plain = {"text", "paragraph", "date", "checkboxes", "radiobuttons"}
    assert kinds["treatment_notes"] == plain | {"bodycharts", "scale"}
    connected = {"full_name", "address", "phone", "pronouns", "select"}
    assert kinds["patient_forms"] == plain | connected | {"signature", "scale"}
    assert any(row["content"] is None for row in rows(large, "treatment_notes"))


def test_an_edit_shows_once_the_practice_is_touched(
    own_sandbox: Sandbox, own_cliniko: httpx.Client, own_practice: Practice
) -> None:
    before = own_cliniko.get("/taxes").json()["taxes"][0]
    own_practice.records["taxes"][0]["name"] = "VAT"
    assert own_cliniko.get(f"/taxes/{before['id']}").json()["name"] == before["name"]
    own_sandbox.touch()
    assert own_cliniko.get(f"/taxes/{before['id']}").json()["name"] == "VAT"


def test_staff_can_change_add_and_delete_while_it_runs(
    own_cliniko: httpx.Client, own_practice: Practice
) -> None:
    before = own_cliniko.get("/patients?per_page=1&sort=updated_at:desc").json()
    changed = own_practice.change("patients", "75335", first_name="Changed")
    added = own_practice.copy("patients", "75342", first_name="Added", archived_at=None)
    since = f"/patients?q[]=updated_at:>{before['patients'][0]['updated_at']}"
    assert {row["id"] for row in own_cliniko.get(since).json()["patients"]} >= {
        changed["id"], added["id"],
    }  # fmt: skip
    own_practice.remove("patients", str(added["id"]))
    assert own_cliniko.get(f"/patients/{added['id']}").status_code == 404
    with pytest.raises(KeyError, match="patients has no record"):
        own_practice.find("patients", str(added["id"]))


@pytest.mark.parametrize(("clients", "appointments"), [(1, 0), (1, 1), (5, 7), (40, 150)])
def test_small_practices_can_be_made_too(clients: int, appointments: int) -> None:
    small = build_practice(clients=clients, appointments=appointments, seed=2, today=TODAY)
    assert len(rows(small, "patients")) == clients


def test_an_empty_account_is_made_of_one_user() -> None:
    assert {name: len(table) for name, table in empty_practice().records.items()} == {"users": 1}


def test_any_day_can_be_today() -> None:
    leap = build_practice(clients=40, appointments=200, seed=1, today=date(2028, 2, 29))
    assert leap.now.date() == date(2028, 2, 29)
