"""Importing the same account again: what is new comes, what people changed here stays."""

import pytest

from handover.accounts.models import User
from handover.clients.models import Client, ClientPhone, MedicalAlert
from handover.core.json import Json
from handover.core.tenancy import WorkspaceOwned
from handover.practice.models import Location, Practitioner, Service
from handover.scheduling.models import Appointment
from tests.archive import Record
from tests.moving import CALENDAR, Desk

ALERTS = ("medical_alerts",)
PHONE: Json = {"phone_type": "Work", "number": "02 9999 0001", "normalized_number": "61299990001"}


def some_client(desk: Desk) -> str:
    """A client with nothing odd about them."""
    odd = ("concession_type", "referring_doctor", "merged_with_patient")
    return next(
        str(each["id"])
        for each in desk.records["patients"]
        if not any(each.get(name) for name in odd) and not each["archived_at"]
    )


def as_stored(row: WorkspaceOwned) -> tuple[object, ...]:
    """A row with all its columns, its revision too."""
    return tuple(type(row)._default_manager.using("owner").values_list().get(pk=row.pk))


def test_a_second_import_changes_nothing(desk: Desk) -> None:
    desk.moved()
    before = desk.export()
    done = desk.move()
    assert done.balanced
    for line in done.report.lines:
        assert dict(line.outcomes) == {"unchanged": line.source_total}, line.name
    after = desk.export()
    assert after.tables == before.tables
    for name, entry in after.ledger.items():
        assert entry == {**before.ledger[name], "outcome": "unchanged"}


def test_what_has_changed_at_the_source_is_updated_and_nothing_else(desk: Desk) -> None:
    desk.moved(only=ALERTS)
    changed, phoned = some_client(desk), str(desk.records["patients"][30]["id"])
    desk.practice.change("patients", changed, last_name="Newname", email=None, occupation="Baker")
    desk.practice.change("patients", phoned, patient_phone_numbers=[PHONE])
    alert = str(desk.records["medical_alerts"][0]["id"])
    desk.practice.change("medical_alerts", alert, name="Now something else")
    done = desk.move(only=ALERTS)
    assert done.outcomes("patients") == {"updated": 2, "unchanged": 38}
    assert done.outcomes("medical_alerts") == {"updated": 1, "unchanged": 4}
    archive = desk.export()
    clients = archive.by_source("clients", "patients")
    now = clients[changed]
    assert (now["last_name"], now["email"], now["occupation"]) == ("Newname", "", "Baker")
    phones = archive.parts("client_phones", "client")[clients[phoned]["id"]]
    assert [(each["type"], each["number"]) for each in phones] == [("work", "02 9999 0001")]
    assert archive.by_source("medical_alerts", "medical_alerts")[alert]["name"] == (
        "Now something else"
    )
    assert desk.move(only=ALERTS).outcomes("patients") == {"unchanged": 40}


def test_an_appointment_that_was_moved_and_cancelled_there_is_so_here(desk: Desk) -> None:
    desk.moved(only=CALENDAR)
    booked = next(
        each
        for each in desk.records["individual_appointments"]
        if not each["cancelled_at"] and not each["patient_arrived"] and each.get("patient")
    )
    desk.practice.change(
        "individual_appointments",
        str(booked["id"]),
        starts_at="2026-07-01T00:00:00Z",
        ends_at="2026-07-01T01:00:00Z",
        cancelled_at="2026-06-01T00:00:00Z",
        cancellation_reason=30,
        cancellation_reason_description="Sick",
        cancellation_note="",
        practitioner=desk.records["individual_appointments"][0]["practitioner"],
    )
    done = desk.move(only=CALENDAR)
    assert done.outcomes("individual_appointments")["updated"] == 1
    here = desk.export().by_source("appointments", "individual_appointments")[str(booked["id"])]
    assert (here["starts_at"], here["status"]) == ("2026-07-01T00:00:00Z", "cancelled")
    assert here["cancellation_reason"] == "Sick"


