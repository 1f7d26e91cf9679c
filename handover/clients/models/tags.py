"""Words that a practice puts on its clients."""

from typing import ClassVar

from django.db import models

from handover.clients.models.client import Client
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Tag(WorkspaceOwned):
    """A word that clients can be marked with."""

    name = models.TextField()
    archived_at = models.DateTimeField(null=True)


class ClientTag(WorkspaceOwned):
    """That a client is marked with a word."""

    once: ClassVar = ("client", "tag")

    client = WorkspaceForeignKey(Client, on_delete=models.CASCADE, related_name="tags")
    tag = WorkspaceForeignKey(Tag, on_delete=models.PROTECT, related_name="clients")

    class Meta(WorkspaceOwned.Meta):
        constraints = (models.UniqueConstraint("workspace", "client", "tag", name="one_tag_once"),)
