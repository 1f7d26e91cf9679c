"""Control totals: the source's payloads beside the rows, by month, person and status."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connections

from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.engine.reconcile import reconcile
from handover.importing.models import SourceRecord
from handover.scheduling.models import Appointment
from tests.archive import Record
from tests.moving import CALENDAR, Desk, Moved, linked


def total(report: Record, title: str) -> Record:
    return next(dict(each) for each in report["control_totals"] if each["title"] == title)


def counted(report: Record, title: str) -> dict[tuple[str, ...], list[int]]:
    return {tuple(each["key"]): each["counts"] for each in total(report, title)["groups"]}


def test_appointments_add_up_by_the_month_on_the_clinics_clock_and_by_practitioner(
    moved: Moved,
) -> None:
    zones = {str(each["id"]): each["time_zone_identifier"] for each in moved.records["businesses"]}
    names = {str(each["id"]): each["display_name"] for each in moved.records["practitioners"]}
    expected: Counter[tuple[str, str]] = Counter()
    for each in (
        *moved.records["individual_appointments"],
        *moved.records["group_appointments"],
    ):
        zone = zones.get(linked(each["business"]) or "") or moved.done.run.time_zone
        month = datetime.fromisoformat(each["starts_at"]).astimezone(ZoneInfo(zone))
        name = names.get(linked(each["practitioner"]) or "", "not known")
        expected[f"{month:%Y-%m}", name] += 1
    found = counted(moved.report, "Appointments")
    assert {key: counts[0] for key, counts in found.items()} == dict(expected)
    assert all(there == here + apart for there, here, apart in found.values())
    assert sum(here for _, here, _ in found.values()) > 200


def test_every_total_agrees_after_an_undisturbed_import(moved: Moved) -> None:
    titles = [each["title"] for each in moved.report["control_totals"]]
    assert set(titles) == {
        *("Appointments", "Attendances", "Progress notes", "Invoices"),
        *("Communications", "Files"),
    }
    assert len(titles) == len(set(titles))
    assert [each["title"] for each in moved.report["control_totals"] if not each["agrees"]] == []


def test_invoices_add_up_by_status_to_the_cent_and_files_to_the_byte(moved: Moved) -> None:
    groups = total(moved.report, "Invoices")["groups"]
    amounts = sum(Decimal(str(each["total_amount"])) for each in moved.records["invoices"])
    assert sum(Decimal(each["sums"][0]) for each in groups) == amounts
    assert {"paid", "open"} <= {each["key"][0] for each in groups}
    (files,) = total(moved.report, "Files")["groups"]
    sizes = sum(int(each["size"] or 0) for each in moved.records["patient_attachments"])
    assert Decimal(files["sums"][0]) == sizes


def test_notes_are_counted_by_state_and_author(moved: Moved) -> None:
    found = counted(moved.report, "Progress notes")
    assert sum(there for there, _, _ in found.values()) == len(moved.records["treatment_notes"])
    assert {state for state, _ in found} == {"draft", "final"}
    assert len({author for _, author in found}) > 2


def test_what_landed_in_another_month_is_found_and_stands_first_and_edits_are_no_alarm(
    desk: Desk,
) -> None:
    done = desk.moved(only=CALENDAR)
    mine = Appointment.Kind.INDIVIDUAL
    with desk.inside():
        one, other = Appointment.objects.filter(kind=mine).order_by("starts_at")[:2]
        for row in (one, other):
            row.starts_at = row.starts_at.replace(year=row.starts_at.year - 5)
            row.save(update_fields=["starts_at"])
        other.notes = "seen to"
        other.save(update_fields=["notes"])
    with connections["owner"].cursor() as cursor:  # as if the import itself had written it so
        cursor.execute(
            "UPDATE importing_sourcerecord r SET target_revision = t.revision"
            " FROM scheduling_appointment t WHERE t.id = r.target_id AND t.id = %s"
            " AND r.resource = 'individual_appointments'",
            [one.pk],
        )
    with desk.inside():
        (line,) = reconcile(done.run, [IndividualAppointments], desk.office.keeper)
        assert SourceRecord.objects.filter(target_id=one.pk).exists()
    (appointments,) = line.totals
    assert not appointments.agrees
    assert not line.balanced
    wrong = [each for each in appointments.groups if not each.agrees]
    assert list(appointments.groups[: len(wrong)]) == wrong
    assert {each.counts for each in wrong if not each.counts[0]} == {(0, 1, 0)}
    assert len(wrong) == 2, "where it is missing, and where it is too much"
    assert sum(each.counts[2] for each in appointments.groups) == 1, "the edited one stands apart"


def test_the_zone_of_the_place_decides_the_month(desk: Desk) -> None:
    for each in desk.records["businesses"]:
        desk.practice.change("businesses", each["id"], time_zone_identifier="Pacific/Auckland")
    for each in desk.records["individual_appointments"]:
        starts, ends = "2026-03-31T12:30:00Z", "2026-03-31T13:00:00Z"  # already April over there
        desk.practice.change("individual_appointments", each["id"], starts_at=starts, ends_at=ends)
    done = desk.move(only=("individual_appointments",))
    assert {month for month, _ in counted(done.told, "Appointments")} == {"2026-04"}
