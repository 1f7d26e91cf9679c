"""How clients found the practice."""

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.clients.models.client import Client
from handover.clients.models.contact import Contact
from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class ReferralType(WorkspaceOwned):
    """A way in which clients find the practice."""

    class Referrer(models.TextChoices):
        """Who refers, where somebody does."""

        CLIENT = "client", later("Client")
        CONTACT = "contact", later("Contact")
        NOBODY = "", later("Nobody")

    name = models.TextField(blank=True, default="")
    referrer = models.CharField(
        max_length=10, choices=Referrer, blank=True, default=Referrer.NOBODY
    )
    subcategories = ExactJSONField(default=list)
    archived_at = models.DateTimeField(null=True)


class ReferralSource(WorkspaceOwned):
    """How one client found the practice."""

    client = WorkspaceForeignKey(Client, on_delete=models.PROTECT, related_name="referral_sources")
    type = WorkspaceForeignKey(ReferralType, null=True, on_delete=models.PROTECT, related_name="+")
    subcategory = models.TextField(blank=True, default="")
    referring_client = WorkspaceForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="+"
    )
    referring_contact = WorkspaceForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="+"
    )
    notes = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)
