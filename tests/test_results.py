"""The result of an import: rehearsed, with its failures tried again, and accepted."""

import json

import pytest
from django.db import connections

from handover.importing import runs
from handover.importing.engine.errors import StopImport
from handover.importing.models import Acceptance
from handover.importing.result.acceptance import accept, acceptances, digest_of
from handover.importing.result.failures import failures
from handover.importing.result.rehearsal import failures_of
from handover.importing.retrying import retry
from handover.sandbox import Fault
from tests.archive import Record
from tests.moving import CALENDAR, Desk, Done
from tests.rows import asked, refusal


def kept(done: Done) -> Record:
    """What a rehearsal has left on its run."""
    result = runs.find_run(done.run.pk).rehearsal_result
    assert result is not None
    return dict(result)


# rehearsed


def test_a_rehearsal_keeps_counts_samples_and_an_estimate_and_loading_forgets_the_samples(
    desk: Desk,
) -> None:
    odd = desk.records["individual_appointments"][7]["id"]
    desk.practice.change("individual_appointments", odd, starts_at="next Monday")
    done = desk.move(only=(*CALENDAR, "patient_attachments"), rehearsal=True)
    result = kept(done)
    assert result["report"]["types"] == done.told["types"]
    assert result["estimate"]["files"] == len(desk.records["patient_attachments"])
    least, most = result["estimate"]["load_seconds"]
    assert 0 <= least <= most
    patients = result["samples"]["patients"]
    assert len(patients) == 5
    assert len({each["id"] for each in patients}) == 5
    appointments = result["samples"]["individual_appointments"]
    assert (appointments[0]["kind"], appointments[0]["id"]) == ("rejected", odd)
    foreseen = failures_of(runs.find_run(done.run.pk), 9)
    assert odd in {each.source_id for each in foreseen}
    ordinary = next(each for each in appointments if each["kind"] == "ordinary")
    fields = {each["field"]: each for each in ordinary["fields"]}
    record = next(
        each for each in desk.records["individual_appointments"] if each["id"] == ordinary["id"]
    )
    assert fields["Starts at"]["source"] == record["starts_at"]
    assert fields["Starts at"]["here"].endswith(("Australia/Melbourne", "Australia/Brisbane"))
    names = {each["display_name"] for each in desk.records["practitioners"]}
    assert fields["Practitioner"]["here"] in names
    run = done.run
    runs.load_rehearsed(run)
    desk.go_on(run)
    result = kept(done)
    assert set(result) == {"estimate", "report"}


# failures, and trying them again


@pytest.fixture
def troubled(desk: Desk) -> tuple[Desk, Done]:
    """Two appointments without a start, of which one has one by now in the ledger."""
    for record in desk.records["individual_appointments"][:2]:
        desk.practice.change("individual_appointments", record["id"], starts_at="soon")
    return desk, desk.move(only=("individual_appointments",))


