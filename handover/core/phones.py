"""Phone numbers, as every person and contact has them."""

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.core.tenancy import WorkspaceOwned


class PhoneType(models.TextChoices):
    """What a number is for; the five kinds that practices know."""

    MOBILE = "mobile", later("Mobile")
    HOME = "home", later("Home")
    WORK = "work", later("Work")
    FAX = "fax", later("Fax")
    OTHER = "other", later("Other")


class PhoneNumber(WorkspaceOwned):
    """One number of one person: as it was typed, and normalised to digits for search."""

    type = models.CharField(max_length=10, choices=PhoneType, default=PhoneType.OTHER)
    number = models.TextField()
    normalized_number = models.TextField(blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(WorkspaceOwned.Meta):
        abstract = True
        ordering = ("position",)
