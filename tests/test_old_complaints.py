"""What people complain of after other moves, where no other test tells it: people and calendar."""

from collections import Counter

import pytest

from handover.clients.models import Client
from handover.clinical.documents import read
from handover.clinical.documents.render import as_text
from handover.clinical.models import ClientForm, ProgressNote
from handover.importing import runs
from handover.sandbox import Practice
from tests.archive import Links, Record
from tests.moving import Desk, Moved, linked, survivor


def booked(practice: Practice) -> Record:
    """An appointment of some client that nobody cancelled."""
    known = {str(each["id"]) for each in practice.records["patients"]}
    return next(
        each
        for each in practice.records["individual_appointments"]
        if linked(each.get("patient")) in known and not each["cancelled_at"]
    )


def test_body_charts_stayed_behind_but_no_note_hides_that(moved: Moved) -> None:
    here = moved.archive.by_source("progress_notes", "treatment_notes")
    count = 0
    for there in moved.records["treatment_notes"]:
        sections = (there["content"] or {"sections": []})["sections"]
        for part in sections:
            for question in part.get("questions", []):
                charts = question.get("body_chart_ids", [])
                shown = as_text(read(here[str(there["id"])]["document"]))
                several = "body charts" if len(charts) > 1 else "body chart"
                told = f"{len(charts)} {several} stayed in Cliniko: {', '.join(charts)}"
                assert not charts or told in shown
                count += len(charts)
    assert count > 5


def test_notes_of_archived_clients_are_there_and_so_is_the_client(moved: Moved) -> None:
    clients = {each["id"]: each for each in moved.archive.lines("clients")}
    gone = Counter(
        clients[each["client"]]["archived_at"] is not None
        for each in moved.archive.lines("progress_notes")
        if each["client"]
    )
    assert min(gone[True], gone[False]) > 0


def test_authors_who_share_a_name_keep_each_their_own_notes(desk: Desk) -> None:
    notes = [each for each in desk.records["treatment_notes"] if linked(each.get("practitioner"))]
    first = notes[0]
    other = next(
        each for each in notes if linked(each["practitioner"]) != linked(first["practitioner"])
    )
    name = {"first_name": "Robin", "last_name": "Twin"}
    for each in (first, other):
        desk.practice.change("practitioners", str(linked(each["practitioner"])), **name)
        desk.practice.change("treatment_notes", str(each["id"]), author_name="ROBIN twin")
    desk.move(only=("treatment_notes",))
    archive = desk.export()
    here = archive.by_source("progress_notes", "treatment_notes")
    people = archive.by_source("practitioners", "practitioners")
    for each in (first, other):
        note = here[str(each["id"])]
        assert note["author_name"] == "ROBIN twin"
        assert note["practitioner"] == people[str(linked(each["practitioner"]))]["id"]


def test_wrong_person_clients_of_one_name_keep_each_their_own_visits_and_notes(desk: Desk) -> None:
    visit = booked(desk.practice)
    twin = desk.practice.copy("patients", str(linked(visit["patient"])))
    theirs = desk.practice.copy(
        "individual_appointments", str(visit["id"]), patient={"links": twin["links"]}
    )
    note = next(each for each in desk.records["treatment_notes"] if not each.get("attendee"))
    mine = desk.practice.copy("treatment_notes", str(note["id"]), patient=visit["patient"])
    other = desk.practice.copy("treatment_notes", str(note["id"]), patient={"links": twin["links"]})
    assert desk.move(only=("treatment_notes",)).balanced
    archive = desk.export()
    clients = archive.by_source("clients", "patients")
    visits = archive.by_source("appointments", "individual_appointments")
    notes = archive.by_source("progress_notes", "treatment_notes")
    one, two = clients[str(linked(visit["patient"]))]["id"], clients[str(twin["id"])]["id"]
    assert one != two
    assert [visits[str(each["id"])]["client"] for each in (visit, theirs)] == [one, two]
    assert [notes[str(each["id"])]["client"] for each in (mine, other)] == [one, two]


