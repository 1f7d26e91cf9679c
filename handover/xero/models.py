"""The connection with Xero, what is asked of it, and the outbox: a row for each invoice.

What stands in the outbox was asked for by a person; nothing gets there by itself.
"""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.billing.models import Invoice
from handover.clients.models import Client, Contact
from handover.core.exact import ExactJSONField
from handover.core.money import MoneyField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.vault.fields import SealedTextField

SYSTEM = "xero"


class XeroConnection(WorkspaceOwned):
    """A practice's one connection: its consent, its organisation, and what is entered where.

    `accounts`, `tax_rates`, `currency` and `locked_until` are what Xero said at `read_at`. `taxes`
    maps the names of our taxes ("" where there is none) to Xero's tax types. `probe` is what the
    last look for numbers that are there already has found.
    """

    class State(models.TextChoices):
        """How far it is. Tokens are kept while it is choosing or connected."""

        NONE = "none", later("Not connected")
        ASKED = "asked", later("Waiting for the consent at Xero")
        EXCHANGING = "exchanging", later("Being connected")
        CHOOSING = "choosing", later("An organisation has to be chosen")
        CONNECTED = "connected", later("Connected")
        LOST = "lost", later("The consent is gone: connect again")

    state = models.CharField(max_length=12, choices=State, default=State.NONE)
    message = models.TextField(blank=True, default="")

    asked_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    redirect_uri = models.TextField(blank=True, default="")
    sealed_verifier = SealedTextField(blank=True, default="")
    sealed_code = SealedTextField(blank=True, default="")
    sealed_access = SealedTextField(blank=True, default="")
    sealed_refresh = SealedTextField(blank=True, default="")
    access_until = models.DateTimeField(null=True)

    organisations = ExactJSONField(default=list)
    tenant_id = models.CharField(max_length=64, blank=True, default="")
    tenant_name = models.TextField(blank=True, default="")
    connection_id = models.CharField(max_length=64, blank=True, default="")

    accounts = ExactJSONField(default=list)
    tax_rates = ExactJSONField(default=list)
    currency = models.CharField(max_length=3, blank=True, default="")
    locked_until = models.DateField(null=True)
    read_at = models.DateTimeField(null=True)

    account_code = models.TextField(blank=True, default="")
    clearing_code = models.TextField(blank=True, default="")
    taxes = ExactJSONField(default=dict)
    probe = ExactJSONField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (models.UniqueConstraint("workspace", name="one_xero_connection"),)

    @property
    def is_connected(self) -> bool:
        """Whether an organisation can be asked."""
        return self.state == self.State.CONNECTED

    @property
    def is_mapped(self) -> bool:
        """Whether it is known what is entered where."""
        return bool(self.account_code and self.taxes)


class XeroErrand(WorkspaceOwned):
    """Something that a page asks of Xero, done by a worker: pages open no secret."""

    class Kind(models.TextChoices):
        """What is asked."""

        EXCHANGE = "exchange", later("Connect")
        READ = "read", later("Read accounts and tax rates")
        PROBE = "probe", later("Look for numbers that are there")
        DISCONNECT = "disconnect", later("Disconnect")

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", later("Waiting")
        DONE = "done", later("Done")
        FAILED = "failed", later("Failed")

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    message = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    asked_by = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = (
            models.Index(
                "workspace", "id", name="xero_errand_waiting", condition=Q(state="waiting")
            ),
        )


