"""Progress notes in the browser: read, written, finalised, added to; and by whom they are not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from handover.accounts.models import AuditEntry, Role, Workspace
from handover.clients.models import Client
from handover.clinical.documents import read, stored
from handover.clinical.documents.shape import (
    BodyCharts,
    Checkboxes,
    Document,
    MultipleChoice,
    Option,
    Other,
    Paragraph,
    Section,
    Statement,
    Text,
)
from handover.clinical.models import NoteAddendum, NoteTemplate, ProgressNote
from handover.core.tenancy import acting_in
from handover.practice.models import Practitioner
from handover.web.records.notes import PER_PAGE
from tests.counting import questions
from tests.people import Person, a_person

SOAP = Document(
    version=1,
    sections=(
        Section(
            name="Subjective",
            items=(
                Statement(html="<div>Ask about sleep</div>"),
                Paragraph(label="Complaint", html="<div><b>Since</b> when?</div>"),
                Text(label="Pain out of ten"),
            ),
        ),
        Section(
            name="Objective",
            items=(
                Checkboxes(
                    label="Tests",
                    options=(Option(label="McMurray"), Option(label="Lachman", chosen=True)),
                    other=Other(offered=True),
                ),
                MultipleChoice(label="Side", options=(Option(label="Left"), Option(label="Right"))),
                BodyCharts(label="Chart", charts=("77",)),
            ),
        ),
    ),
)
ANSWERS = {
    "title": "First visit",
    "s0-q1-html": "<div>Since <b>Monday</b><script>steal()</script></div>",
    "s0-q2": "7",
    "s1-q0": ["0", "other"],
    "s1-q0-other": "Thessaly",
    "s1-q1": "1",
    "s1-q2": "Swelling, left knee",
    "whole": "yes",
}


@dataclass
class Room:
    """A practice with one client, a template, and a practitioner who has just signed in."""

    workspace: Workspace
    robin: Person
    client: Client
    template: NoteTemplate

    def a_note(self, **more: object) -> ProgressNote:
        with acting_in(self.workspace.pk):
            values: dict[str, object] = {
                "client": self.client, "title": "Follow-up", "document": stored(SOAP),
                "author_name": "Dr Old Hand", "state": "final",
                "finalised_at": datetime(2016, 5, 4, tzinfo=UTC),
            }  # fmt: skip
            return ProgressNote.objects.create(workspace_id=self.workspace.pk, **(values | more))

    def begin(self) -> ProgressNote:
        answer = self.robin.browser.post(
            f"/clients/{self.client.pk}/notes/new/", {"begins": f"template:{self.template.pk}"}
        )
        assert answer.status_code == 302, answer.text
        return self.note(int(answer.headers["Location"].split("/")[2]))

    def note(self, number: int) -> ProgressNote:
        with acting_in(self.workspace.pk):
            return ProgressNote.objects.get(pk=number)

    def save(self, note: ProgressNote, revision: int, **more: object) -> tuple[int, dict]:  # type: ignore[type-arg]  # JSON
        told = ANSWERS | {"revision": revision} | more
        answer = self.robin.browser.post(f"/notes/{note.pk}/save/", told)
        return answer.status_code, answer.json()

    def lines(self) -> list[tuple[str, str, int | None, int | None]]:
        with acting_in(self.workspace.pk):
            found = AuditEntry.objects.order_by("pk")
            return list(found.values_list("action", "record", "record_id", "client_id"))


@pytest.fixture
def room(workspace: Workspace) -> Room:
    robin = a_person(workspace, Role.PRACTITIONER)
    with acting_in(workspace.pk):
        Practitioner.objects.create(workspace_id=workspace.pk, user=robin.user, first_name="Robin")
        client = Client.objects.create(
            workspace_id=workspace.pk, first_name="Ada", last_name="Byron"
        )
        template = NoteTemplate.objects.create(
            workspace_id=workspace.pk, name="SOAP", document=stored(SOAP)
        )
    return Room(workspace, robin, client, template)


def test_a_practitioner_reads_a_colleagues_old_note_and_cannot_alter_it(room: Room) -> None:
    note = room.note(room.a_note().pk)
    page = room.robin.browser.get(f"/notes/{note.pk}/").text
    assert "Dr Old Hand" in page
    assert "Pain out of ten" in page
    assert f"/notes/{note.pk}/edit/" not in page
    for path in ("edit", "save", "finalise", "discard"):
        told = ANSWERS | {"revision": note.revision}
        answer = room.robin.browser.post(f"/notes/{note.pk}/{path}/", told)
        assert answer.status_code in {302, 409}, path
    after = room.note(note.pk)
    assert (after.title, after.document, after.revision) == ("Follow-up", note.document, 1)
    with acting_in(room.workspace.pk), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
            cursor.execute("UPDATE clinical_progressnote SET title = 'x'")
        with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
            cursor.execute("UPDATE clinical_progressnote SET author_id = %s", [room.robin.user.pk])
        with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
            cursor.execute("DELETE FROM clinical_progressnote")


def test_each_note_that_is_shown_is_noted_as_read(room: Room) -> None:
    notes = [room.a_note() for _ in range(3)]
    room.robin.browser.get(f"/clients/{room.client.pk}/notes/")
    room.robin.browser.get(f"/notes/{notes[0].pk}/")
    room.robin.browser.get(f"/notes/{notes[0].pk}/print/")
    read_ones = [line[2] for line in room.lines() if line[:2] == ("read", "progress note")]
    assert read_ones == [notes[2].pk, notes[1].pk, notes[0].pk, notes[0].pk, notes[0].pk]
    about_notes = {line[3] for line in room.lines() if line[1] == "progress note"}
    assert about_notes == {room.client.pk}


def test_a_draft_holds_every_answer_cleaned_and_under_its_authors_name(room: Room) -> None:
    draft = room.begin()
    status, told = room.save(draft, draft.revision)
    assert status == 200
    after = room.note(draft.pk)
    assert (after.revision, after.title) == (told["revision"], "First visit")
    assert (after.author_id, after.author_name) == (room.robin.user.pk, str(room.robin.user))
    document = read(after.document)
    assert document is not None
    assert document.sections is not None
    subjective, objective = document.sections
    assert subjective.items[1].html == "<div>Since <b>Monday</b></div>"  # type: ignore[union-attr]  # a paragraph
    tests, side, chart = objective.items
    assert tests == Checkboxes(
        label="Tests",
        options=(Option(label="McMurray", chosen=True), Option(label="Lachman")),
        other=Other(offered=True, chosen=True, text="Thessaly"),
    )
    assert side == MultipleChoice(
        label="Side", options=(Option(label="Left"), Option(label="Right", chosen=True))
    )
    assert chart == BodyCharts(label="Chart", charts=("77",), text="Swelling, left knee")


def test_a_draft_that_was_saved_elsewhere_is_not_overwritten_and_its_writer_is_told(
    room: Room,
) -> None:
    draft = room.begin()
    assert room.save(draft, draft.revision, title="In one window")[0] == 200
    status, told = room.save(draft, draft.revision, title="In another window")
    assert status == 409
    assert "another window" in told["told"]
    assert room.note(draft.pk).title == "In one window"
    page = room.robin.browser.post(
        f"/notes/{draft.pk}/edit/",
        ANSWERS | {"revision": draft.revision, "title": "In another window", "s0-q2": "nine"},
    )
    assert page.status_code == 409
    assert "nine" in page.text
    assert room.note(draft.pk).title == "In one window"
    assert room.save(draft, told["revision"], title="Mine after all")[0] == 200


def test_what_is_sent_twice_because_an_answer_got_lost_is_saved_once(room: Room) -> None:
    draft = room.begin()
    first = room.save(draft, draft.revision)
    assert room.save(draft, draft.revision) == first


def test_a_form_that_arrives_in_part_changes_nothing(room: Room) -> None:
    draft = room.begin()
    answer = room.robin.browser.post(
        f"/notes/{draft.pk}/save/", {"revision": draft.revision, "title": ""}
    )
    assert answer.status_code == 400
    assert room.note(draft.pk).title == "SOAP"


def test_plain_text_without_a_script_keeps_the_format_of_what_was_not_touched(room: Room) -> None:
    draft = room.begin()
    plain = {"title": "SOAP", "s0-q1": "Since when?", "s0-q2": "3", "whole": "yes"}
    room.robin.browser.post(f"/notes/{draft.pk}/edit/", plain | {"revision": draft.revision})
    kept = room.note(draft.pk)
    assert "<b>Since</b>" in str(kept.document)
    changed = plain | {"s0-q1": "Since <i>May</i>\nWorse", "revision": kept.revision}
    room.robin.browser.post(f"/notes/{draft.pk}/edit/", changed)
    assert "<div>Since &lt;i&gt;May&lt;/i&gt;</div><div>Worse</div>" in str(
        room.note(draft.pk).document
    )


def test_finalising_asks_first_and_locks_for_ever(room: Room) -> None:
    draft = room.begin()
    room.save(draft, draft.revision)
    page = room.robin.browser.get(f"/notes/{draft.pk}/finalise/").text
    assert "Thessaly" in page
    assert room.note(draft.pk).state == "draft"
    stale = room.robin.browser.post(f"/notes/{draft.pk}/finalise/", {"revision": "1"})
    assert stale.headers["Location"].endswith("/finalise/")
    assert room.note(draft.pk).state == "draft"
    now = room.note(draft.pk).revision
    room.robin.browser.post(f"/notes/{draft.pk}/finalise/", {"revision": now})
    final = room.note(draft.pk)
    assert final.state == "final"
    assert final.finalised_at is not None
    assert room.save(draft, final.revision)[0] == 409


def test_what_was_typed_while_another_window_made_the_note_final_is_not_lost(room: Room) -> None:
    draft = room.begin()
    path = f"/notes/{draft.pk}/"
    room.robin.browser.post(f"{path}finalise/", {"revision": draft.revision})
    typed = ANSWERS | {"revision": draft.revision, "title": "Typed at the other desk"}
    answer = room.robin.browser.post(f"{path}edit/", typed)
    assert (answer.status_code, room.note(draft.pk).title) == (409, draft.title)
    assert "Typed at the other desk" in answer.text
    assert "add what is new as a later entry" in answer.text
    assert room.robin.browser.get(f"{path}edit/").headers["Location"] == path


def test_a_question_that_needs_an_answer_keeps_a_note_from_being_final(room: Room) -> None:
    document = Document(
        version=1, sections=(Section(items=(Text(label="Consent", required=True),)),)
    )
    draft = room.a_note(state="draft", author=room.robin.user, document=stored(document))
    room.robin.browser.post(f"/notes/{draft.pk}/finalise/", {"revision": draft.revision})
    assert room.note(draft.pk).state == "draft"
    assert "Consent" in room.robin.browser.get(f"/notes/{draft.pk}/finalise/").text


def test_a_later_entry_stands_below_a_final_note_with_author_and_time(room: Room) -> None:
    note = room.a_note()
    room.robin.browser.post(f"/notes/{note.pk}/add/", {"entry": "Left, not <b>right</b>."})
    with acting_in(room.workspace.pk):
        added = NoteAddendum.objects.get()
        assert (added.author_id, added.author_name) == (room.robin.user.pk, str(room.robin.user))
    page = room.robin.browser.get(f"/notes/{note.pk}/").text
    assert "Left, not &lt;b&gt;right&lt;/b&gt;." in page
    empty = room.robin.browser.post(f"/notes/{note.pk}/add/", {"entry": " "})
    assert empty.status_code == 422


def test_an_imported_draft_is_written_by_its_author_alone(room: Room) -> None:
    with acting_in(room.workspace.pk):
        robin = Practitioner.objects.get()
        other = Practitioner.objects.create(workspace_id=room.workspace.pk, first_name="Kim")
    mine = room.a_note(state="draft", practitioner=robin)
    theirs = room.a_note(state="draft", practitioner=other)
    assert room.save(mine, mine.revision)[0] == 200
    assert room.save(theirs, theirs.revision)[0] == 409
    assert "/edit/" not in room.robin.browser.get(f"/notes/{theirs.pk}/").text
    room.robin.browser.post(f"/notes/{mine.pk}/discard/")
    room.robin.browser.post(f"/notes/{theirs.pk}/discard/")
    assert room.note(mine.pk).archived_at is not None
    assert room.note(theirs.pk).archived_at is None


def test_a_draft_of_ones_own_can_be_discarded(room: Room) -> None:
    draft = room.begin()
    room.robin.browser.post(f"/notes/{draft.pk}/discard/")
    with acting_in(room.workspace.pk):
        assert not ProgressNote.objects.exists()


def test_a_new_note_may_begin_with_the_last_one_without_its_drawings(room: Room) -> None:
    last = room.a_note(author=room.robin.user)
    answer = room.robin.browser.post(
        f"/clients/{room.client.pk}/notes/new/", {"begins": f"note:{last.pk}"}
    )
    draft = room.note(int(answer.headers["Location"].split("/")[2]))
    assert (draft.title, draft.state) == ("Follow-up", "draft")
    assert "Lachman" in str(draft.document)
    assert "77" not in str(draft.document)


def test_the_list_is_paged_filtered_and_asks_the_database_no_more_for_more_notes(
    room: Room,
) -> None:
    def shown(**asked: str) -> list[int]:
        page = room.robin.browser.get(f"/clients/{room.client.pk}/notes/", asked)
        return [each.row.pk for each in page.context["notes"]]

    notes = [
        room.a_note(created_at=datetime(2020, 1, 1 + number // 2, tzinfo=UTC), title=f"N{number}")
        for number in range(12)
    ]
    undated, draft = room.a_note(created_at=None), room.a_note(state="draft", author_name="Kim")
    hidden = room.a_note(archived_at=datetime(2021, 1, 1, tzinfo=UTC))
    every = [draft.pk, *(each.pk for each in reversed(notes)), undated.pk]
    first = room.robin.browser.get(f"/clients/{room.client.pk}/notes/")
    assert [each.row.pk for each in first.context["notes"]] == every[:PER_PAGE]
    assert shown(before=first.context["older"]) == every[PER_PAGE : 2 * PER_PAGE]
    assert shown(state="draft") == shown(author="Kim") == [draft.pk]
    assert hidden.pk in shown(archived="on")
    assert questions(room.robin.browser, f"/clients/{room.client.pk}/notes/") <= 21


def test_a_page_of_notes_asks_as_much_for_one_note_as_for_many(room: Room) -> None:
    page, counts = f"/clients/{room.client.pk}/notes/", []
    for more in (1, PER_PAGE):
        for _ in range(more):
            room.a_note()
        counts.append(questions(room.robin.browser, page))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.ACCOUNTANT])
def test_the_front_desk_and_the_accountant_see_no_note(room: Room, role: Role) -> None:
    note, other = room.a_note(), a_person(room.workspace, role)
    for path in (
        f"/clients/{room.client.pk}/notes/",
        f"/notes/{note.pk}/",
        f"/notes/{note.pk}/print/",
    ):
        answer = other.browser.get(path)
        assert answer.status_code == 403
        assert "Pain out of ten" not in answer.text
    assert other.browser.post(f"/notes/{note.pk}/add/", {"entry": "x"}).status_code == 403


def test_who_runs_the_practice_reads_notes_and_writes_none(room: Room) -> None:
    note, manager = room.a_note(), a_person(room.workspace, Role.PRACTICE_MANAGER)
    page = manager.browser.get(f"/notes/{note.pk}/")
    assert page.status_code == 200
    assert "Add the entry" not in page.text
    assert manager.browser.get(f"/clients/{room.client.pk}/notes/new/").status_code == 403


def test_hostile_content_stays_harmless_wherever_a_note_is_shown(room: Room) -> None:
    evil: Mapping[str, object] = {
        "version": 1,
        "sections": [
            {"name": "<script>1</script>", "items": [
                {"kind": "paragraph", "label": "<img src=x onerror=a>",
                 "html": "<img src=x onerror=a><a href='javascript:a'>x</a><svg onload=a>"},
                {"kind": "statement", "html": "<style>*{}</style><iframe src=//e></iframe>"},
                {"kind": "text", "label": "t", "answer": "\"><script>2</script>"},
            ]},
        ],
    }  # fmt: skip
    final = room.a_note(document=evil, title="<script>3</script>")
    draft = room.a_note(document=evil, title="</title><script>3</script>", state="draft",
                        author=room.robin.user)  # fmt: skip
    for path in (f"/clients/{room.client.pk}/notes/", f"/notes/{final.pk}/",
                 f"/notes/{final.pk}/print/", f"/notes/{draft.pk}/edit/",
                 f"/notes/{draft.pk}/finalise/"):  # fmt: skip
        page = room.robin.browser.get(path).text
        for bad in ("<script>", "onerror=a>", "javascript:", "<svg onload", "<iframe", "<style"):
            assert bad not in page.replace("&lt;", "{").replace("&gt;", "}"), (path, bad)


def test_who_is_limited_to_their_own_clients_finds_no_note_of_others(room: Room) -> None:
    note = room.a_note()
    with acting_in(room.workspace.pk):
        room.robin.user.own_clients_only = True
        room.robin.user.save()
    assert room.robin.browser.get(f"/notes/{note.pk}/").status_code == 404
    assert room.robin.browser.get(f"/clients/{room.client.pk}/notes/").status_code == 404
