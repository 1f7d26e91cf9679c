"""Undoing an import: everything as before, but for what people have worked on since."""

import pytest
from django.db import connections

from handover.accounts.models import User
from handover.clients.models import Client, ClientPhone, MedicalAlert
from handover.importing import runs
from handover.importing.corrections import Wanted, conflicts_of
from handover.importing.engine.errors import StopImport
from handover.importing.models import SourceRecord
from handover.practice.models import Location
from handover.sandbox import Fault
from handover.scheduling.models import Appointment
from tests.archive import Record
from tests.moving import CALENDAR, CLIENTS, Desk, linked

ALERTS = ("medical_alerts",)


def rows_of_own(desk: Desk) -> None:
    """What a workspace may hold before an import."""
    with desk.inside():
        place = str(desk.records["businesses"][0]["business_name"])
        Location.objects.create(workspace=desk.workspace, name=place, city="Ours")
        mail = str(desk.records["users"][4]["email"])
        User.objects.create(workspace=desk.workspace, email=mail, first_name="Own")
        own = Client.objects.create(workspace=desk.workspace, first_name="Own", last_name="Client")
        ClientPhone.objects.create(workspace=desk.workspace, client_id=own.pk, number="1")


def stored(desk: Desk) -> list[Record]:
    """Every line of the ledger, as the database has it."""
    with desk.inside():
        return [dict(each) for each in SourceRecord.objects.order_by("pk").values()]


def test_afterwards_every_table_is_as_it_was_before(desk: Desk) -> None:
    rows_of_own(desk)
    before = desk.export()
    done = desk.move()
    full = desk.export()
    assert full.counts["appointments"] == 250
    assert full.counts["progress_notes"] > 20
    desk.undo(done.run)
    after = desk.export()
    assert after.tables == before.tables
    assert set(after.outcomes()) == {"undone"}
    assert len(after.ledger) == len(full.ledger) > 800
    for each in stored(desk):
        assert (each["payload"], each["superseded_payload"], each["issues"]) == ("", None, [])
        assert (each["target_id"], each["made_by_id"], each["loaded_hash"]) == (None, None, "")
    run = runs.find_run(done.run.pk)
    assert (run.state, run.sealed_key) == ("deleted", "")
    assert run.undone_at is not None


def test_what_was_matched_survives_untouched(desk: Desk) -> None:
    rows_of_own(desk)

    def theirs() -> list[tuple[object, ...]]:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT to_jsonb(l)::text FROM practice_location l WHERE city = 'Ours' UNION ALL"
                " SELECT to_jsonb(u)::text FROM accounts_user u WHERE first_name = 'Own'"
            )
            return list(cursor.fetchall())

    before = theirs()
    done = desk.move(only=CALENDAR)
    assert done.outcomes("businesses")["matched"] == done.outcomes("users")["matched"] == 1
    assert theirs() == before
    told = desk.undo(done.run)
    assert told["businesses"].removed == 2
    assert theirs() == before
    assert len(before) == 2


def test_it_tells_what_went_by_type(desk: Desk) -> None:
    done = desk.moved(only=ALERTS)
    told = desk.undo(done.run)
    removed = {name: each.removed for name, each in told.items() if each.removed}
    assert removed == {
        "medical_alerts": 5, "patients": 40, "contacts": 12, "concession_types": 3,
    }  # fmt: skip
    assert not any(each.edited or each.needed for each in told.values())


def test_a_preview_says_the_same_and_changes_nothing(desk: Desk) -> None:
    done = desk.moved(only=ALERTS)
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", "75335")).update(notes="Edited")
    before, ledger = desk.export().files, stored(desk)
    preview = desk.undo(done.run, preview=True)
    assert desk.export().files == before
    assert stored(desk) == ledger
    assert runs.find_run(done.run.pk).state == "done"
    assert desk.undo(done.run) == preview
    assert preview["patients"].edited == ("75335",)