class XeroPush(WorkspaceOwned):
    """One time that somebody sent invoices to Xero, and the choices that they made for it.

    `expected_*` is what they were shown before. `xero_total` is what Xero says, asked afterwards,
    is due on what was sent, and `agrees` whether that is what we sent, invoice by invoice.
    """

    class Kind(models.TextChoices):
        """How it goes there."""

        API = "api", later("By the connection")
        CSV = "csv", later("As a file")

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", later("Waiting for its turn")
        WORKING = "working", later("Being sent")
        ATTENTION = "attention", later("Needs attention")
        DONE = "done", later("Done")
        STOPPED = "stopped", later("Stopped")

    class Status(models.TextChoices):
        """What the invoices are in Xero."""

        DRAFT = "DRAFT", later("Drafts, which somebody approves in Xero")
        AUTHORISED = "AUTHORISED", later("Approved, awaiting payment")

    class Mode(models.TextChoices):
        """How much of a part-paid invoice is entered."""

        BALANCE = "balance", later("Only what is still due")
        FULL = "full", later("The full invoice, and a payment to a clearing account")

    kind = models.CharField(max_length=5, choices=Kind, default=Kind.API)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    message = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    waits_until = models.DateTimeField(null=True)

    tenant_id = models.CharField(max_length=64, blank=True, default="")
    tenant_name = models.TextField(blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.BALANCE)
    account_code = models.TextField(blank=True, default="")
    clearing_code = models.TextField(blank=True, default="")
    taxes = ExactJSONField(default=dict)
    tax_rates = ExactJSONField(default=list)

    as_at = models.DateField()
    expected_count = models.PositiveIntegerField()
    expected_total = MoneyField()
    xero_count = models.PositiveIntegerField(null=True)
    xero_total = MoneyField(null=True)
    agrees = models.BooleanField(null=True)
    asked_by = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "xero pushes"
        constraints = (
            models.UniqueConstraint(
                "workspace",
                condition=Q(state__in=("queued", "working", "attention")),
                name="one_xero_push_at_a_time",
            ),
        )


def new_mark() -> str:
    """What tells an invoice that we made from one of the same number that somebody else made."""
    return secrets.token_hex(6)


class XeroInvoice(WorkspaceOwned):
    """The outbox: one row for each invoice and organisation, whatever is tried how often.

    `amount` is what was due when it was sent, `paid` what goes to the clearing account beside it,
    `due_there` what Xero said afterwards is due.
    """

    class State(models.TextChoices):
        """What became of it. Whoever finds one that is on its way looks in Xero first."""

        WAITING = "waiting", later("Waiting")
        SENDING = "sending", later("On its way")
        INVOICED = "invoiced", later("In Xero, its payment is to come")
        PAYING = "paying", later("In Xero, its payment is on its way")
        SENT = "sent", later("Sent")
        UNPAID = "unpaid", later("In Xero, but its payment was refused")
        THERE = "there", later("Its number is in Xero already")
        REFUSED = "refused", later("Refused")
        LEFT_OUT = "left_out", later("Nothing is due any more")

    push = WorkspaceForeignKey(XeroPush, on_delete=models.PROTECT, related_name="invoices")
    invoice = WorkspaceForeignKey(Invoice, on_delete=models.PROTECT, related_name="in_xero")
    tenant_id = models.CharField(max_length=64, blank=True, default="")
    number = models.TextField(blank=True, default="")
    mark = models.CharField(max_length=12, default=new_mark)
    amount = MoneyField()
    paid = MoneyField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    message = models.TextField(blank=True, default="")
    checked = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    xero_id = models.CharField(max_length=64, blank=True, default="")
    due_there = MoneyField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint("workspace", "tenant_id", "invoice", name="sent_to_xero_once"),
        )
        indexes = (models.Index("workspace", "push", "state", name="xero_invoice_by_push"),)

    @property
    def reference(self) -> str:
        """What stands on the invoice in Xero: by it we know our own."""
        return f"Handover {self.mark}"


class XeroContact(WorkspaceOwned):
    """Which contact of an organisation a payer is; the newest counts."""

    tenant_id = models.CharField(max_length=64)
    xero_id = models.CharField(max_length=64)
    client = WorkspaceForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+")
    contact = WorkspaceForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(client__isnull=True) ^ Q(contact__isnull=True),
                name="xero_contact_has_one_payer",
            ),
        )
        indexes = (models.Index("workspace", "tenant_id", name="xero_contact_by_tenant"),)


class XeroAllowance(models.Model):
    """Until when an organisation's requests are held back, for all processes and workspaces."""

    tenant_id = models.CharField(max_length=64, primary_key=True)
    held_until = models.DateTimeField(null=True)


class XeroCall(models.Model):
    """One request to an organisation; gone when it counts against no limit any more."""

    tenant_id = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index("tenant_id", "begun_at", name="xero_call_by_tenant"),)
