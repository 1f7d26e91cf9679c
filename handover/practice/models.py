"""What a practice consists of: places, practitioners, services and the price list."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.core.money import MoneyField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Tax(WorkspaceOwned):
    """A tax and its rate in percent."""

    name = models.TextField(blank=True, default="")
    rate = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "taxes"


class BillableItem(WorkspaceOwned):
    """A line of the price list: something that is charged for."""

    class Type(models.TextChoices):
        """What kind of thing is charged for."""

        SERVICE = "service", later("Service")
        PRODUCT = "product", later("Product")
        OTHER = "other", later("Other")

    name = models.TextField(blank=True, default="")
    code = models.TextField(blank=True, default="")
    type = models.CharField(max_length=10, choices=Type, default=Type.OTHER)
    price = MoneyField(null=True)
    tax = WorkspaceForeignKey(Tax, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)


class ProductSupplier(WorkspaceOwned):
    """Whom the practice buys products from."""

    name = models.TextField(blank=True, default="")


class Product(WorkspaceOwned):
    """Something the practice sells from stock."""

    name = models.TextField(blank=True, default="")
    code = models.TextField(blank=True, default="")
    serial_number = models.TextField(blank=True, default="")
    price_excluding_tax = MoneyField(null=True)
    price_including_tax = MoneyField(null=True)
    cost_price = MoneyField(null=True)
    stock_level = MoneyField(null=True)
    supplier = WorkspaceForeignKey(
        ProductSupplier, null=True, on_delete=models.PROTECT, related_name="products"
    )
    supplier_name = models.TextField(blank=True, default="")
    notes = models.TextField(blank=True, default="")
    tax = WorkspaceForeignKey(Tax, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)


class StockAdjustment(WorkspaceOwned):
    """A change of what is in stock, and why; the quantity is below nought if stock went out."""

    class Type(models.TextChoices):
        """Why the stock changed."""

        STOCK_PURCHASE = "stock_purchase", later("Stock purchase")
        RETURNED = "returned", later("Returned")
        DAMAGED = "damaged", later("Damaged")
        OUT_OF_DATE = "out_of_date", later("Out of date")
        ITEM_SOLD = "item_sold", later("Item sold")
        CORRECTION = "correction", later("Correction")
        OTHER = "other", later("Other")
        UNKNOWN = "unknown", later("Not known")

    product = WorkspaceForeignKey(
        Product, on_delete=models.PROTECT, related_name="stock_adjustments"
    )
    type = models.CharField(max_length=15, choices=Type, default=Type.UNKNOWN)
    source_type = models.TextField(blank=True, default="")
    quantity = MoneyField(null=True)
    notes = models.TextField(blank=True, default="")
    adjusted_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)


class ConcessionType(WorkspaceOwned):
    """A group of clients who pay another price: pensioners, students and the like."""

    name = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)


class ConcessionPrice(WorkspaceOwned):
    """What one billable item costs for one concession type."""

    billable_item = WorkspaceForeignKey(BillableItem, on_delete=models.PROTECT, related_name="+")
    concession_type = WorkspaceForeignKey(
        ConcessionType, on_delete=models.PROTECT, related_name="prices"
    )
    price = MoneyField(null=True)


class Service(WorkspaceOwned):
    """What can be booked: an appointment with clients, or a support activity without."""

    class Kind(models.TextChoices):
        """What a service is for; fixed once it is in use."""

        APPOINTMENT = "appointment", later("Appointment")
        SUPPORT_ACTIVITY = "support_activity", later("Support activity")

    kind = models.CharField(max_length=20, choices=Kind, default=Kind.APPOINTMENT)
    name = models.TextField(blank=True, default="")
    category = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    duration_minutes = models.PositiveIntegerField(null=True)
    max_clients = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    colour = models.TextField(blank=True, default="")
    telehealth = models.BooleanField(null=True)
    show_in_online_bookings = models.BooleanField(null=True)
    online_bookings_lead_time_hours = models.PositiveIntegerField(null=True)
    online_payments_enabled = models.BooleanField(null=True)
    online_payments_mode = models.TextField(blank=True, default="")
    deposit_price = MoneyField(null=True)
    add_deposit_to_account_credit = models.BooleanField(null=True)
    archived_at = models.DateTimeField(null=True)


class ServiceItem(WorkspaceOwned):
    """What is charged when a service is booked: a billable item or a product, and how many."""

    service = WorkspaceForeignKey(Service, on_delete=models.PROTECT, related_name="items")
    billable_item = WorkspaceForeignKey(
        BillableItem, null=True, on_delete=models.PROTECT, related_name="+"
    )
    product = WorkspaceForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    quantity = MoneyField(null=True)
    discount_percentage = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    discounted_amount = MoneyField(null=True)
    discount_is_monetary = models.BooleanField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(billable_item__isnull=True) ^ models.Q(product__isnull=True),
                name="service_item_is_one_thing",
            ),
        )


class CancellationReason(WorkspaceOwned):
    """A reason that is proposed when an appointment is cancelled; appointments keep its words."""

    name = models.TextField()
    code = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)


class Location(WorkspaceOwned):
    """A place where the practice works."""

    together: ClassVar = (
        ("address_1", "address_2", "city", "state", "post_code", "country", "country_code"),
    )

    name = models.TextField(blank=True, default="")
    display_name = models.TextField(blank=True, default="")
    address_1 = models.TextField(blank=True, default="")
    address_2 = models.TextField(blank=True, default="")
    city = models.TextField(blank=True, default="")
    state = models.TextField(blank=True, default="")
    post_code = models.TextField(blank=True, default="")
    country = models.TextField(blank=True, default="")
    country_code = models.CharField(max_length=2, blank=True, default="")
    time_zone = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    contact_information = models.TextField(blank=True, default="")
    additional_information = models.TextField(blank=True, default="")
    invoice_information = models.TextField(blank=True, default="")
    registration_name = models.TextField(blank=True, default="")
    registration_number = models.TextField(blank=True, default="")
    reminders_enabled = models.BooleanField(null=True)
    show_in_online_bookings = models.BooleanField(null=True)
    archived_at = models.DateTimeField(null=True)


class LocationService(WorkspaceOwned):
    """A service that is offered at a location."""

    once: ClassVar = ("location", "service")

    location = WorkspaceForeignKey(Location, on_delete=models.CASCADE, related_name="services")
    service = WorkspaceForeignKey(Service, on_delete=models.PROTECT, related_name="+")


class Practitioner(WorkspaceOwned):
    """A person who treats clients. A *former* one cannot sign in and can be reassigned later."""

    user = WorkspaceForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="practitioners"
    )
    title = models.TextField(blank=True, default="")
    first_name = models.TextField(blank=True, default="")
    last_name = models.TextField(blank=True, default="")
    display_name = models.TextField(blank=True, default="")
    profession = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    former = models.BooleanField(default=False)
    show_in_online_bookings = models.BooleanField(null=True)
    default_service = WorkspaceForeignKey(
        Service, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        called = self.display_name or f"{self.title} {self.first_name} {self.last_name}"
        return " ".join(called.split()) or f"Practitioner {self.pk}"


class ProviderNumber(WorkspaceOwned):
    """A practitioner's number with a funder, at one location or everywhere."""

    once: ClassVar = ("practitioner", "location", "type", "number")

    practitioner = WorkspaceForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="provider_numbers"
    )
    location = WorkspaceForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    type = models.TextField(blank=True, default="")
    number = models.TextField(blank=True, default="")


class ServiceOffering(WorkspaceOwned):
    """A service at a location, with the practitioners who give it there."""

    once: ClassVar = ("location", "service")

    location = WorkspaceForeignKey(Location, on_delete=models.PROTECT, related_name="offerings")
    service = WorkspaceForeignKey(Service, on_delete=models.PROTECT, related_name="offerings")


class OfferingPractitioner(WorkspaceOwned):
    """A practitioner who gives a service at a location."""

    once: ClassVar = ("offering", "practitioner")

    offering = WorkspaceForeignKey(
        ServiceOffering, on_delete=models.CASCADE, related_name="practitioners"
    )
    practitioner = WorkspaceForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="offerings"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(WorkspaceOwned.Meta):
        ordering = ("position",)