def test_an_edited_client_stays_with_everything_they_need_and_is_listed(desk: Desk) -> None:
    needy: Record = next(
        each
        for each in desk.records["patients"]
        if each.get("referring_doctor") and each.get("concession_type")
    )
    client, doctor = str(needy["id"]), linked(needy["referring_doctor"])
    group = linked(needy["concession_type"])
    done = desk.moved(only=(*CALENDAR, *ALERTS))
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", client)).update(notes="Edited here")
    before = desk.export()
    told = desk.undo(done.run)
    assert told["patients"].edited == (client,)
    assert told["contacts"].needed == (doctor,)
    assert told["concession_types"].needed == (group,)
    after = desk.export()
    kept = {"clients": 1, "contacts": 1, "concession_types": 1}
    parts = ("client_phones", "contact_phones")
    assert {n: c for n, c in after.counts.items() if c and n not in parts} == kept
    for table, kind, name in (
        ("clients", "patients", client),
        ("contacts", "contacts", doctor),
        ("concession_types", "concession_types", group),
    ):
        assert after.by_source(table, kind)[str(name)] == before.by_source(table, kind)[str(name)]
    phones = before.parts("client_phones", "client")
    assert after.parts("client_phones", "client") == {
        key: rows
        for key, rows in phones.items()
        if key == after.by_source("clients", "patients")[client]["id"]
    }
    entry = after.entry("patients", client)
    assert (entry["outcome"], entry["reason"]) == ("kept", "edited here since the import")
    assert after.entry("contacts", doctor)["reason"] == "something that stays needs it"


def test_a_client_of_whom_only_a_phone_number_was_corrected_stays_too(desk: Desk) -> None:
    done = desk.moved(only=CLIENTS)
    phoned = next(
        str(each["id"]) for each in desk.records["patients"] if each["patient_phone_numbers"]
    )
    with desk.inside():
        phone = ClientPhone.objects.filter(client=desk.row_of("patients", phoned)).first()
        assert phone is not None
        phone.number = "0400 corrected"
        phone.save()
    assert desk.undo(done.run)["patients"].edited == (phoned,)
    archive = desk.export()
    left = archive.parts("client_phones", "client")
    assert left[archive.by_source("clients", "patients")[phoned]["id"]][0]["number"] == (
        "0400 corrected"
    )
    assert set(left) == {each["id"] for each in archive.lines("clients")} & set(left)


def test_the_one_that_a_kept_client_was_merged_into_stays_too(desk: Desk) -> None:
    loser = next(each for each in desk.records["patients"] if "merged_with_patient" in each)
    middle = str(linked(loser["merged_with_patient"]))
    last = str(linked(desk.practice.find("patients", middle)["merged_with_patient"]))
    done = desk.moved(only=CLIENTS)
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", str(loser["id"]))).update(notes="x")
    told = desk.undo(done.run)["patients"]
    assert told.edited == (str(loser["id"]),)
    assert set(told.needed) == {middle, last}
    assert told.removed == 37


def test_appointments_of_a_kept_client_go_unless_they_were_edited_too(desk: Desk) -> None:
    done = desk.move(only=CALENDAR)
    booked = next(
        each
        for each in desk.records["individual_appointments"]
        if each.get("patient") and not each.get("repeated_from") and each["patient_name"] != "x"
        and linked(each["patient"]) in {str(p["id"]) for p in desk.records["patients"]}
    )  # fmt: skip
    with desk.inside():
        row = Appointment.objects.get(pk=desk.row_of("individual_appointments", str(booked["id"])))
        Appointment.objects.filter(pk=row.pk).update(notes="Moved by phone")
    told = desk.undo(done.run)
    assert told["individual_appointments"].edited == (str(booked["id"]),)
    others = len(desk.records["individual_appointments"]) - 1
    assert told["individual_appointments"].removed == others
    assert told["attendees"].removed == len(desk.records["attendees"])
    assert told["practitioners"].needed == (linked(booked["practitioner"]),)
    assert told["businesses"].needed == (linked(booked["business"]),)
    assert linked(booked["appointment_type"]) in told["appointment_types"].needed
    assert len(told["patients"].needed) >= 1
    (left,) = desk.export().lines("appointments")
    assert (left["notes"], left["client"] is not None) == ("Moved by phone", True)


