"""What is done with progress notes: beginning one, saving, finalising, adding to it.

A draft is written by its author alone: whoever began it here, or the practitioner whose it was when
it came. A final note is written by nobody any more; the database sees to that as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from handover.accounts.models import Role, User
from handover.clients.models import Case, Client
from handover.clinical.documents import Document, read, stored
from handover.clinical.documents.answering import begun_from, unanswered
from handover.clinical.documents.shape import VERSION, Paragraph, Section
from handover.clinical.models import NoteAddendum, NoteTemplate, ProgressNote
from handover.core.tenancy.changing import ChangedMeanwhile, Refused
from handover.practice.models import Practitioner
from handover.scheduling.models import Attendance

LONGEST_TITLE = 200
State = ProgressNote.State
#: Who may put away a note of somebody else; it stays to be seen, and can be fetched back.
KEEPERS = frozenset({Role.OWNER, Role.PRACTITIONER_ADMIN})


@dataclass(frozen=True)
class About:
    """What a new note is about, besides its client."""

    template: NoteTemplate | None = None
    attendance: Attendance | None = None
    case: Case | None = None
    earlier: ProgressNote | None = None


def may_write(note: ProgressNote, user: User) -> bool:
    """Whether this person is the author of a draft, and so may go on writing it."""
    if note.state != State.DRAFT or note.archived_at:
        return False
    own = note.practitioner is not None and note.practitioner.user_id == user.pk
    return note.author_id == user.pk or own


def may_put_away(note: ProgressNote, user: User) -> bool:
    """Whether this person may archive a note, or fetch it back."""
    own = note.practitioner is not None and note.practitioner.user_id == user.pk
    return note.author_id == user.pk or own or user.role in KEEPERS


def begin(client: Client, by: User, about: About) -> ProgressNote:
    """Make a draft, with what its template or the earlier note begins with."""
    document, title = _beginning(about)
    attendance = about.attendance
    return ProgressNote.objects.create(
        workspace_id=client.workspace_id,
        client=client,
        template=about.earlier.template if about.earlier else about.template,
        attendance=attendance,
        appointment=attendance.appointment if attendance else None,
        case=about.case,
        author=by,
        practitioner=_practitioner(by),
        author_name=str(by),
        title=title,
        document=stored(document),
    )


def _practitioner(user: User) -> Practitioner | None:
    return user.practitioners.filter(former=False).order_by("pk").first()


def _beginning(about: About) -> tuple[Document, str]:
    source = about.earlier or about.template
    document = read(source.document) if source else None
    if about.earlier is not None:
        document = begun_from(document) if document else None
        title = about.earlier.title
    else:
        title = about.template.name if about.template else _("Progress note")
    return document or blank(), title[:LONGEST_TITLE]


def blank() -> Document:
    """A document with room for free text, and nothing else."""
    return Document(version=VERSION, sections=(Section(items=(Paragraph(label=_("Notes")),)),))


def save(note_id: int, by: User, *, revision: int, title: str, document: Document) -> ProgressNote:
    """Put down what was written in a draft; returns it as it is now, with its new revision.

    `revision` is that of the draft as the writer had it. Raises `ChangedMeanwhile` if somebody
    saved since, and `Refused` for what is no draft of theirs.
    """
    note = _to_write(note_id, by)
    title = title.replace("\x00", "").strip()[:LONGEST_TITLE]
    if (note.title, read(note.document)) == (title, document):
        return note  # the same once more, as after an answer that got lost
    if note.revision != revision:
        raise ChangedMeanwhile(
            _("This draft was saved from another window or device since you opened it here.")
        )
    note.title, note.document = title, stored(document)
    note.save(update_fields=("title", "document"))
    note.refresh_from_db()
    return note


def finalise(note_id: int, by: User, *, revision: int) -> ProgressNote:
    """Make a draft final, for ever. Raises `Refused`, `ChangedMeanwhile`."""
    note = _to_write(note_id, by)
    if note.revision != revision:
        raise ChangedMeanwhile(_("This draft was saved again since you read it: look at it first."))
    missing = unanswered(read(note.document) or blank())
    if missing:
        named = ", ".join(each.label for each in missing)
        raise Refused(_("These need an answer first: %(questions)s.") % {"questions": named})
    note.state, note.finalised_at = State.FINAL, timezone.now()
    note.save(update_fields=("state", "finalised_at"))
    return note


def discard(note_id: int, by: User) -> bool:
    """Take a draft away; False if it was archived because it came from elsewhere.

    An import answers for what it brought: that is put away, not deleted. Raises `Refused`.
    """
    note = _to_write(note_id, by)
    if note.author_id is not None and not note.addenda.exists():
        note.delete()
        return True
    put_away(note, by, at=timezone.now())
    return False


def put_away(note: ProgressNote, by: User, *, at: datetime | None) -> None:
    """Archive a note, or with None fetch it back. Raises `Refused`."""
    if not may_put_away(note, by):
        raise Refused(_("Only the author, or an account owner, can archive this note."))
    note.archived_at = at
    note.save(update_fields=("archived_at",))


def add_later(note: ProgressNote, by: User, text: str) -> NoteAddendum:
    """Add an entry to a final note: it stands below, with its author and time. Raises `Refused`."""
    text = text.replace("\x00", "").strip()
    if note.state != State.FINAL:
        raise Refused(_("A draft has no later entries: write in it."))
    if not text:
        raise Refused(_("Write something first."))
    return NoteAddendum.objects.create(
        workspace_id=note.workspace_id, note=note, author=by, author_name=str(by), text=text
    )


def _to_write(note_id: int, by: User) -> ProgressNote:
    """The draft, held until the end of the transaction. Raises `Refused`."""
    found = ProgressNote.objects.select_for_update(of=("self",)).select_related("practitioner")
    note = found.filter(pk=note_id).first()
    if note is None:
        raise Refused(_("This draft is not there any more: it was discarded elsewhere."))
    if note.state == State.FINAL:
        raise Refused(_("This note is final: nobody can change it. Add a later entry instead."))
    if not may_write(note, by):
        raise Refused(_("Only its author can write in this draft."))
    return note
