"""How a practice charges, and who collects what was charged before the move.

Part of `models`, which everybody imports them from.
"""

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceOwned


class Debtors(models.TextChoices):
    """Where what clients owe on imported invoices is collected; see docs/import-wizard.md.

    A practice has one case: it has one Xero organisation at most. `XERO_CONNECTED`: they are in
    Xero already, so they are history here, neither aged nor asked for nor sent. `XERO`: each is
    collected here until it has been sent to Xero. `HERE`, and until somebody chooses: here.
    """

    UNKNOWN = "", later("Not chosen yet")
    XERO_CONNECTED = "xero_connected", later("Xero, and it is connected with Cliniko")
    XERO = "xero", later("Xero, but it is not connected with Cliniko")
    HERE = "here", later("No Xero: we collect from here")


class BillingSettings(WorkspaceOwned):
    """One row for each practice, made when it first changes; see `ledger.billing_settings`.

    `next_number` is null until the first invoice is numbered: then numbers go on after the imported
    ones.
    """

    class TaxMode(models.TextChoices):
        """Whether prices are with tax, without, or whether there is none."""

        TAX_INCLUSIVE = "tax_inclusive", later("Tax inclusive")
        TAX_EXCLUSIVE = "tax_exclusive", later("Tax exclusive")
        NO_TAX = "no_tax", later("No tax")

    prefix = models.CharField(max_length=20, blank=True, default="")
    digits = models.PositiveSmallIntegerField(default=1)
    next_number = models.PositiveBigIntegerField(null=True)
    credit_prefix = models.CharField(max_length=20, blank=True, default="CN")
    next_credit_number = models.PositiveBigIntegerField(default=1)
    due_days = models.PositiveSmallIntegerField(default=14)
    tax_mode = models.CharField(max_length=15, choices=TaxMode, default=TaxMode.TAX_INCLUSIVE)
    payment_methods = ExactJSONField(default=list)
    information = models.TextField(blank=True, default="", help_text="stands on each invoice")
    debtors = models.CharField(max_length=20, choices=Debtors, blank=True, default=Debtors.UNKNOWN)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "billing settings"
        constraints = (models.UniqueConstraint("workspace", name="one_billing_settings"),)
