"""The person who is cared for."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Left, Lower
from django.utils.translation import gettext_lazy as later

from handover.clients.answers import CustomFieldAnswers
from handover.clients.models.contact import Contact
from handover.core.exact import ExactJSONField
from handover.core.phones import PhoneNumber
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.practice.models import ConcessionType


class Client(WorkspaceOwned):
    """A person who is cared for. A consent is never assumed: null means not asked."""

    class ReminderPreference(models.TextChoices):
        """How a client wants to be reminded of appointments."""

        NONE = "none", later("None")
        SMS = "sms", later("SMS")
        EMAIL = "email", later("Email")
        SMS_AND_EMAIL = "sms_and_email", later("SMS & Email")
        NOT_SET = "", later("Not set")

    together: ClassVar = (
        (
            *("address_1", "address_2", "address_3"),
            *("city", "state", "post_code", "country", "country_code"),
        ),
    )
    pieces: ClassVar = {"custom_fields": CustomFieldAnswers()}

    # who they are
    title = models.TextField(blank=True, default="")
    first_name = models.TextField(blank=True, default="")
    middle_name = models.TextField(blank=True, default="")
    last_name = models.TextField(blank=True, default="")
    preferred_name = models.TextField(blank=True, default="")
    pronouns = ExactJSONField(null=True)
    sex = models.TextField(blank=True, default="")
    gender_identity = models.TextField(blank=True, default="")
    birth_date = models.DateField(null=True)
    occupation = models.TextField(blank=True, default="")

    # how to reach them
    email = models.TextField(blank=True, default="")
    address_1 = models.TextField(blank=True, default="")
    address_2 = models.TextField(blank=True, default="")
    address_3 = models.TextField(blank=True, default="")
    city = models.TextField(blank=True, default="")
    state = models.TextField(blank=True, default="")
    post_code = models.TextField(blank=True, default="")
    country = models.TextField(blank=True, default="")
    country_code = models.CharField(max_length=2, blank=True, default="")
    time_zone = models.TextField(blank=True, default="")
    emergency_contact = models.TextField(blank=True, default="")

    # what they agreed to
    privacy_policy_accepted = models.BooleanField(null=True)
    email_marketing_accepted = models.BooleanField(null=True)
    sms_marketing_accepted = models.BooleanField(null=True)
    receives_confirmation_emails = models.BooleanField(null=True)
    receives_cancellation_emails = models.BooleanField(null=True)
    reminder_preference = models.CharField(
        max_length=20,
        choices=ReminderPreference,
        blank=True,
        default=ReminderPreference.NOT_SET,
    )

    # who pays
    medicare_number = models.TextField(blank=True, default="")
    medicare_reference_number = models.TextField(blank=True, default="")
    dva_number = models.TextField(blank=True, default="")
    health_fund_name = models.TextField(blank=True, default="")
    health_fund_member_number = models.TextField(blank=True, default="")
    health_fund_reference_number = models.TextField(blank=True, default="")
    ndis_number = models.TextField(blank=True, default="")
    ndis_fund_management = models.TextField(blank=True, default="")
    ndis_plan_start = models.DateField(null=True)
    ndis_plan_end = models.DateField(null=True)
    concession_type = WorkspaceForeignKey(
        ConcessionType, null=True, on_delete=models.PROTECT, related_name="+"
    )
    invoice_recipient = models.TextField(blank=True, default="")
    invoice_email = models.TextField(blank=True, default="")
    invoice_extra_information = models.TextField(blank=True, default="")
    send_invoices_to = WorkspaceForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="+"
    )

    # what the team should know
    notes = models.TextField(blank=True, default="")
    alerts = models.TextField(blank=True, default="")
    medications_and_allergies = models.TextField(blank=True, default="")
    diagnosis = models.TextField(blank=True, default="")
    referral_source_text = models.TextField(blank=True, default="")
    referring_doctor = WorkspaceForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="+"
    )
    custom_fields = ExactJSONField(null=True)
    old_reference_id = models.TextField(blank=True, default="")

    # where the record stands
    archived_at = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)
    merged_into = WorkspaceForeignKey(
        "clients.Client", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(WorkspaceOwned.Meta):
        indexes = (
            models.Index(  # an index takes no text beyond some 2,700 bytes
                "workspace",
                Lower(Left("last_name", 100)),
                Lower(Left("first_name", 100)),
                name="client_name",
            ),
            models.Index("workspace", "birth_date", name="client_birth_date"),
            models.Index(
                fields=("workspace", "id"),
                condition=models.Q(archived_at__isnull=False),
                name="client_archived",
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or f"Client {self.pk}"

    @property
    def called(self) -> str:
        """The name that they go by, where it is another one than the first name."""
        same = self.preferred_name.casefold() == self.first_name.casefold()
        return "" if same else self.preferred_name

    def age_on(self, day: date) -> int | None:
        """In whole years; None where the birth date is not known or still to come."""
        born = self.birth_date
        if born is None or born > day:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class ClientPhone(PhoneNumber):
    """A phone number of a client."""

    client = WorkspaceForeignKey(Client, on_delete=models.CASCADE, related_name="phones")


class ClientContact(WorkspaceOwned):
    """A contact that is associated with a client, and what they are sent."""

    client = WorkspaceForeignKey(Client, on_delete=models.CASCADE, related_name="contacts")
    contact = WorkspaceForeignKey(Contact, on_delete=models.PROTECT, related_name="clients")
    notes = models.TextField(blank=True, default="")
    receives_appointments = models.BooleanField(default=False)
    receives_invoices = models.BooleanField(default=False)
    receives_notes = models.BooleanField(default=False)