def test_what_is_new_at_the_source_is_created_and_linked(desk: Desk) -> None:
    desk.moved(only=ALERTS)
    new = desk.practice.copy("patients", some_client(desk), first_name="Brand-new")
    alert = desk.records["medical_alerts"][0]
    desk.practice.copy("medical_alerts", str(alert["id"]), patient={"links": new["links"]})
    done = desk.move(only=ALERTS)
    assert done.outcomes("patients") == {"created": 1, "unchanged": 40}
    assert done.outcomes("medical_alerts") == {"created": 1, "unchanged": 5}
    archive = desk.export()
    client = archive.by_source("clients", "patients")[str(new["id"])]
    assert client["first_name"] == "Brand-new"
    assert sum(each["client"] == client["id"] for each in archive.lines("medical_alerts")) == 1


def test_what_was_deleted_at_the_source_stays_here(desk: Desk) -> None:
    desk.moved(only=ALERTS)
    alert = str(desk.records["medical_alerts"][0]["id"])
    desk.practice.remove("medical_alerts", alert)
    done = desk.move(only=ALERTS)
    assert done.balanced
    assert done.outcomes("medical_alerts") == {"unchanged": 4}
    assert alert in desk.export().by_source("medical_alerts", "medical_alerts")


def test_what_staff_wrote_here_is_not_overwritten_but_listed(desk: Desk) -> None:
    desk.moved(only=ALERTS)
    client = some_client(desk)
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", client)).update(occupation="Written here")
    desk.practice.change("patients", client, occupation="Written there")
    for again in range(2):
        done = desk.move(only=ALERTS)
        assert done.balanced
        assert done.outcomes("patients") == {"unchanged": 40}
        (problem,) = done.problems("patients")
        found = (problem["field"], problem["cause"], problem["example_id"])
        assert found == ("occupation", "conflict", client), again
        assert problem["example"] == (
            "changed here and at the source: what was written here is kept until somebody chooses"
        )
        assert desk.export().by_source("clients", "patients")[client]["occupation"] == (
            "Written here"
        )


def test_a_phone_number_that_was_corrected_here_counts_as_an_edit_too(desk: Desk) -> None:
    desk.moved(only=ALERTS)
    client = some_client(desk)
    with desk.inside():
        ClientPhone.objects.create(
            workspace=desk.workspace,
            client_id=desk.row_of("patients", client),
            type="home",
            number="03 9000 1111",
        )
    desk.practice.change("patients", client, patient_phone_numbers=[PHONE])
    done = desk.move(only=ALERTS)
    problems = done.problems("patients")
    found = [(each["field"], each["cause"], each["example_id"]) for each in problems]
    assert found == [("phones", "conflict", client)]
    numbers = {each["number"] for each in desk.export().lines("client_phones")}
    assert "03 9000 1111" in numbers
    assert "02 9999 0001" not in numbers


def test_an_edit_here_is_no_conflict_while_the_source_has_not_changed(desk: Desk) -> None:
    desk.moved(only=CALENDAR)
    followed = next(
        name
        for (kind, name), each in desk.export().ledger.items()
        if kind == "individual_appointments" and each["issues"]
    )
    with desk.inside():
        client = desk.row_of("patients", some_client(desk))
        Client.objects.filter(pk=client).update(notes="Seen on Monday")
        appointment = desk.row_of("individual_appointments", followed)
        Appointment.objects.filter(pk=appointment).update(notes="Room 3")
    done = desk.move(only=CALENDAR)
    for name in ("patients", "individual_appointments"):
        assert "conflict" not in {cause for _, cause in done.causes(name)}, name
        assert set(done.outcomes(name)) == {"unchanged"}


def test_what_was_deleted_here_is_not_brought_back(desk: Desk) -> None:
    desk.moved(only=ALERTS)
    alert = str(desk.records["medical_alerts"][0]["id"])
    with desk.inside():
        MedicalAlert.objects.get(pk=desk.row_of("medical_alerts", alert)).delete()
    desk.practice.change("medical_alerts", alert, name="Changed there, deleted here")
    for again in range(2):
        done = desk.move(only=ALERTS)
        assert done.balanced
        told = done.outcomes("medical_alerts")
        assert told == {"skipped": 1, "unchanged": 4}, again
        archive = desk.export()
        assert alert not in archive.by_source("medical_alerts", "medical_alerts")
        entry = archive.entry("medical_alerts", alert)
        assert (entry["reason"], entry["became"]) == (
            "deleted here since; not brought back",
            None,
        )


