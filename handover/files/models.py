"""Rows that have bytes, files about clients first of all. The bytes lie on the shelf, by a key."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.clients.models import Case, Client
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class FileState(models.TextChoices):
    """Whether a row's bytes are here."""

    WAITING = "waiting", later("Waiting")
    STORED = "stored", later("Stored")
    NOT_PROCESSED = "not_processed", later("Not processed at the source")
    FAILED = "failed", later("Failed")


class HasContent(WorkspaceOwned):
    """A row that bytes belong to; its table needs `NoteLooseKeys` in a migration.

    `declared_...` is what the source says of the bytes; `size`, `sha256` and `sniffed_type` are
    what we found. `problem` says why the bytes are not here, or what is odd about them. `lacking`
    are the rows whose bytes are still to come, `unready` those that the source still works on.
    """

    lacking: ClassVar[Q] = ~Q(state=FileState.STORED)
    unready: ClassVar[Q] = Q(pk__in=())

    declared_type = models.TextField(blank=True, default="")
    declared_size = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=15, choices=FileState, default=FileState.WAITING)
    sniffed_type = models.TextField(blank=True, default="")
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    storage_key = models.CharField(max_length=80, blank=True, default="")
    problem = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        abstract = True
        indexes = (models.Index("workspace", "storage_key", name="%(class)s_by_storage_key"),)


class File(HasContent):
    """A file about a client; one without a client waits for somebody to say whose it is.

    `name` is whatever its source calls it, paths and all: it is shown, and never used as a path.
    """

    unready: ClassVar[Q] = Q(processed=False)

    client = WorkspaceForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="files")
    name = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    uploader = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    is_full_export = models.BooleanField(null=True)
    pinned_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    processed = models.BooleanField(null=True)
    processed_at = models.DateTimeField(null=True)


class CaseFile(WorkspaceOwned):
    """A file that belongs to a case; one file may belong to several."""

    case = WorkspaceForeignKey(Case, on_delete=models.PROTECT, related_name="case_files")
    file = WorkspaceForeignKey(File, on_delete=models.PROTECT, related_name="case_files")

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint("workspace", "case", "file", name="one_place_in_a_case"),
        )


class LooseKey(WorkspaceOwned):
    """A key of the storage that no row holds: noted before anything is written under it.

    Either bytes for a row (`row_id` of the model `holder`) are on their way there, or the row that
    held it is gone. Whoever sweeps deletes the bytes first and this note afterwards, so that
    nothing is ever forgotten.
    """

    storage_key = models.CharField(max_length=80)
    holder = models.CharField(max_length=60, blank=True, default="", db_default="")
    row_id = models.BigIntegerField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint("workspace", "storage_key", name="one_note_for_a_key"),
        )
