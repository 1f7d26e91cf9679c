"""A final note stays what it is: asked of the database itself, as the application's role."""

from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from handover.accounts.models import Role, User, Workspace
from handover.clients.models import Case, Client
from handover.clinical.models import NoteAddendum, ProgressNote
from handover.core.tenancy import acting_in
from handover.importing.models import SourceRecord
from tests.moving import Desk
from tests.people import a_user
from tests.rows import FOR_EVER, asked, refusal

LOCKED = "InsufficientPrivilege"
CHANGES = {
    "title": "'Another title'",
    "document": "'{\"version\": 1}'",
    "author_name": "'Somebody else'",
    "state": "'draft'",
    "client_id": "NULL",
    "practitioner_id": "NULL",
    "appointment_id": "NULL",
    "attendance_id": "NULL",
    "template_id": "NULL",
    "case_id": "NULL",
    "author_id": "NULL",
    "finalised_at": "now()",
    "created_at": "now()",
    "source_place": "'x'",
    "id": "id + 1000",
}
#: Links that the smallest note does not have; those of imported notes are tried below.
OTHER_LINKS = {"practitioner_id", "appointment_id", "attendance_id", "template_id"}
#: Links that no imported note has: they are set where a note is written.
OUR_LINKS = {"case_id", "author_id"}
NOTES = ("treatment_notes",)