# what the workspace had before


def test_people_places_and_services_that_are_here_already_are_matched_not_altered(
    desk: Desk,
) -> None:
    place = desk.records["businesses"][0]
    kind = desk.records["appointment_types"][0]
    user = desk.records["users"][4]
    with desk.inside():
        rows = [
            Location.objects.create(
                workspace=desk.workspace, name=f" {place['business_name']} ".upper(), city="Ours"
            ),
            Service.objects.create(
                workspace=desk.workspace, name=str(kind["name"]), duration_minutes=7
            ),
            User.objects.create(
                workspace=desk.workspace, email=str(user["email"]).upper(), first_name="Own"
            ),
        ]
    before = [as_stored(each) for each in rows]
    done = desk.move(only=CALENDAR)
    assert done.balanced
    assert done.outcomes("businesses") == {"matched": 1, "created": 2}
    assert done.outcomes("appointment_types") == {"matched": 1, "created": 9}
    assert done.outcomes("users") == {"matched": 1, "created": 11}
    assert [as_stored(each) for each in rows] == before
    archive = desk.export()
    matched = archive.by_source("locations", "businesses")[str(place["id"])]
    assert matched["city"] == "Ours"
    assert any(each["location"] == matched["id"] for each in archive.lines("appointments"))


def test_a_second_import_knows_what_was_matched(desk: Desk) -> None:
    place = desk.records["businesses"][0]
    with desk.inside():
        Location.objects.create(workspace=desk.workspace, name=str(place["business_name"]))
    desk.move(only=("businesses",))
    desk.practice.change("businesses", str(place["id"]), city="Changed there")
    done = desk.move(only=("businesses",))
    assert done.outcomes("businesses") == {"matched": 1, "unchanged": 2}
    here = desk.export().by_source("locations", "businesses")[str(place["id"])]
    assert here["city"] == "", "a place that was here before is not the import's to change"


@pytest.mark.parametrize("here", [0, 1, 2])
def test_namesakes_among_practitioners_are_never_taken_for_one_another(
    desk: Desk, here: int
) -> None:
    one = desk.records["practitioners"][1]
    desk.practice.copy("practitioners", str(one["id"]), user=None)
    with desk.inside():
        for _ in range(here):
            Practitioner.objects.create(
                workspace=desk.workspace,
                first_name=str(one["first_name"]),
                last_name=str(one["last_name"]),
            )
    done = desk.move(only=("practitioners",))
    assert done.outcomes("practitioners") == {"created": 10}
    assert len(desk.export().table("practitioners")) == 10 + here
    problems = done.problems("practitioners")
    told_of = {each["example"] for each in problems if each["cause"] == "ambiguous match"}
    sentence = f"2 at the source and {here} here are equal in first_name and last_name"
    assert told_of == ({f"{sentence}: nobody was matched"} if here else set())


def test_two_clients_of_one_name_and_birth_date_stay_two(desk: Desk) -> None:
    twin: Record = dict(desk.practice.find("patients", some_client(desk)))
    other = desk.practice.copy("patients", str(twin["id"]))
    with desk.inside():
        Client.objects.create(
            workspace=desk.workspace,
            first_name=str(twin["first_name"]),
            last_name=str(twin["last_name"]),
            birth_date=twin["date_of_birth"],
        )
    done = desk.move(only=("patients",))
    assert done.outcomes("patients") == {"created": 41}
    told = [each for each in done.problems("patients") if each["cause"] == "may be here already"]
    assert [each["count"] for each in told] == [2]
    archive = desk.export()
    clients = archive.by_source("clients", "patients")
    assert clients[str(twin["id"])]["id"] != clients[str(other["id"])]["id"]
    assert len(archive.table("clients")) == 42