def test_what_staff_added_to_an_imported_client_keeps_that_client(desk: Desk) -> None:
    done = desk.moved(only=CLIENTS)
    with desk.inside():
        client = desk.row_of("patients", "75335")
        MedicalAlert.objects.create(workspace=desk.workspace, client_id=client, name="New here")
    told = desk.undo(done.run)["patients"]
    assert (told.edited, told.needed) == ((), ("75335",))
    assert [each["name"] for each in desk.export().lines("medical_alerts")] == ["New here"]


def test_a_second_undo_is_refused_with_its_reason(desk: Desk) -> None:
    done = desk.moved(only=("taxes",))
    desk.undo(done.run)
    with pytest.raises(StopImport, match=f"import {done.run.pk} was deleted already"):
        desk.undo(done.run)


def test_after_an_undo_the_same_account_can_be_imported_again(desk: Desk) -> None:
    lists = ("individual_appointments",)
    first = desk.moved(only=lists)
    before = desk.export().files
    desk.undo(first.run)
    again = desk.move(only=lists)
    assert again.balanced
    assert {line.name: dict(line.outcomes) for line in again.report.lines} == {
        line.name: {"created": line.source_total} for line in first.report.lines
    }
    assert desk.export().files == before


def test_after_an_undo_that_kept_a_client_the_next_import_brings_what_changed_and_asks(
    desk: Desk,
) -> None:
    first = desk.move(only=ALERTS)
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", "75335")).update(notes="Edited here")
    desk.undo(first.run)
    before = desk.export().tables
    desk.practice.change("patients", "75335", notes="Edited there", occupation="Potter")
    again = desk.move(only=ALERTS)
    assert again.balanced
    assert again.outcomes("patients") == {"created": 39, "updated": 1}
    archive = desk.export()
    assert archive.counts["clients"] == 40
    client = archive.by_source("clients", "patients")["75335"]
    assert (client["notes"], client["occupation"]) == ("Edited here", "Potter")
    (asked,) = conflicts_of(again.run, Wanted())
    assert (asked.field, asked.ours, asked.theirs) == ("notes", "Edited here", "Edited there")
    told = desk.undo(again.run)
    assert told["patients"].removed == 39
    left = desk.export()
    assert left.tables == before, "what the second import brought is taken back"
    assert left.entry("patients", "75335")["outcome"] == "kept"
    assert desk.move(only=ALERTS).outcomes("patients") == {"created": 39, "updated": 1}


def test_a_rehearsal_that_had_read_a_client_who_stays_loads_them_all_the_same(desk: Desk) -> None:
    first = desk.move(only=ALERTS)
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", "75335")).update(notes="Edited here")
    rehearsed = desk.move(only=ALERTS, rehearsal=True)
    desk.undo(first.run)
    runs.load_rehearsed(runs.find_run(rehearsed.run.pk))
    loaded = desk.go_on(rehearsed.run)
    assert loaded.balanced
    assert loaded.outcomes("patients") == {"created": 39, "unchanged": 1}
    assert desk.export().by_source("clients", "patients")["75335"]["notes"] == "Edited here"


def test_so_it_does_if_they_had_stayed_before_the_last_import_is_deleted(desk: Desk) -> None:
    first = desk.move(only=ALERTS)
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", "75335")).update(notes="Edited here")
    second = desk.move(only=ALERTS)
    desk.undo(first.run)
    rehearsed = desk.move(only=ALERTS, rehearsal=True)
    desk.undo(second.run)
    runs.load_rehearsed(runs.find_run(rehearsed.run.pk))
    assert desk.go_on(rehearsed.run).balanced


def test_a_client_who_stayed_for_another_ones_sake_goes_on_to_be_brought_up_to_date(
    desk: Desk,
) -> None:
    first = desk.move(only=ALERTS)
    alert = desk.records["medical_alerts"][0]
    with desk.inside():
        row = desk.row_of("medical_alerts", str(alert["id"]))
        MedicalAlert.objects.filter(pk=row).update(name="Edited here")
    desk.undo(first.run)
    name = linked(alert["patient"]) or ""
    assert desk.export().entry("patients", name)["outcome"] == "kept"
    desk.practice.change("patients", name, occupation="Potter")
    again = desk.move(only=ALERTS)
    assert again.balanced
    assert not conflicts_of(again.run, Wanted())
    client = desk.export().by_source("clients", "patients")[name]
    assert client["occupation"] == "Potter"


