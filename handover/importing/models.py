"""The ledger: the only state of an import.

Staging table, id map, failure list, progress, reconciliation and undo list are the same rows.
"""

from django.db import models

from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.vault.fields import SealedTextField


class State(models.TextChoices):
    """Where a run stands."""

    QUEUED = "queued", "Queued"
    FETCHING = "fetching", "Fetching"
    LOADING = "loading", "Loading"
    REHEARSED = "rehearsed", "Rehearsed"
    DONE = "done", "Done"
    PARTLY_DONE = "partly_done", "Partly done"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"
    DELETING = "deleting", "Deleting"
    DELETED = "deleted", "Deleted"


class ImportRun(WorkspaceOwned):
    """One move of one account: from the first request to the last record, or to its undoing.

    `fingerprint` tells the documents that were handed over from others; accounts have none.
    `notify` is the e-mail address of who wants to know how it ends. `key_kept_at`: since when
    `sealed_key` is here.
    """

    system = models.CharField(max_length=20)
    account = models.TextField(blank=True, default="")
    account_name = models.TextField(blank=True, default="")
    fingerprint = models.TextField(blank=True, default="")
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    rehearsal = models.BooleanField(default=False)
    only = models.JSONField(default=list)
    time_zone = models.TextField(blank=True, default="")
    sealed_key = SealedTextField(blank=True, default="")
    key_hint = models.TextField(blank=True, default="")
    key_kept_at = models.DateTimeField(null=True)
    notify = models.TextField(blank=True, default="")
    message = models.TextField(blank=True, default="")
    requests = models.PositiveIntegerField(default=0)
    seconds = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)

    class Meta(WorkspaceOwned.Meta):
        ordering = ("id",)


class Step(WorkspaceOwned):
    """How far one list has been read: enough to go on after a crash.

    A sweep is one reading from the first page to the last; it keeps what the source said of the
    whole list, and of the time, at its beginning.
    """

    class State(models.TextChoices):
        """Where the reading of one list stands."""

        READING = "reading", "Reading"
        READ = "read", "Read"
        NOT_PERMITTED = "not_permitted", "Not permitted with this key"
        ABSENT = "absent", "Not there on this account"

    run = WorkspaceForeignKey(ImportRun, on_delete=models.PROTECT, related_name="steps")
    resource = models.CharField(max_length=60)
    path = models.TextField()
    state = models.CharField(max_length=20, choices=State, default=State.READING)
    total = models.PositiveIntegerField(null=True)
    next_page = models.PositiveIntegerField(default=1)
    sweep = models.PositiveSmallIntegerField(default=1)
    sweep_total = models.PositiveIntegerField(null=True)
    sweep_began_at = models.DateTimeField(null=True)
    requests = models.PositiveIntegerField(default=0)
    seconds = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    message = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint("workspace", "run", "path", name="one_step_per_list"),
        )


class Outcome(models.TextChoices):
    """What became of a source record; each has exactly one."""

    WAITING = "waiting", "Waiting"
    CREATED = "created", "Created"
    MATCHED = "matched", "Matched"
    UPDATED = "updated", "Updated"
    UNCHANGED = "unchanged", "Unchanged"
    SKIPPED = "skipped", "Skipped"
    REJECTED = "rejected", "Rejected"
    UNDONE = "undone", "Undone"
    KEPT = "kept", "Kept"


class SourceRecord(WorkspaceOwned):
    """One record as the source gave it, and what became of it.

    `payload` is the JSON text exactly as it came. `target_id` is a row of the resource's target;
    `target_revision` is that row's revision when the import last wrote it: a higher one there
    means that somebody has edited it since. `loaded_hash` names the payload that was loaded.
    """

    # A ledger has millions of rows, each written twice: it has no index or check that another one
    # makes needless. A run is of the same workspace, and `record_by_run` begins with both.
    workspace = models.ForeignKey(
        "accounts.Workspace",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    run = WorkspaceForeignKey(
        ImportRun, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    made_by = WorkspaceForeignKey(
        ImportRun, null=True, on_delete=models.PROTECT, related_name="made", db_index=False
    )
    system = models.CharField(max_length=20)
    account = models.TextField()
    resource = models.CharField(max_length=60)
    source_id = models.TextField()
    path = models.TextField()
    sweep = models.PositiveSmallIntegerField(default=1)
    payload = models.TextField()
    payload_hash = models.CharField(max_length=32)
    loaded_hash = models.CharField(max_length=32, blank=True, default="")
    superseded_payload = models.TextField(null=True)  # noqa: DJ001  # null: nothing superseded
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    reason = models.TextField(blank=True, default="")
    issues = models.JSONField(default=list)
    deferred = models.JSONField(null=True)
    follows = models.TextField(blank=True, default="")
    target_id = models.BigIntegerField(null=True)
    target_revision = models.PositiveIntegerField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                "workspace", "system", "account", "resource", "source_id", name="one_row_per_record"
            ),
        )
        indexes = (
            models.Index("workspace", "run", "resource", "id", name="record_by_run"),
            models.Index("workspace", "resource", "target_id", name="record_by_target"),
        )
