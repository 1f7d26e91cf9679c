"""What lessens what somebody owes: dated facts that are added to and never changed.

Part of `models`, which everybody imports them from. What is due on an invoice on a day is what it
charged, less its allocations until that day; see `ledger`. A mistake is put right by a row that
says the opposite, so that a report as at a day stays what the facts of that day say.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.clients.models import Client, Contact
from handover.core.exact import ExactJSONField
from handover.core.money import MoneyField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.practice.models import Location


class Credit(WorkspaceOwned):
    """Money that came, or a decision that less is owed: for one payer, to be given to invoices.

    `amount` is above nought, but for refunds and for rows that take another back (`reverses`).
    What no invoice has got of it is the payer's *unapplied credit*.
    """

    class Kind(models.TextChoices):
        """Why less is owed."""

        PAYMENT = "payment", later("Payment")
        CREDIT_NOTE = "credit_note", later("Credit note")
        ACCOUNT_CREDIT = "account_credit", later("Account credit")
        WRITE_OFF = "write_off", later("Write-off")
        REFUND = "refund", later("Refund")

    kind = models.CharField(max_length=15, choices=Kind)
    number = models.TextField(blank=True, default="", help_text="of credit notes")
    client = WorkspaceForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="credits"
    )
    contact = WorkspaceForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="credits"
    )
    dated_on = models.DateField()
    amount = MoneyField()
    method = models.TextField(blank=True, default="", help_text="how it was paid")
    note = models.TextField(blank=True, default="")
    location = WorkspaceForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reverses = WorkspaceForeignKey(
        "billing.Credit", null=True, on_delete=models.PROTECT, related_name="reversals"
    )

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(client__isnull=True) ^ Q(contact__isnull=True),
                name="credit_has_one_payer",
            ),
            models.UniqueConstraint("workspace", "reverses", name="credit_reversed_once"),
        )
        indexes = (
            models.Index("workspace", "client", "dated_on", name="credit_by_client"),
            models.Index("workspace", "contact", "dated_on", name="credit_by_contact"),
        )


class BalanceFile(WorkspaceOwned):
    """A list of what is still due on imported invoices, as somebody brought it.

    `content` is its text as it came, `sha256` of its bytes, `columns` which of them means what,
    `as_at` the day that its balances are of. Undoing it says the opposite of all its balances.
    """

    name = models.TextField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    columns = ExactJSONField(default=dict)
    as_at = models.DateField()
    made_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")


class OpeningBalance(WorkspaceOwned):
    """What was said to be still due on an imported invoice: by a line of a file, or by hand.

    `before` is what was due by what was known until then. The last one that is not undone counts.
    """

    invoice = WorkspaceForeignKey(
        "billing.Invoice", on_delete=models.PROTECT, related_name="opening_balances"
    )
    file = WorkspaceForeignKey(
        BalanceFile, null=True, on_delete=models.PROTECT, related_name="balances"
    )
    line = models.PositiveIntegerField(null=True, help_text="of the file, the heading is line 1")
    as_at = models.DateField()
    before = MoneyField()
    amount = MoneyField(help_text="what is still due")
    note = models.TextField(blank=True, default="")
    made_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = (models.Index("workspace", "invoice", name="opening_balance_by_invoice"),)


class OpeningCredit(WorkspaceOwned):
    """An account credit that a line of a balance file brought."""

    file = WorkspaceForeignKey(BalanceFile, on_delete=models.PROTECT, related_name="credits")
    line = models.PositiveIntegerField(help_text="of the file")
    credit = WorkspaceForeignKey(Credit, on_delete=models.PROTECT, related_name="+")


class Allocation(WorkspaceOwned):
    """So much less is due on an invoice from a day on, by a credit or by an opening balance.

    Below nought where it takes back another, or where an opening balance says that more is due.
    """

    invoice = WorkspaceForeignKey(
        "billing.Invoice", on_delete=models.PROTECT, related_name="allocations"
    )
    credit = WorkspaceForeignKey(
        Credit, null=True, on_delete=models.PROTECT, related_name="allocations"
    )
    opening = WorkspaceForeignKey(
        OpeningBalance, null=True, on_delete=models.PROTECT, related_name="allocations"
    )
    dated_on = models.DateField()
    amount = MoneyField()
    made_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(credit__isnull=True) ^ Q(opening__isnull=True),
                name="allocation_is_of_one_thing",
            ),
        )
        indexes = (
            models.Index("workspace", "invoice", "dated_on", name="allocation_by_invoice"),
            models.Index("workspace", "credit", name="allocation_by_credit"),
        )


class CollectedElsewhere(WorkspaceOwned):
    """An invoice that another system collects: nobody is asked for it from here."""

    invoice = WorkspaceForeignKey(
        "billing.Invoice", on_delete=models.PROTECT, related_name="collected_elsewhere"
    )
    system = models.CharField(max_length=10)
    reference = models.TextField(blank=True, default="", help_text="what it is there")

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint("workspace", "invoice", name="collected_in_one_place"),
        )
