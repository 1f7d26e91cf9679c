"""An episode of care, with what was agreed about it."""

from django.db import models

from handover.clients.models.client import Client
from handover.clients.models.contact import Contact
from handover.core.money import MoneyField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Case(WorkspaceOwned):
    """An episode of care: what it is for, who referred, and how much of it was agreed."""

    client = WorkspaceForeignKey(Client, on_delete=models.PROTECT, related_name="cases")
    name = models.TextField(blank=True, default="")
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    referral = models.BooleanField(null=True)
    referral_type = models.TextField(blank=True, default="")
    referrer = WorkspaceForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    notes = models.TextField(blank=True, default="")
    max_sessions = models.PositiveIntegerField(null=True)
    max_invoiceable_amount = MoneyField(null=True)
    include_cancelled = models.BooleanField(null=True)
    include_did_not_arrive = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