# several runs


def test_undoing_a_second_import_takes_back_what_that_one_did_and_no_more(desk: Desk) -> None:
    rows_of_own(desk)
    lists = (*ALERTS, "businesses")
    first = desk.move(only=lists)
    before = desk.export()
    new = desk.practice.copy("patients", "75335", first_name="Newcomer")
    desk.practice.change("patients", "75342", first_name="Changed there")
    desk.practice.change("businesses", str(desk.records["businesses"][0]["id"]), city="Elsewhere")
    second = desk.move(only=lists)
    assert second.outcomes("patients") == {"created": 1, "updated": 1, "unchanged": 39}
    assert second.outcomes("businesses") == {"matched": 1, "unchanged": 2}
    told = desk.undo(second.run)
    assert {n: each.removed for n, each in told.items() if each.removed} == {"patients": 1}
    after = desk.export()
    assert after.tables == before.tables, "the matched place is still known, the update taken back"
    assert after.entry("patients", new["id"])["outcome"] == "undone"
    third = desk.move(only=lists)
    assert third.outcomes("patients") == {"created": 1, "updated": 1, "unchanged": 39}
    assert runs.find_run(first.run.pk).state == "done"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_once_all_imports_are_undone_everything_is_as_it_was(
    desk: Desk, order: tuple[int, int]
) -> None:
    rows_of_own(desk)
    before = desk.export().tables
    lists = (*ALERTS, "businesses")
    done = [desk.move(only=lists), desk.move(only=lists)]
    for number in order:
        desk.undo(done[number].run)
    after = desk.export()
    assert after.tables == before
    assert set(after.outcomes()) == {"undone"}
    assert {each["payload"] for each in stored(desk)} == {""}


def test_a_second_import_that_stopped_half_way_leaves_no_trace_when_undone(desk: Desk) -> None:
    lists = ("individual_appointments",)
    desk.moved(only=lists)
    before = desk.export().tables
    for each in desk.records["individual_appointments"][:3]:
        desk.practice.change("individual_appointments", str(each["id"]), notes="Changed there")
    desk.practice.change("patients", "75335", first_name="Changed there")
    desk.sandbox.faults = [Fault("expired_key", path="/individual_appointments", after=1)]
    run = desk.begin(only=lists, whole=True)
    with pytest.raises(StopImport):
        desk.go_on(run)
    waiting = desk.export().outcomes("individual_appointments")
    assert waiting["waiting"] == 100, "one of three pages should have come"
    desk.undo(run)
    assert desk.export().tables == before
    desk.sandbox.faults = []
    assert desk.move(only=lists).outcomes("individual_appointments")["updated"] == 3


def test_the_first_import_can_still_be_undone_after_a_second(desk: Desk) -> None:
    empty = desk.export().tables
    first = desk.moved(only=ALERTS)
    desk.practice.change("patients", "75342", first_name="Updated there")
    second = desk.move(only=ALERTS)
    told = desk.undo(first.run)
    assert (told["patients"].removed, told["medical_alerts"].removed) == (40, 5)
    assert desk.export().tables == empty
    assert desk.undo(second.run)["patients"].removed == 0
    again = desk.move(only=ALERTS)
    assert again.outcomes("patients") == {"created": 40}


def test_a_run_that_stopped_half_way_can_be_undone(desk: Desk) -> None:
    empty = desk.export().tables
    desk.sandbox.faults = [Fault("expired_key", path="/medical_alerts")]
    run = desk.begin(only=ALERTS)
    with pytest.raises(StopImport):
        desk.go_on(run)
    assert desk.export().counts["clients"] == 40
    desk.undo(run)
    assert desk.export().tables == empty
    with pytest.raises(StopImport, match=rf"import {run.pk} is over \(deleted\)"):
        desk.go_on(run)
