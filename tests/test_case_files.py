"""Files of cases: Cliniko tells only per case which they are."""

import pytest

from handover.sandbox import Fault
from tests.moving import Desk, Moved, linked, survivors

ATTACHMENTS, IN_CASES = "patient_attachments", "patient_cases_patient_attachments"


def test_a_case_has_the_files_that_cliniko_lists_for_it(moved: Moved) -> None:
    rows = moved.archive.by_source("case_files", IN_CASES)
    assert rows
    cases = moved.archive.by_source("cases", "patient_cases")
    files = moved.archive.by_source("files", ATTACHMENTS)
    for name, row in rows.items():
        case, _, file = name.partition("/")
        assert (row["case"], row["file"]) == (cases[case]["id"], files[file]["id"])


def test_only_cases_of_clients_with_files_are_asked_for_them(moved: Moved) -> None:
    left = survivors(moved.records["patients"])
    clients = {left[linked(each["patient"]) or ""] for each in moved.records[ATTACHMENTS]}
    worth = {
        f"/patient_cases/{each['id']}/patient_attachments"
        for each in moved.records["patient_cases"]
        if left[linked(each["patient"]) or ""] in clients
    }
    asked = {p for p in moved.stats.by_path if p.startswith("/patient_cases/")}
    assert asked == worth
    assert 0 < len(worth) < len(moved.records["patient_cases"])
    line = moved.report["types"][IN_CASES]
    assert line["requests"] == len(worth)
    assert line["lists"] == {"/patient_cases/{patient_case_id}/patient_attachments": "read"}


@pytest.mark.parametrize("old", ["the case", "the file", "both"])
def test_a_case_of_a_client_who_was_merged_is_asked_for_its_files(desk: Desk, old: str) -> None:
    clients = {linked(each["patient"]) for each in desk.records[ATTACHMENTS]}
    clients |= {linked(each["patient"]) for each in desk.records["patient_cases"]}
    loser, winner = [
        each
        for each in desk.records["patients"]
        if str(each["id"]) not in clients and not each.get("merged_with_patient")
    ][:2]
    loser["merged_with_patient"] = {"links": winner["links"]}
    case, file = desk.records["patient_cases"][0], desk.records[ATTACHMENTS][0]
    case["patient"] = {"links": (winner if old == "the file" else loser)["links"]}
    file["patient"] = {"links": (winner if old == "the case" else loser)["links"]}
    desk.sandbox.touch()
    assert desk.move(only=(IN_CASES,)).balanced
    assert f"/patient_cases/{case['id']}/patient_attachments" in desk.sandbox.stats.by_path


def test_a_case_that_is_gone_by_then_explains_itself_and_stops_nothing(desk: Desk) -> None:
    desk.sandbox.faults = [Fault("status", path="/patient_cases/*", status=404)]
    done = desk.move(only=(IN_CASES,))
    assert done.balanced
    line = done.line(IN_CASES)
    assert set(line["lists"].values()) == {"absent"}
    (message,) = line["messages"]
    assert message.startswith(f"{line['requests']} of {line['requests']} lists: This Cliniko")
