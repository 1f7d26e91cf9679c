"""Deleting an import: in its window, typed, all of it, whatever dies meanwhile; a receipt stays."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from handover.billing.models import Invoice
from handover.clients.models import Client
from handover.clinical.models import ProgressNote
from handover.files.keeping import Keeper
from handover.importing import runs
from handover.importing.corrections import THEIRS, Wanted, settle_conflicts
from handover.importing.deleting import ask_deleting, delete_run, finish_deleting
from handover.importing.engine.errors import StopImport
from handover.importing.engine.lease import only_one, working_on
from handover.importing.engine.undo import Undone
from handover.importing.models import ImportRun, Step
from handover.sandbox import Fault
from tests.moving import CLIENTS, Desk

NOTES = ("treatment_notes", "patient_attachments")


class Refusing(Keeper):
    """A shelf that takes nothing away any more: the disk is gone, or the process is."""

    def remove(self, workspace_id: int, keys: Sequence[str]) -> int:
        raise OSError("refused")


def ask(run: ImportRun, by: str) -> None:
    """Have a run deleted by and by."""
    found = runs.find_run(run.pk)
    with only_one(found), working_on(found):
        ask_deleting(found, by=by)


def finish(run: ImportRun, keeper: Keeper) -> Sequence[Undone]:
    """What a worker does with a run that is being deleted."""
    with only_one(runs.find_run(run.pk)) as lease:
        return finish_deleting(lease, keeper)


def ends(desk: Desk, run: ImportRun, at: datetime) -> None:
    """Have a run's window end at some time."""
    with desk.inside():
        ImportRun.objects.filter(pk=run.pk).update(undo_until=at)


def where(word: str) -> set[str]:
    """The tables that have this word anywhere."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = set[str]()
        for table in tables:
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text LIKE %s)', [f"%{word}%"]
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_nothing_of_what_was_deleted_is_left_but_a_receipt(desk: Desk) -> None:
    edited, plain = (str(each["id"]) for each in desk.records["patients"][:2])
    desk.practice.change("patients", plain, occupation="Zebedee", date_of_birth="Zebedee's day")
    done = desk.move(only=NOTES)
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", edited)).update(occupation="Ours")
    desk.practice.change("patients", edited, occupation="Zebedee, too")
    second = desk.move(only=NOTES)
    settle_conflicts(second.run, Wanted(), THEIRS, by="Robin")
    places = {"clients_client", "importing_sourcerecord", "importing_conflict"}
    assert where("Zebedee") == {*places, "importing_importrun"}

    for each in (second, done):
        delete_run(runs.find_run(each.run.pk), by="Robin", keeper=desk.office.keeper)
    assert where("Zebedee") == set()
    assert list(desk.shelf.keys()) == []
    with desk.inside():
        assert Client.objects.get().occupation == "Ours", "what somebody worked on stays"
    with desk.inside():
        assert Step.objects.count() == 0
    run = runs.find_run(done.run.pk)
    assert (run.state, run.sealed_key) == ("deleted", "")
    told = run.report or {}
    assert told["summary"] == done.told["summary"], "what was counted is told for ever"
    examples = [each["example"] for line in told["types"].values() for each in line["problems"]]
    assert (examples != [], any(examples)) == (True, False), "and no record is"
    receipt = run.receipt or {}
    assert (receipt["by"], receipt["types"]["treatment_notes"]["deleted"]) == (
        *("Robin",),
        len(desk.records["treatment_notes"]),
    )
    files = receipt["types"]["patient_attachments"]
    assert files["contents"] > 0
    assert files["bytes"] > files["contents"]


def test_after_the_window_it_is_refused_with_the_reason_and_before_not(desk: Desk) -> None:
    done = desk.moved(only=("taxes",))
    run = runs.find_run(done.run.pk)
    assert run.finished_at is not None
    assert run.undo_until is not None
    assert timedelta(hours=48) <= run.undo_until - run.finished_at < timedelta(hours=48, seconds=1)
    late = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    ends(desk, run, late)
    for preview in (True, False):
        with pytest.raises(StopImport, match="could be deleted until 2026-03-04 05:06 UTC"):
            desk.undo(run, preview=preview)
    assert runs.find_run(run.pk).state == "done"
    delete_run(runs.find_run(run.pk), now=late, keeper=desk.office.keeper)
    assert runs.find_run(run.pk).state == "deleted"


def test_a_rehearsal_and_a_run_that_never_ended_can_be_deleted_at_any_time(desk: Desk) -> None:
    desk.practice.change("contacts", str(desk.records["contacts"][0]["id"]), notes="Zebedee")
    rehearsed = desk.move(only=CLIENTS, rehearsal=True)
    assert runs.find_run(rehearsed.run.pk).undo_until is None
    desk.undo(rehearsed.run)
    desk.sandbox.faults = [Fault("expired_key", path="/patients")]
    run = desk.begin(only=CLIENTS)
    with pytest.raises(StopImport):
        desk.go_on(run)
    assert runs.find_run(run.pk).undo_until is None
    desk.undo(run)
    assert where("Zebedee") == set()


def test_a_deletion_that_dies_at_any_moment_is_finished_by_the_next_attempt(desk: Desk) -> None:
    done = desk.moved(only=NOTES)
    run = runs.find_run(done.run.pk)
    ask(run, by="Robin")
    ask(run, by="Somebody else")
    with pytest.raises(StopImport, match=rf"import {run.pk} is over \(deleting\)"):
        desk.go_on(run)
    ends(desk, run, datetime(2026, 1, 1, tzinfo=UTC))  # the window may close meanwhile
    with pytest.raises(StopImport, match="refused"):
        finish(run, Refusing(desk.shelf))
    between = runs.find_run(run.pk)
    assert between.state == "deleting", "the rows are gone, the bytes are not"
    assert len(list(desk.shelf.keys())) > 0
    assert desk.export().counts["clients"] == 0
    finish(run, desk.office.keeper)
    assert list(desk.shelf.keys()) == []
    after = runs.find_run(run.pk)
    told = after.receipt or {}
    assert (after.state, told["by"], told["types"]["patients"]["deleted"]) == (
        *("deleted", "Robin"),
        len(desk.records["patients"]),
    )
    assert finish(run, desk.office.keeper) == ()
    assert runs.find_run(run.pk).receipt == told


def test_only_what_somebody_has_asked_to_delete_is_deleted(desk: Desk) -> None:
    done = desk.moved(only=("taxes",))
    with pytest.raises(StopImport, match=f"nobody has asked to delete import {done.run.pk}"):
        finish(done.run, desk.office.keeper)
    assert runs.find_run(done.run.pk).state == "done"


def test_what_a_person_signed_or_invoiced_since_is_never_deleted(desk: Desk) -> None:
    done = desk.moved(only=NOTES)
    draft = next(str(each["id"]) for each in desk.records["treatment_notes"] if each["draft"])
    with desk.inside():
        note = ProgressNote.objects.filter(pk=desk.row_of("treatment_notes", draft))
        note.update(state="final")
        billed_id = Client.objects.exclude(progress_notes__in=note)[0].pk
        Invoice.objects.create(workspace=desk.workspace, client_id=billed_id, number="1")
    told = desk.undo(done.run)
    assert told["treatment_notes"].edited == (draft,)
    with desk.inside():
        assert note.get().state == "final"
        assert Client.objects.filter(pk=billed_id).exists()
        assert Invoice.objects.count() == 1
