"""What is written down about care: progress notes, client forms and their templates.

`document` is a structured document, see docs/documents.md; null where a record has no content. A
note's or form's document is a copy: what becomes of its template does not matter to it.

A *final* note is locked by the database: see docs/decisions/0010-final-notes.md.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.clients.models import Case, Client
from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.files.models import HasContent
from handover.practice.models import Location, Practitioner, Service
from handover.scheduling.models import Appointment, Attendance


class NoteTemplate(WorkspaceOwned):
    """What a progress note begins with."""

    name = models.TextField(blank=True, default="")
    document = models.JSONField(null=True)
    print_settings = ExactJSONField(null=True)
    archived_at = models.DateTimeField(null=True)


class ServiceNoteTemplate(WorkspaceOwned):
    """Which template a service's notes begin with, unless somebody chooses another one."""

    once: ClassVar = ("service", "template")

    service = WorkspaceForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    template = WorkspaceForeignKey(NoteTemplate, on_delete=models.PROTECT, related_name="+")


class ProgressNote(WorkspaceOwned):
    """What somebody wrote about one client's care.

    `author_name` stays as it was written, whatever becomes of the practitioner. `author` is who
    wrote it here, and null for what came from elsewhere. `case` is what the author chose; a note
    without it belongs to the case of its appointment, if that has one. `source_place` is where the
    note is in the system that it came from, as far as that can be known from the note.
    """

    class State(models.TextChoices):
        """A draft may be changed; a final note is what it is for ever."""

        DRAFT = "draft", later("Draft")
        FINAL = "final", later("Final")

    together: ClassVar = (("title", "document", "state", "finalised_at", "author_name"),)
    unchanging: ClassVar = Q(state=State.FINAL)

    client = WorkspaceForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="progress_notes"
    )
    appointment = WorkspaceForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="progress_notes"
    )
    attendance = WorkspaceForeignKey(
        Attendance, null=True, on_delete=models.PROTECT, related_name="progress_notes"
    )
    practitioner = WorkspaceForeignKey(
        Practitioner, null=True, on_delete=models.PROTECT, related_name="progress_notes"
    )
    template = WorkspaceForeignKey(
        NoteTemplate, null=True, on_delete=models.PROTECT, related_name="+"
    )
    author = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    case = WorkspaceForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.TextField(blank=True, default="")
    document = models.JSONField(null=True)
    state = models.CharField(max_length=5, choices=State, default=State.DRAFT)
    author_name = models.TextField(blank=True, default="")
    finalised_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    source_place = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        indexes = (
            models.Index("workspace", "client", "created_at", name="note_by_client"),
            models.Index("workspace", "practitioner", "client", name="note_own_clients"),
            models.Index(
                "workspace",
                "practitioner",
                name="note_drafts",
                condition=Q(state="draft", archived_at=None),
            ),
        )


class NoteAddendum(WorkspaceOwned):
    """What was added to a note later, a correction for one; nobody can change or delete it."""

    note = WorkspaceForeignKey(ProgressNote, on_delete=models.CASCADE, related_name="addenda")
    author = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.TextField()
    text = models.TextField()
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "note addenda"
        ordering = ("written_at", "pk")


class FormTemplate(WorkspaceOwned):
    """What a client form asks."""

    name = models.TextField(blank=True, default="")
    document = models.JSONField(null=True)
    email_to_client_on_completion = models.BooleanField(null=True)
    restricted_to_practitioner = models.BooleanField(null=True)
    archived_at = models.DateTimeField(null=True)


class ClientForm(WorkspaceOwned):
    """A form for one client: waiting to be filled in, or completed.

    `signature_ids` are the numbers, at the source, of all its signatures.
    """

    together: ClassVar = (("document", "signature_ids", "completed_at", "edited_at"),)

    client = WorkspaceForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="forms")
    appointment = WorkspaceForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="forms"
    )
    attendance = WorkspaceForeignKey(
        Attendance, null=True, on_delete=models.PROTECT, related_name="forms"
    )
    location = WorkspaceForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField(blank=True, default="")
    document = models.JSONField(null=True)
    signature_ids = models.JSONField(default=list)
    completed_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    restricted_to_practitioner = models.BooleanField(null=True)
    email_to_client_on_completion = models.BooleanField(null=True)
    archived_at = models.DateTimeField(null=True)


class FormSignature(HasContent):
    """One signature on a form; its content is the drawing.

    `number` is what a document names it by. `declared_sha256` is the checksum of the drawing in the
    record as it was read last: where another one is on the shelf, the drawing is still to come.
    """

    lacking: ClassVar[Q] = HasContent.lacking | ~Q(sha256=F("declared_sha256"))

    form = WorkspaceForeignKey(ClientForm, on_delete=models.PROTECT, related_name="signatures")
    signer = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.TextField(blank=True, default="")
    declared_sha256 = models.CharField(max_length=64, blank=True, default="")
