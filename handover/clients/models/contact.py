"""People and firms around the clients: doctors, payers, family."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.core.phones import PhoneNumber
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Contact(WorkspaceOwned):
    """Somebody who is written to, billed or named as referrer."""

    class Type(models.TextChoices):
        """What a contact is to the practice."""

        STANDARD = "standard", later("Standard")
        DOCTOR = "doctor", later("Doctor")
        THIRD_PARTY_PAYER = "third_party_payer", later("3rd party payer")

    class DoctorType(models.TextChoices):
        """What kind of doctor a doctor is."""

        GENERAL_PRACTITIONER = "general_practitioner", later("General practitioner")
        SPECIALIST = "specialist", later("Specialist")
        UNKNOWN = "", later("Not known")

    together: ClassVar = (
        (
            *("address_1", "address_2", "address_3"),
            *("city", "state", "post_code", "country", "country_code"),
        ),
    )

    type = models.CharField(max_length=20, choices=Type, default=Type.STANDARD)
    doctor_type = models.CharField(
        max_length=20, choices=DoctorType, blank=True, default=DoctorType.UNKNOWN
    )
    title = models.TextField(blank=True, default="")
    first_name = models.TextField(blank=True, default="")
    last_name = models.TextField(blank=True, default="")
    preferred_name = models.TextField(blank=True, default="")
    company_name = models.TextField(blank=True, default="")
    occupation = models.TextField(blank=True, default="")
    provider_number = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    address_1 = models.TextField(blank=True, default="")
    address_2 = models.TextField(blank=True, default="")
    address_3 = models.TextField(blank=True, default="")
    city = models.TextField(blank=True, default="")
    state = models.TextField(blank=True, default="")
    post_code = models.TextField(blank=True, default="")
    country = models.TextField(blank=True, default="")
    country_code = models.CharField(max_length=2, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        name = f"{self.title} {self.first_name} {self.last_name}".strip()
        return " ".join(name.split()) or self.company_name or f"Contact {self.pk}"


class ContactPhone(PhoneNumber):
    """A phone number of a contact."""

    contact = WorkspaceForeignKey(Contact, on_delete=models.CASCADE, related_name="phones")