def test_overlapping_appointments_are_all_kept_where_they_were(desk: Desk) -> None:
    visit = booked(desk.practice)
    twice = desk.practice.copy("individual_appointments", str(visit["id"]))
    done = desk.move(only=("individual_appointments",))
    assert done.balanced
    here = desk.export().by_source("appointments", "individual_appointments")
    one, two = here[str(visit["id"])], here[str(twice["id"])]
    assert one["id"] != two["id"]
    for name in ("starts_at", "ends_at", "practitioner", "location", "client"):
        assert one[name] == two[name]


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("individual_appointments", "appointments"),
        ("group_appointments", "appointments"),
        ("unavailable_blocks", "busy_times"),
    ],
)
def test_recurring_appointments_keep_their_rule_and_their_series(
    moved: Moved, links: Links, kind: str, table: str
) -> None:
    here = moved.archive.by_source(table, kind)
    rules = repeated = 0
    for there in moved.records[kind]:
        row = here[str(there["id"])]
        assert row["repeat_rule"] == (there["repeat_rule"] or None)
        first = linked(there.get("repeated_from"))
        assert row["series_start"] == (here[first]["id"] if first else None)
        rules += row["repeat_rule"] is not None
        repeated += first is not None
    assert min(rules, repeated) > 0


def test_a_medical_alert_that_was_archived_does_not_come_back_to_life(
    moved: Moved, links: Links
) -> None:
    here = moved.archive.by_source("medical_alerts", "medical_alerts")
    states = Counter[bool]()
    for there in moved.records["medical_alerts"]:
        alert = here[str(there["id"])]
        assert alert["name"] == there["name"]
        assert alert["archived_at"] == there["archived_at"]
        client = survivor(moved.practice, linked(there["patient"]))
        assert links(alert, "client") == client
        states[alert["archived_at"] is not None] += 1
    assert min(states[True], states[False]) > 0


@pytest.mark.parametrize("kind", ["treatment_notes", "patient_forms"])
def test_a_note_or_form_that_was_thrown_away_here_is_not_made_again(desk: Desk, kind: str) -> None:
    """Other importers make such a record once more, and without its client."""
    lost = next(each for each in desk.records[kind] if each.get("draft", True))
    if kind == "patient_forms":
        lost = desk.practice.copy(kind, str(lost["id"]), signatures=None, content=None)
    desk.move(only=(kind,))
    table = {"treatment_notes": "progress_notes", "patient_forms": "client_forms"}[kind]
    before = desk.export().counts[table]
    with desk.inside():
        model = {"treatment_notes": ProgressNote, "patient_forms": ClientForm}[kind]
        model._default_manager.get(pk=desk.row_of(kind, lost["id"])).delete()
    desk.practice.change(kind, str(lost["id"]), updated_at="2027-01-01T00:00:00Z")
    done = desk.move(only=(kind,))
    assert done.balanced
    assert done.outcomes(kind)["skipped"] == 1
    assert desk.export().counts[table] == before - 1


def test_duplicates_nobody_is_told_of_where_the_workspace_was_empty(moved: Moved) -> None:
    causes = {each["cause"] for each in moved.report["types"]["patients"]["problems"]}
    assert "may be here already" not in causes


def test_duplicates_a_rehearsal_lists_clients_who_are_likely_to_be_here_already(desk: Desk) -> None:
    known = next(each for each in desk.records["patients"] if each["date_of_birth"])
    other = next(each for each in desk.records["patients"] if each["id"] != known["id"])
    with desk.inside():
        for birth_date in (known["date_of_birth"], "1901-01-01"):
            Client.objects.create(
                workspace=desk.workspace,
                first_name=str(known["first_name"]).upper(),
                last_name=f" {known['last_name']}",
                birth_date=birth_date,
            )
        Client.objects.create(workspace=desk.workspace, first_name=str(other["first_name"]))
    rehearsed = desk.move(only=("patients",), rehearsal=True)
    runs.load_rehearsed(rehearsed.run)
    for done in (rehearsed, desk.go_on(rehearsed.run), desk.move(only=("patients",))):
        (told,) = (
            each for each in done.problems("patients") if each["cause"] == "may be here already"
        )
        assert (told["example_id"], told["count"]) == (str(known["id"]), 1)
    assert len(desk.export().table("clients")) == len(desk.records["patients"]) + 3, "they stay two"