def a_note(workspace: Workspace, state: str = "final") -> ProgressNote:
    client = Client.objects.create(workspace_id=workspace.pk, first_name="Ada")
    return ProgressNote.objects.create(
        workspace_id=workspace.pk,
        client=client,
        case=Case.objects.create(workspace_id=workspace.pk, client=client, name="Knee"),
        author=a_user(workspace, Role.PRACTITIONER, None),
        state=state,
        title="Follow-up",
        author_name="Dr Robin Sample",
        document={"version": 1, "sections": []},
        finalised_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


def an_import_says_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.importing', 'on', true)")


@pytest.mark.parametrize("column", sorted(CHANGES.keys() - OTHER_LINKS))
def test_a_final_note_cannot_be_edited(in_workspace: Workspace, column: str) -> None:
    note = a_note(in_workspace)
    change = f"UPDATE clinical_progressnote SET {column} = {CHANGES[column]} WHERE id = %s"
    assert refusal(change, note.pk) == LOCKED


def test_every_column_of_a_note_but_three_is_locked() -> None:
    columns = {field.column for field in ProgressNote._meta.local_concrete_fields}
    open_ones = {"pinned_at", "archived_at", "revision"}
    assert columns - open_ones - {"workspace_id"} == CHANGES.keys()


def test_a_final_note_cannot_be_deleted(in_workspace: Workspace) -> None:
    note = a_note(in_workspace)
    assert refusal("DELETE FROM clinical_progressnote WHERE id = %s", note.pk) == LOCKED


def test_a_final_note_cannot_be_replaced_by_inserting_over_it(in_workspace: Workspace) -> None:
    note = a_note(in_workspace)
    statement = (
        "INSERT INTO clinical_progressnote SELECT * FROM clinical_progressnote WHERE id = %s"
        " ON CONFLICT (id) DO UPDATE SET title = 'Other'"
    )
    assert refusal(statement, note.pk) == LOCKED


def test_a_final_note_can_be_pinned_and_archived(in_workspace: Workspace) -> None:
    note = a_note(in_workspace)
    when = datetime(2026, 3, 4, tzinfo=UTC)
    assert ProgressNote.objects.filter(pk=note.pk).update(pinned_at=when, archived_at=when) == 1
    note.refresh_from_db()
    assert (note.pinned_at, note.archived_at, note.title) == (when, when, "Follow-up")


def test_a_draft_can_be_written_on_finished_and_thrown_away(in_workspace: Workspace) -> None:
    note = a_note(in_workspace, "draft")
    ProgressNote.objects.filter(pk=note.pk).update(title="Better", state="final")
    note.refresh_from_db()
    assert (note.title, note.state) == ("Better", "final")
    other = a_note(in_workspace, "draft")
    assert ProgressNote.objects.filter(pk=other.pk).delete()[0] == 1


@pytest.mark.usefixtures("clean_tables")
def test_the_owner_of_the_tables_is_locked_out_too(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        note = a_note(workspace)
    with pytest.raises(Exception, match="is final"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE clinical_progressnote SET title = 'x' WHERE id = %s", [note.pk])


def test_saying_that_one_imports_does_not_open_a_note_that_was_written_here(
    in_workspace: Workspace,
) -> None:
    note = a_note(in_workspace)
    an_import_says_so()
    assert refusal("UPDATE clinical_progressnote SET title = 'x' WHERE id = %s", note.pk) == LOCKED
    assert refusal("DELETE FROM clinical_progressnote WHERE id = %s", note.pk) == LOCKED


def test_an_addendum_is_never_changed_and_its_time_is_the_databases(
    in_workspace: Workspace,
) -> None:
    note = a_note(in_workspace)
    early = datetime(2001, 1, 1, tzinfo=UTC)
    added = NoteAddendum.objects.create(
        workspace_id=in_workspace.pk, note=note, author_name="Robin", text="Left, not right.",
        written_at=early,
    )  # fmt: skip
    added.refresh_from_db()
    assert added.written_at > early
    for change in ("text = 'x'", "author_name = 'x'", "written_at = now()", "note_id = NULL"):
        for said in (False, True):
            if said:
                an_import_says_so()
            statement = f"UPDATE clinical_noteaddendum SET {change} WHERE id = %s"
            assert refusal(statement, added.pk) == LOCKED
    assert refusal("DELETE FROM clinical_noteaddendum WHERE id = %s", added.pk) == LOCKED
    assert NoteAddendum in FOR_EVER


def test_writing_an_addendum_counts_for_its_note(in_workspace: Workspace) -> None:
    note = a_note(in_workspace)
    NoteAddendum.objects.create(
        workspace_id=in_workspace.pk, note=note, author_name="R", text="More"
    )
    note.refresh_from_db()
    assert note.revision == 2


# what an import may do, and what not


def final_notes(desk: Desk) -> list[str]:
    return [str(each["id"]) for each in desk.records["treatment_notes"] if not each["draft"]]


def test_an_imported_final_note_cannot_be_edited_nor_lose_a_link(desk: Desk) -> None:
    desk.moved(only=NOTES)
    with desk.inside():
        whole = ProgressNote.objects.filter(
            state="final", appointment__isnull=False, attendance__isnull=False,
            practitioner__isnull=False, template__isnull=False,
        ).first()  # fmt: skip
        assert whole is not None
        for column in CHANGES.keys() - OUR_LINKS:
            change = f"UPDATE clinical_progressnote SET {column} = {CHANGES[column]} WHERE id = %s"
            assert refusal(change, whole.pk) == LOCKED, column
        assert refusal("DELETE FROM clinical_progressnote WHERE id = %s", whole.pk) == LOCKED


def test_a_later_import_mends_what_nobody_touched_and_nothing_else(desk: Desk) -> None:
    desk.moved(only=NOTES)
    touched, untouched, amended = final_notes(desk)[:3]
    with desk.inside():
        ProgressNote.objects.filter(pk=desk.row_of("treatment_notes", touched)).update(
            pinned_at=datetime(2026, 3, 4, tzinfo=UTC)
        )
        NoteAddendum.objects.create(
            workspace_id=desk.workspace.pk, text="More", author_name="Robin",
            note_id=desk.row_of("treatment_notes", amended),
        )  # fmt: skip
        before = {
            each: ProgressNote.objects.get(pk=desk.row_of("treatment_notes", each)).title
            for each in (touched, untouched, amended)
        }
    for each in (touched, untouched, amended):
        desk.practice.change("treatment_notes", each, title="Changed at Cliniko")
    desk.move(only=NOTES)
    with desk.inside():
        for each in (touched, untouched, amended):
            note = ProgressNote.objects.get(pk=desk.row_of("treatment_notes", each))
            assert (note.title == before[each]) == (each != untouched)


def test_undoing_a_later_import_gives_a_final_note_its_old_words_back(desk: Desk) -> None:
    desk.moved(only=NOTES)
    note = final_notes(desk)[0]
    before = desk.export()
    desk.practice.change("treatment_notes", note, title="Changed at Cliniko")
    later = desk.move(only=NOTES)
    assert later.outcomes("treatment_notes")["updated"] == 1
    desk.undo(later.run)
    was = before.by_source("progress_notes", "treatment_notes")[note]
    assert desk.export().by_source("progress_notes", "treatment_notes")[note] == was


def test_undoing_takes_final_notes_away_and_keeps_one_with_an_addendum(desk: Desk) -> None:
    done = desk.moved(only=NOTES)
    kept = final_notes(desk)[0]
    with desk.inside():
        user = User.objects.create(workspace_id=desk.workspace.pk, first_name="Robin")
        NoteAddendum.objects.create(
            workspace_id=desk.workspace.pk, author=user, author_name="Robin",
            text="Left, not right.",
            note_id=desk.row_of("treatment_notes", kept),
        )  # fmt: skip
    before = desk.export()
    preview = desk.undo(done.run, preview=True)
    told = desk.undo(done.run)
    assert preview == told
    assert told["treatment_notes"].edited == (kept,)
    after = desk.export()
    assert after.counts["progress_notes"] == after.counts["note_addenda"] == 1
    named = before.by_source("progress_notes", "treatment_notes")[kept]
    assert after.by_source("progress_notes", "treatment_notes")[kept] == named
    assert after.table("note_addenda")[0]["text"] == "Left, not right."
    assert after.entry("treatment_notes", kept)["outcome"] == "kept"
    with desk.inside():
        assert SourceRecord.objects.filter(resource="treatment_notes", outcome="kept").count() == 1


@pytest.mark.usefixtures("clean_tables")
def test_the_locks_are_switched_on() -> None:
    triggers = asked(
        "SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'lock_%%' AND tgenabled = 'O'"
    )
    clinical, money = {"lock_note", "lock_addendum"}, {"lock_invoice", "lock_invoice_item"}
    assert {name for (name,) in triggers} == {*clinical, *money, "lock_acceptance"}
