"""People work on, in Cliniko and here, while imports run and between them."""

import threading

import pytest
from django.db import connections

from handover.clients.models import Client
from handover.importing.engine.errors import StopImport
from handover.importing.models import ImportRun, SourceRecord
from handover.practice.models import Service
from handover.sandbox import Fault
from handover.scheduling.models import Appointment
from tests.moving import CALENDAR, CLIENTS, Desk, linked

MERGED_AT = "2026-05-01T00:00:00Z"


def stopped_before_its_end(desk: Desk) -> ImportRun:
    """An import that has loaded the appointments, and has their series still to link."""
    desk.sandbox.faults = (Fault("expired_key", path="/attendees", after=1),)
    run = desk.begin(only=CALENDAR)
    with pytest.raises(StopImport):
        desk.go_on(run)
    desk.sandbox.faults = ()
    return run


def one_of(**facts: object) -> str:
    """The id of a record of which these facts are true; to be asked inside."""
    return str(SourceRecord.objects.filter(**facts).values_list("source_id", flat=True)[0])


def a_pair(desk: Desk) -> tuple[str, str]:
    """Two plain clients, the first one with an attendance."""
    plain = {
        str(each["id"]): each
        for each in desk.records["patients"]
        if not each.get("merged_with_patient") and not each.get("archived_at")
    }
    first = next(
        found for each in desk.records["attendees"] if (found := linked(each["patient"])) in plain
    )
    return first, next(each for each in plain if each != first)


def merge(desk: Desk, loser: str, survivor: str) -> None:
    desk.practice.change(
        "patients",
        loser,
        archived_at=MERGED_AT,
        merged_at=MERGED_AT,
        merged_with_patient={"links": {"self": f"{desk.sandbox.url}/patients/{survivor}"}},
    )


def test_two_imports_at_once_into_one_workspace_make_nobody_twice(desk: Desk) -> None:
    ends: list[bool] = []

    def go() -> None:
        try:
            ends.append(desk.move(only=CLIENTS).balanced)
        except StopImport:
            ends.append(True)  # told to let the other one finish
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [True] * 3
    with desk.inside():
        assert Client.objects.count() == len(desk.records["patients"])


def test_what_is_edited_while_an_import_still_runs_counts_as_edited(desk: Desk) -> None:
    run = stopped_before_its_end(desk)
    with desk.inside():
        source_id = one_of(resource="individual_appointments", deferred__isnull=False)
        row = desk.row_of("individual_appointments", source_id)
        Appointment.objects.filter(pk=row).update(notes="Written here")
    assert desk.go_on(run).balanced
    assert source_id in desk.undo(run, preview=True)["individual_appointments"].edited
    desk.practice.change("individual_appointments", source_id, notes="Written there")
    assert desk.move(only=CALENDAR).balanced
    with desk.inside():
        assert Appointment.objects.get(pk=row).notes == "Written here"


def test_a_row_deleted_here_while_an_import_runs_does_not_stop_it(desk: Desk) -> None:
    run = stopped_before_its_end(desk)
    with desk.inside():
        gone = one_of(
            resource="individual_appointments", target_id__isnull=False, deferred__isnull=True
        )
        row = desk.row_of("individual_appointments", gone)
        Appointment.objects.filter(series_start=row).update(series_start=None)
        Appointment.objects.filter(pk=row).delete()
    done = desk.go_on(run)
    assert ("", "rejected") in done.causes("attendees")
    reasons = {each["example"] for each in done.problems("attendees") if not each["field"]}
    assert reasons == {
        f"individual_appointments {gone} was not loaded (deleted: somebody deleted it here)"
    }


def test_a_merge_between_two_imports_is_followed(desk: Desk) -> None:
    desk.moved(only=CALENDAR)
    loser, survivor = a_pair(desk)
    merge(desk, loser, survivor)
    assert desk.move(only=CALENDAR).balanced
    archive = desk.export()
    clients = archive.by_source("clients", "patients")
    assert clients[loser]["merged_into"] == clients[survivor]["id"]
    assert clients[loser]["id"] not in {each["client"] for each in archive.lines("attendances")}


def test_a_merge_that_was_taken_back_between_two_imports_is_taken_back_here(desk: Desk) -> None:
    loser, survivor = a_pair(desk)
    merge(desk, loser, survivor)
    desk.move(only=CLIENTS)
    desk.practice.change(
        "patients", loser, archived_at=None, merged_at=None, merged_with_patient=None
    )
    assert desk.move(only=CLIENTS).outcomes("patients")["updated"] == 1
    client = desk.export().by_source("clients", "patients")[loser]
    assert (client["merged_into"], client["merged_at"], client["archived_at"]) == (None,) * 3


def test_a_catch_up_can_be_undone_although_a_rehearsal_came_before_it(desk: Desk) -> None:
    desk.moved(only=CLIENTS)
    before = desk.export()
    desk.practice.change("patients", "75342", first_name="Changed there")
    desk.move(only=CLIENTS, rehearsal=True)
    second = desk.move(only=CLIENTS)
    assert second.outcomes("patients")["updated"] == 1
    desk.undo(second.run)
    assert desk.export().tables == before.tables


def test_a_matched_service_with_another_price_stays_matched_and_balanced(desk: Desk) -> None:
    kind = desk.records["appointment_types"][0]
    desk.practice.change("appointment_types", str(kind["id"]), deposit_price="50.0")
    with desk.inside():
        Service.objects.create(workspace=desk.workspace, name=str(kind["name"]))
    for _ in range(2):
        done = desk.move(only=("appointment_types",))
        assert done.balanced
        assert done.outcomes("appointment_types")["matched"] == 1


def test_where_no_time_zone_is_known_the_report_says_so(desk: Desk) -> None:
    for kind in ("businesses", "users"):
        for each in desk.records[kind]:
            desk.practice.change(kind, str(each["id"]), time_zone=None, time_zone_identifier=None)
    done = desk.move(only=CALENDAR)
    (warning,) = done.told["warnings"]
    assert warning.startswith("No time zone is known for this account: times are shown in UTC")
    assert "--time-zone Australia/Sydney" in warning