def mend(run_id: int, *ids: str) -> None:
    """Have the ledger say what a newer version of the mapping could read."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE importing_sourcerecord SET payload = replace(payload, '\"soon\"', %s)"
            " WHERE run_id = %s AND source_id = ANY(%s)",
            [json.dumps("2026-05-04T01:00:00Z"), run_id, list(ids)],
        )


def test_failures_say_which_record_and_why(troubled: tuple[Desk, Done]) -> None:
    desk, done = troubled
    found = failures(done.run)
    ids = {each["id"] for each in desk.records["individual_appointments"][:2]}
    assert {each.source_id for each in found} == ids
    assert {(each.type, each.cause) for each in found} == {("individual_appointments", "rejected")}
    assert all("starts_at" in each.reason for each in found)
    assert [each.page for each in found] == [None, None], "the sandbox is not at Cliniko's address"


def test_what_was_rejected_is_loaded_from_the_ledger_without_asking_the_source(
    troubled: tuple[Desk, Done],
) -> None:
    desk, done = troubled
    first, second = (each["id"] for each in desk.records["individual_appointments"][:2])
    mend(done.run.pk, first)
    asked_before = desk.sandbox.stats.total
    report = retry(desk.office, done.run, types=("individual_appointments",))
    assert desk.sandbox.stats.total == asked_before
    (line,) = (each for each in report.lines if each.name == "individual_appointments")
    assert (line.outcomes["rejected"], report.state, report.balanced) == (1, "done", True)
    assert line.outcomes["created"] == done.outcomes(line.name)["created"] + 1
    assert [each.source_id for each in failures(done.run)] == [second]
    assert runs.find_run(done.run.pk).report == report.as_json()
    with pytest.raises(StopImport, match="nothing to try again"):
        retry(desk.office, done.run, types=("patients",))


def test_one_cause_alone_can_be_tried_again_and_what_was_created_stays_created(desk: Desk) -> None:
    gone = desk.practice.records["patients"].pop(3)["id"]
    done = desk.move(only=("individual_appointments",))
    assert ("client", "link leads nowhere") in done.causes("individual_appointments")
    assert failures(done.run, types=("individual_appointments",)) == []
    listed = failures(done.run, causes=("link leads nowhere",))
    assert {each.cause for each in listed} == {"link leads nowhere"}
    assert any(str(gone) in each.reason for each in listed)
    before = done.outcomes("individual_appointments")
    report = retry(desk.office, done.run, causes=("link leads nowhere",))
    (line,) = (each for each in report.lines if each.name == "individual_appointments")
    assert {name: count for name, count in line.outcomes.items() if count} == before


def test_bytes_that_did_not_come_are_fetched_again_with_a_key(desk: Desk) -> None:
    first = next(each["id"] for each in desk.records["patient_attachments"] if each["size"])
    path = f"/patient_attachments/{first}/content"
    desk.sandbox.faults = [Fault("status", path=path, status=404)]
    done = desk.move(only=("patient_attachments",))
    assert done.report.state == "partly_done"
    (missing,) = failures(done.run)
    assert (missing.type, missing.source_id) == ("patient_attachments", str(first))
    desk.sandbox.faults = []
    with pytest.raises(StopImport, match="give it with --key"):
        retry(desk.office, done.run)
    report = retry(desk.office, done.run, key=desk.key())
    assert (report.state, failures(done.run)) == ("done", [])


# accepted


def test_an_acceptance_names_what_was_accepted_and_a_second_one_stands_beside_it(
    troubled: tuple[Desk, Done],
) -> None:
    desk, done = troubled
    accept(done.run, "  Robin   Owner ")
    mend(done.run.pk, *(each["id"] for each in desk.records["individual_appointments"][:2]))
    report = retry(desk.office, done.run)
    accept(runs.find_run(done.run.pk), "Kim Manager")
    first, second = acceptances(done.run)
    assert (first.accepted_by, second.accepted_by) == ("Robin Owner", "Kim Manager")
    assert first.digest != second.digest == digest_of(report.as_json())
    run = runs.find_run(done.run.pk)
    assert (run.signed_by, run.signed_at) == ("Kim Manager", second.accepted_at)
    with desk.inside():
        for statement in (
            "UPDATE importing_acceptance SET accepted_by = 'x' WHERE id = %s",
            "DELETE FROM importing_acceptance WHERE id = %s",
        ):
            assert refusal(statement, first.pk) == "InsufficientPrivilege"
        assert Acceptance.objects.count() == 2
    assert asked("SELECT count(*) FROM importing_acceptance", using="owner") == [(2,)]


def test_what_is_not_loaded_or_not_balanced_cannot_be_accepted(desk: Desk) -> None:
    rehearsed = desk.moved(only=("medical_alerts",), rehearsal=True)
    with pytest.raises(StopImport, match="cannot be accepted: it is rehearsed"):
        accept(rehearsed.run, "Robin")
    done = desk.move(only=("medical_alerts",))
    with pytest.raises(StopImport, match="who accepts it"):
        accept(done.run, "   ")
