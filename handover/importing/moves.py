"""What pages keep: a move as it is prepared, what people chose for its records, and errands.

Part of `models`, which everybody imports them from.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as later

from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Move(WorkspaceOwned):
    """The wizard's side of a run: what the key may read, and what was chosen for the whole of it.

    `survey` is what a first look at the account found (`surveying`), `surveyed_at` when that was
    complete, `problem` why it is not. `off` are types of records that are not wanted, `done` the
    steps of the wizard that somebody has gone through.
    """

    run = WorkspaceForeignKey("importing.ImportRun", on_delete=models.CASCADE, related_name="moves")
    shard = models.CharField(max_length=10, blank=True, default="")
    key_of = models.TextField(blank=True, default="")
    key_role = models.TextField(blank=True, default="")
    survey = ExactJSONField(default=dict)
    surveyed_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")
    off = models.JSONField(default=list)
    done = models.JSONField(default=list)

    class Meta(WorkspaceOwned.Meta):
        constraints = (models.UniqueConstraint("workspace", "run", name="one_move_per_run"),)


class Choice(WorkspaceOwned):
    """What somebody chose that one record of the source is to become; it outlives the run.

    `match`: the row `target_id`. `create`: a new row, whatever looks like it; `values` are columns
    that it gets beside those of the record. `same`: the row that the record `other_id` becomes.
    `ignore`: nothing. `name` is what the source calls it.
    """

    class How(models.TextChoices):
        """What is to become of the record."""

        MATCH = "match", later("Match")
        CREATE = "create", later("Create")
        SAME = "same", later("Same as another")
        IGNORE = "ignore", later("Ignore")

    system = models.CharField(max_length=20)
    account = models.TextField()
    resource = models.CharField(max_length=60)
    source_id = models.TextField()
    name = models.TextField(blank=True, default="")
    how = models.CharField(max_length=10, choices=How)
    target_id = models.BigIntegerField(null=True)
    other_id = models.TextField(blank=True, default="", db_default="")
    values = models.JSONField(default=dict)
    chosen_by = models.TextField(blank=True, default="")
    chosen_at = models.DateTimeField(db_default=Now())

    class Meta(WorkspaceOwned.Meta):
        ordering = ("resource", "name", "source_id")
        constraints = (
            models.UniqueConstraint(
                *("workspace", "system", "account", "resource", "source_id"),
                name="one_choice_per_record",
            ),
        )


class Errand(WorkspaceOwned):
    """What a person asked of an import's result on a page, and what came of it: a worker does it.

    `asked` holds names and numbers, no values of records; `told` counts, and numbers of records.
    `tries` counts the workers that began with it.
    """

    class Kind(models.TextChoices):
        """What is to be done."""

        RETRY = "retry", later("Try failures again")
        SETTLE = "settle", later("Settle conflicts")
        REASSIGN = "reassign", later("Say who or what stands for whom")
        TAKE_BACK = "take_back", later("Take a reassignment back")
        LOOK_AHEAD = "look_ahead", later("Say what deleting would do")

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", later("Being done")
        DONE = "done", later("Done")
        REFUSED = "refused", later("Not done")
        FAILED = "failed", later("Failed")

    run = WorkspaceForeignKey(
        "importing.ImportRun", on_delete=models.PROTECT, related_name="errands", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind)
    asked = models.JSONField(default=dict)
    asked_by = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True, default="")
    told = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        ordering = ("id",)
        indexes = (
            models.Index(fields=("workspace", "run", "-id"), name="errand_by_run"),
            models.Index(
                fields=("id",), name="errand_waiting", condition=models.Q(state="waiting")
            ),
        )
