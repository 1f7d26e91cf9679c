"""Short records that hang on a client."""

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.clients.models.client import Client
from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Relationship(WorkspaceOwned):
    """What `related_client` is to `client`."""

    class Relation(models.TextChoices):
        """The seven relations that practices record."""

        PARENT = "parent", later("Parent")
        CHILD = "child", later("Child")
        SIBLING = "sibling", later("Sibling")
        SPOUSE = "spouse", later("Spouse")
        PARTNER = "partner", later("Partner")
        RELATIVE = "relative", later("Relative")
        OTHER = "other", later("Other")

    client = WorkspaceForeignKey(Client, on_delete=models.PROTECT, related_name="relationships")
    related_client = WorkspaceForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=10, choices=Relation, default=Relation.OTHER)
    archived_at = models.DateTimeField(null=True)


class MedicalAlert(WorkspaceOwned):
    """Something that everybody who treats the client must see."""

    client = WorkspaceForeignKey(Client, on_delete=models.PROTECT, related_name="medical_alerts")
    name = models.TextField()
    archived_at = models.DateTimeField(null=True)


class RecallType(WorkspaceOwned):
    """Why clients are asked to come back."""

    name = models.TextField(blank=True, default="")
    details = ExactJSONField(default=dict)
    archived_at = models.DateTimeField(null=True)


class Recall(WorkspaceOwned):
    """A day on which a client is to be asked to come back."""

    client = WorkspaceForeignKey(Client, on_delete=models.PROTECT, related_name="recalls")
    type = WorkspaceForeignKey(RecallType, null=True, on_delete=models.PROTECT, related_name="+")
    recall_on = models.DateField(null=True)
    recalled_at = models.DateTimeField(null=True)
    notes = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)
