"""The ledger: the only state of an import.

Staging table, id map, failure list, progress, reconciliation and undo list are the same rows.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as later

from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.importing.moves import Choice, Errand, Move
from handover.vault.fields import SealedTextField

__all__ = [
    "Acceptance",
    "Allowance",
    "Choice",
    "Conflict",
    "Errand",
    "ImportRun",
    "Move",
    "MovedLinks",
    "Outcome",
    "Place",
    "Reassignment",
    "SourceRecord",
    "State",
    "Step",
    "Wish",
]


class State(models.TextChoices):
    """Where a run stands."""

    DRAFT = "draft", later("Draft")
    QUEUED = "queued", later("Queued")
    FETCHING = "fetching", later("Fetching")
    LOADING = "loading", later("Loading")
    FILES = "files", later("Files")
    REHEARSED = "rehearsed", later("Rehearsed")
    PAUSED = "paused", later("Paused")
    DONE = "done", later("Done")
    PARTLY_DONE = "partly_done", later("Partly done")
    NEEDS_ATTENTION = "needs_attention", later("Needs attention")
    CANCELLED = "cancelled", later("Cancelled")
    FAILED = "failed", later("Failed")
    DELETING = "deleting", later("Deleting")
    DELETED = "deleted", later("Deleted")


class Wish(models.TextChoices):
    """What somebody asks of a run that is being worked on."""

    NONE = "", later("Nothing")
    PAUSE = "pause", later("Pause")
    CANCEL = "cancel", later("Cancel")


class ImportRun(WorkspaceOwned):
    """One move of one account: from the first request to the last record, or to its undoing.

    `fingerprint` tells the documents that were handed over from others; accounts have none.
    `epoch` is raised by whoever takes the run, `beat_at` is the taker's last sign of life (null:
    nobody is at it); see `engine.lease`. A run `in_background` is looked after by workers; `tries`
    counts their attempts since the last one that got anywhere.
    `reading_began_at` is the source's own clock; `since` is the earliest moment since which changes
    were asked for, null if every list was read whole, as `whole` wants it.
    `undo_until` is when it is too late to delete what it made; null until it has ended. `receipt`
    is what deleting it left behind: who, when, and counts.
    `rehearsal_result` is what a rehearsal showed; its samples hold health data. `signed_by` and
    `signed_at` are of the latest `Acceptance`.
    `notify` is the e-mail address of who wants to know how it ends. `key_kept_at`: since when
    `sealed_key` is here.
    """

    system = models.CharField(max_length=20)
    account = models.TextField(blank=True, default="")
    account_name = models.TextField(blank=True, default="")
    fingerprint = models.TextField(blank=True, default="")
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    epoch = models.PositiveIntegerField(default=0)
    wish = models.CharField(max_length=10, choices=Wish, blank=True, default=Wish.NONE)
    beat_at = models.DateTimeField(null=True)
    in_background = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
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
    undo_until = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True)
    report = models.JSONField(null=True)
    whole = models.BooleanField(default=False)
    reading_began_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    calendar_ready_at = models.DateTimeField(null=True)
    waits_until = models.DateTimeField(null=True)
    rehearsal_result = models.JSONField(null=True)
    signed_by = models.TextField(blank=True, default="")
    signed_at = models.DateTimeField(null=True)

    #: Written by others while a run is at work: a whole row that is saved leaves them alone, and
    #: whoever means them names them in `update_fields`.
    BY_OTHERS: ClassVar[frozenset[str]] = frozenset(
        {"epoch", "wish", "beat_at", "in_background", "waits_until", "sealed_key"}
    )

    class Meta(WorkspaceOwned.Meta):
        ordering = ("id",)

    def save(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Save what this process knows of the run, and nothing that others say meanwhile."""
        if not self._state.adding and options.get("update_fields") is None:
            mine = (each.name for each in self._meta.concrete_fields if not each.primary_key)
            options["update_fields"] = [each for each in mine if each not in self.BY_OTHERS]
        super().save(*args, **options)


class Acceptance(WorkspaceOwned):
    """That somebody has accepted a run's result, and which: the database lets nobody change it.

    `digest` names the report that was accepted (SHA-256), `sentence` is its headline.
    """

    run = WorkspaceForeignKey(
        ImportRun, on_delete=models.PROTECT, related_name="acceptances", db_index=False
    )
    accepted_by = models.TextField()
    accepted_at = models.DateTimeField(db_default=Now())
    digest = models.CharField(max_length=64)
    sentence = models.TextField()

    class Meta(WorkspaceOwned.Meta):
        ordering = ("id",)
        indexes = (models.Index("workspace", "run", name="acceptance_by_run"),)


