"""People who sign in, and the workspaces that they work in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now

from handover.core.exact import ExactJSONField
from handover.core.phones import PhoneNumber
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Account(AbstractBaseUser):
    """What a person signs in with: one e-mail address, in as many workspaces as invite them."""

    email = models.EmailField(max_length=255)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    objects = BaseUserManager["Account"]()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="one_account_per_email"),)


class Workspace(models.Model):
    """One practice's own room in the product: the tenant."""

    name = models.TextField()
    slug = models.SlugField(max_length=100, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a user may do in a workspace."""

    OWNER = "owner", "Account owner"
    PRACTITIONER_ADMIN = "practitioner_admin", "Practitioner admin"
    PRACTITIONER = "practitioner", "Practitioner"
    PRACTICE_MANAGER = "practice_manager", "Practice manager"
    RECEPTIONIST = "receptionist", "Receptionist"
    ACCOUNTANT = "accountant", "Accountant"
    UNKNOWN = "unknown", "Not known yet"


class User(WorkspaceOwned):
    """A person of the practice's team, in one workspace; without an account nobody signs in."""

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    title = models.TextField(blank=True, default="")
    first_name = models.TextField(blank=True, default="")
    last_name = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    role = models.CharField(max_length=20, choices=Role, default=Role.UNKNOWN)
    time_zone = models.TextField(blank=True, default="")
    active = models.BooleanField(default=True)
    sign_in_active = models.BooleanField(null=True)

    class Meta(WorkspaceOwned.Meta):
        ordering = ("last_name", "first_name")

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or f"User {self.pk}"


class UserPhone(PhoneNumber):
    """A phone number of a user."""

    user = WorkspaceForeignKey(User, on_delete=models.CASCADE, related_name="phones")


class PracticeDetails(WorkspaceOwned):
    """What the practice says of itself and how it works: Settings > Details."""

    name = models.TextField(blank=True, default="")
    subdomain = models.TextField(blank=True, default="")
    country = models.TextField(blank=True, default="")
    country_code = models.CharField(max_length=2, blank=True, default="")
    currency_symbol = models.TextField(blank=True, default="")
    time_zone = models.TextField(blank=True, default="")
    terminology = models.TextField(blank=True, default="")
    titles = ExactJSONField(default=list)
    custom_field_sections = ExactJSONField(default=list)
    other_settings = ExactJSONField(default=dict)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "practice details"
