"""Invoices and their lines.

Amounts stand as they were issued: nothing here is worked out anew, for what a client was sent does
not change when a price list or a way of rounding does.
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.billing.credits import (
    Allocation,
    BalanceFile,
    CollectedElsewhere,
    Credit,
    OpeningBalance,
    OpeningCredit,
)
from handover.billing.settings import BillingSettings, Debtors
from handover.clients.models import Client, Contact
from handover.core.money import IssuedAmount
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.practice.models import (
    BillableItem,
    Location,
    Practitioner,
    Product,
    Service,
    Tax,
)
from handover.scheduling.models import Appointment, Attendance

__all__ = [
    "Allocation",
    "BalanceFile",
    "BillingSettings",
    "CollectedElsewhere",
    "Credit",
    "Debtors",
    "Invoice",
    "InvoiceItem",
    "InvoiceLink",
    "NotToInvoice",
    "OpeningBalance",
    "OpeningCredit",
]

#: Stands for the day of an invoice that has none, where invoices are ordered by their day.
NO_DAY = date(1900, 1, 1)


class Invoice(WorkspaceOwned):
    """What somebody was charged. Imported ones are history: they are never changed or sent."""

    class Origin(models.TextChoices):
        """Where an invoice was made."""

        HERE = "here", later("Made here")
        IMPORTED = "imported", later("Imported")

    class Status(models.TextChoices):
        """Where an invoice stands; an imported one, where it stood when it was imported.

        Of one made here: a draft, open, or paid as soon as nothing is due. That it is overdue is
        worked out of its day and its balance, and kept nowhere.
        """

        DRAFT = "draft", later("Draft")
        OPEN = "open", later("Open")
        PAID = "paid", later("Paid")
        CLOSED = "closed", later("Closed")
        OPEN_CREDIT = "open_credit", later("Open credit")
        UNKNOWN = "unknown", later("Not known")

    class CalculationMethod(models.TextChoices):
        """How tax was worked out when the invoice was made."""

        LEGACY = "legacy", later("Legacy")
        TAX_EXCLUSIVE = "tax_exclusive", later("Tax exclusive")
        TAX_INCLUSIVE = "tax_inclusive", later("Tax inclusive")
        NO_TAX = "no_tax", later("No tax")
        UNKNOWN = "unknown", later("Not known")

    class Due(models.TextChoices):
        """What is known of what is still to be paid."""

        NOTHING = "nothing", later("Nothing is due")
        NOT_KNOWN = (
            "not_known_to_source",
            later("Not known to Cliniko's API, which gives no payments"),
        )
        LEDGER = "ledger", later("As its payments and credits say")

    together: ClassVar = (
        ("net_amount", "tax_amount", "total_amount", "discounted_amount", "calculation_method"),
        ("status", "source_status", "due", "closed_at"),
    )

    origin = models.CharField(max_length=10, choices=Origin, default=Origin.HERE)
    number = models.TextField(blank=True, default="")
    reference = models.TextField(blank=True, default="")
    issued_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    finalised_at = models.DateTimeField(null=True)
    recipient = models.TextField(blank=True, default="", help_text="as it stood on the invoice")
    extra_information = models.TextField(blank=True, default="")
    notes = models.TextField(blank=True, default="")

    status = models.CharField(max_length=15, choices=Status, default=Status.UNKNOWN)
    source_status = models.TextField(blank=True, default="")
    due = models.CharField(max_length=20, choices=Due, default=Due.NOT_KNOWN)
    closed_at = models.DateTimeField(null=True)

    net_amount = IssuedAmount()
    tax_amount = IssuedAmount()
    total_amount = IssuedAmount()
    discounted_amount = IssuedAmount()
    calculation_method = models.CharField(
        max_length=15, choices=CalculationMethod, default=CalculationMethod.UNKNOWN
    )

    client = WorkspaceForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    contact = WorkspaceForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    practitioner = WorkspaceForeignKey(
        Practitioner, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    location = WorkspaceForeignKey(
        Location, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    appointment = WorkspaceForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    attendance = WorkspaceForeignKey(
        Attendance, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    original_invoice = WorkspaceForeignKey(
        "billing.Invoice", null=True, on_delete=models.PROTECT, related_name="reversals"
    )
    source_signature_id = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = (
            models.Index("workspace", "client", "issued_on", name="invoice_by_client"),
            models.Index("workspace", "status", name="invoice_by_status"),
            models.Index("workspace", "contact", name="invoice_by_contact"),
            models.Index("workspace", "number", name="invoice_by_number"),
            # some imported ones have no day; lists of all of them go by it
            models.Index(
                "workspace", Coalesce("issued_on", Value(NO_DAY)), "id", name="invoice_by_day"
            ),
            models.Index(
                "workspace",
                "issued_on",
                name="invoice_of_nobody",
                condition=models.Q(client__isnull=True, contact__isnull=True),
            ),
            models.Index("workspace", "due_on", name="invoice_by_due_day"),
        )
        constraints = (
            models.UniqueConstraint(
                "workspace",
                "number",
                condition=models.Q(origin="here") & ~models.Q(number=""),
                name="invoice_numbered_once",
            ),
        )

    @property
    def balance_known(self) -> bool:
        """Whether it can be said what is still due; in queries, ask for `due`."""
        return self.due != self.Due.NOT_KNOWN


class InvoiceItem(WorkspaceOwned):
    """One line of an invoice, as it was issued."""

    together: ClassVar = (
        (
            *("unit_price", "quantity", "net_price", "total_including_tax"),
            *("discount_percentage", "discounted_amount", "discount_is_monetary"),
            *("tax_name", "tax_rate", "tax_amount"),
        ),
    )

    class Kind(models.TextChoices):
        """What a line of an invoice made here charges for; empty on imported ones."""

        UNKNOWN = "", later("Not known")
        APPOINTMENT = "appointment", later("Appointment")
        SUPPORT_ACTIVITY = "support_activity", later("Support activity")
        SERVICE = "service", later("Service")
        PRODUCT = "product", later("Product")
        CUSTOM = "custom", later("Custom")

    invoice = WorkspaceForeignKey(Invoice, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=20, choices=Kind, blank=True, default=Kind.UNKNOWN)
    position = models.PositiveIntegerField(null=True)
    name = models.TextField(blank=True, default="")
    code = models.TextField(blank=True, default="")
    unit_price = IssuedAmount()
    quantity = IssuedAmount()
    discount_percentage = IssuedAmount()
    discounted_amount = IssuedAmount()
    discount_is_monetary = models.BooleanField(null=True)
    net_price = IssuedAmount()
    tax_name = models.TextField(blank=True, default="")
    tax_rate = IssuedAmount()
    tax_amount = IssuedAmount()
    total_including_tax = IssuedAmount()
    concession_type_name = models.TextField(blank=True, default="")
    billable_item = WorkspaceForeignKey(
        BillableItem, null=True, on_delete=models.PROTECT, related_name="+"
    )
    product = WorkspaceForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    service = WorkspaceForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    appointment = WorkspaceForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="invoice_items"
    )
    attendance = WorkspaceForeignKey(
        Attendance, null=True, on_delete=models.PROTECT, related_name="invoice_items"
    )
    tax = WorkspaceForeignKey(Tax, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)


class NotToInvoice(WorkspaceOwned):
    """Somebody has decided that one who came is not charged: kept beside the attendance.

    The attendance itself stays as it was booked or imported.
    """

    attendance = WorkspaceForeignKey(
        Attendance, on_delete=models.PROTECT, related_name="not_to_invoice"
    )
    made_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "not to invoice"
        constraints = (
            models.UniqueConstraint("workspace", "attendance", name="not_to_invoice_once"),
        )


class InvoiceLink(WorkspaceOwned):
    """An address at which anybody who was given it sees one invoice, until it is revoked.

    Only the hash of its token is kept: who reads the database cannot open what it leads to.
    """

    invoice = WorkspaceForeignKey(Invoice, on_delete=models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
