"""The data keys of workspaces, sealed."""

from django.db import models

from handover.core.tenancy import WorkspaceOwned


class DataKey(WorkspaceOwned):
    """A key that seals one workspace's secrets; the installation's key seals it in its turn.

    The newest one of a workspace is in use. `name` is what sealed texts call it. A key that was
    replaced has `retired_at`, and goes some days later: see `rotation`.
    """

    name = models.CharField(max_length=8)
    sealed = models.TextField()
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (models.UniqueConstraint("workspace", "name", name="one_data_key_per_name"),)

    @property
    def place(self) -> str:
        """What its sealed text is bound to."""
        return f"{self._meta.db_table}|{self.workspace_id}|{self.name}"
