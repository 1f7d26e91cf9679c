"""Files about clients. A row says what a file is; its bytes lie in the storage, under a key."""

from django.db import models

from handover.accounts.models import User
from handover.clients.models import Case, Client
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class FileState(models.TextChoices):
    """Whether a file's bytes are here."""

    WAITING = "waiting", "Waiting"
    STORED = "stored", "Stored"
    NOT_PROCESSED = "not_processed", "Not processed at the source"
    FAILED = "failed", "Failed"


class File(WorkspaceOwned):
    """A file about a client; one without a client waits for somebody to say whose it is.

    `name` is whatever its source calls it, paths and all: it is shown, and never used as a path.
    `declared_...` is what the source says of the bytes; `size`, `sha256` and `sniffed_type` are
    what we found. `problem` says why the bytes are not here, or what is odd about them.
    """

    client = WorkspaceForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="files")
    name = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    uploader = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    is_full_export = models.BooleanField(null=True)
    pinned_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    processed = models.BooleanField(null=True)
    processed_at = models.DateTimeField(null=True)
    declared_type = models.TextField(blank=True, default="")
    declared_size = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=15, choices=FileState, default=FileState.WAITING)
    sniffed_type = models.TextField(blank=True, default="")
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    storage_key = models.CharField(max_length=80, blank=True, default="")
    problem = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        indexes = (models.Index("workspace", "storage_key", name="file_by_storage_key"),)


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

    Either bytes for `file_id` are on their way there, or the row that held it is gone. Whoever
    sweeps deletes the bytes first and this note afterwards, so that nothing is ever forgotten.
    """

    storage_key = models.CharField(max_length=80)
    file_id = models.BigIntegerField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint("workspace", "storage_key", name="one_note_for_a_key"),
        )