class Step(WorkspaceOwned):
    """How far one list has been read: enough to go on after a crash.

    A sweep is one reading from the first page to the last; it keeps what the source said of the
    whole list, and of the time, at its beginning. A long list has a step for each `part` that it is
    read by, with the `filters` of that, besides the one for the whole list.
    """

    class State(models.TextChoices):
        """Where the reading of one list stands."""

        READING = "reading", later("Reading")
        READ = "read", later("Read")
        NOT_PERMITTED = "not_permitted", later("Not permitted with this key")
        ABSENT = "absent", later("Not there on this account")

    run = WorkspaceForeignKey(ImportRun, on_delete=models.PROTECT, related_name="steps")
    resource = models.CharField(max_length=60)
    path = models.TextField()
    part = models.CharField(max_length=20, blank=True, default="")
    filters = models.JSONField(default=list)
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
            models.UniqueConstraint("workspace", "run", "path", "part", name="one_step_per_part"),
        )


class Outcome(models.TextChoices):
    """What became of a source record; each has exactly one."""

    WAITING = "waiting", later("Waiting")
    CREATED = "created", later("Created")
    MATCHED = "matched", later("Matched")
    UPDATED = "updated", later("Updated")
    UNCHANGED = "unchanged", later("Unchanged")
    SKIPPED = "skipped", later("Skipped")
    REJECTED = "rejected", later("Rejected")
    UNDONE = "undone", later("Undone")
    KEPT = "kept", later("Kept")


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
    part = models.CharField(max_length=20, blank=True, default="")
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
            models.Index(  # what has no row yet is not asked for by it
                *("workspace", "resource", "target_id"),
                name="record_by_target",
                condition=models.Q(target_id__isnull=False),
            ),
        )


class Allowance(models.Model):
    """What is left of a key's requests a minute, for all workspaces and processes that use it.

    `name` is made of the key's fingerprint. The server's word holds everybody back until
    `held_until`; until `lowered_until` only so many places are used as `lowered` says.
    """

    name = models.CharField(max_length=64, primary_key=True)
    held_until = models.DateTimeField(null=True)
    lowered = models.PositiveIntegerField(default=0, db_default=0)
    lowered_until = models.DateTimeField(null=True)


class Place(models.Model):
    """One request in the moving window of an allowance: whoever takes it may send one."""

    allowance = models.ForeignKey(
        Allowance, on_delete=models.CASCADE, related_name="places", db_index=False
    )
    number = models.PositiveIntegerField()
    free_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("allowance", "number", name="one_place_of_a_number"),
        )


class Conflict(WorkspaceOwned):
    """One field that was changed here and at the source since the import, and not to the same.

    `base` is what the import had written, `ours` what stood here, `theirs` what the source says;
    JSON as the database writes it, links as rows' ids, parts as lists. `field` may name a piece of
    a column, as `column[key]`. A `locked` row cannot take what the source says. `record_id` is a
    row of the ledger, without a key that would cost it dear.
    """

    class How(models.TextChoices):
        """How it was settled."""

        OPEN = "open", later("Open")
        OURS = "ours", later("Kept ours")
        THEIRS = "theirs", later("Took theirs")
        AGREED = "agreed", later("Both say the same by now")
        OVERTAKEN = "overtaken", later("Asked anew by a later import")

    run = WorkspaceForeignKey(
        ImportRun, on_delete=models.PROTECT, related_name="conflicts", db_index=False
    )
    record_id = models.BigIntegerField()
    resource = models.CharField(max_length=60)
    source_id = models.TextField()
    target_id = models.BigIntegerField()
    field = models.CharField(max_length=160)
    base = ExactJSONField(null=True)
    ours = ExactJSONField(null=True)
    theirs = ExactJSONField(null=True)
    locked = models.BooleanField(default=False)
    how = models.CharField(max_length=10, choices=How, default=How.OPEN)
    settled_by = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        ordering = ("resource", "source_id", "field")
        constraints = (
            models.UniqueConstraint(
                "workspace", "run", "record_id", "field", name="one_conflict_per_field"
            ),
        )
        indexes = (models.Index("workspace", "record_id", name="conflict_by_record"),)


class Reassignment(WorkspaceOwned):
    """That one row now stands for what another one stood for: who or what was put right, and when.

    `kind` is the model, as `practice.practitioner`; `told` is counted by table: what moved, and
    what stayed because the other has it already or a lock holds it.
    """

    kind = models.CharField(max_length=60)
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField()
    by = models.TextField(blank=True, default="")
    told = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        ordering = ("id",)
        indexes = (models.Index("workspace", "kind", "from_id", name="reassignment_by_row"),)


class MovedLinks(WorkspaceOwned):
    """Which rows of one table a reassignment has moved: what its undoing moves back.

    `rows` are their ids; of the ledger's records, each is a list: id, outcome, the run that made
    the row, and the row's revision, as they were before.
    """

    reassignment = WorkspaceForeignKey(Reassignment, on_delete=models.CASCADE, related_name="moved")
    table = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    rows = models.JSONField(default=list)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "moved links"
