"""People who sign in, and the workspaces that they work in."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as later

from handover.accounts.definitions import CustomFieldDefinitions
from handover.core.exact import ExactJSONField
from handover.core.phones import PhoneNumber
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned


class Accounts(BaseUserManager["Account"]):
    """Finding and making accounts; an address means the same in small letters and capitals."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account of an e-mail address. Raises `Account.DoesNotExist`."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None) -> "Account":
        """Make an account; without a password nobody signs in with one."""
        account = Account(email=email.lower())
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """What a person signs in with: one e-mail address, in as many workspaces as invite them.

    `support_name` is what owners know somebody of our own staff by; "" for everybody else.
    """

    email = models.EmailField(max_length=255)
    is_active = models.BooleanField(default=True)
    support_name = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    objects = Accounts()

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

    OWNER = "owner", later("Account owner")
    PRACTITIONER_ADMIN = "practitioner_admin", later("Practitioner admin")
    PRACTITIONER = "practitioner", later("Practitioner")
    PRACTICE_MANAGER = "practice_manager", later("Practice manager")
    RECEPTIONIST = "receptionist", later("Receptionist")
    ACCOUNTANT = "accountant", later("Accountant")
    SUPPORT = "support", later("Our support staff")
    UNKNOWN = "unknown", later("Not known yet")


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
    own_clients_only = models.BooleanField(default=False, db_default=False)

    class Meta(WorkspaceOwned.Meta):
        ordering = ("last_name", "first_name")
        constraints = (
            models.UniqueConstraint(
                "workspace",
                "account",
                name="one_user_per_account",
                condition=models.Q(account__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or f"User {self.pk}"


class UserPhone(PhoneNumber):
    """A phone number of a user."""

    user = WorkspaceForeignKey(User, on_delete=models.CASCADE, related_name="phones")


class PracticeDetails(WorkspaceOwned):
    """What the practice says of itself and how it works: Settings > Details."""

    pieces: ClassVar = {"custom_field_sections": CustomFieldDefinitions()}

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


class Invitation(WorkspaceOwned):
    """A letter that lets somebody in as a user, once, until `expires_at`.

    The link in it names this row and its `nonce`, signed; a letter that is sent again has another
    nonce, so that the older link is worth nothing any more.
    """

    user = WorkspaceForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    invited_by = models.TextField(blank=True, default="")
    email = models.EmailField(max_length=255)
    nonce = models.CharField(max_length=40)
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_default=Now())
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def has_run_out(self) -> bool:
        """Whether its time is over: its letter lets nobody in."""
        return self.expires_at <= timezone.now()


class SupportGrant(WorkspaceOwned):
    """That an owner lets somebody of our support run imports, until a time or until it is ended."""

    user = WorkspaceForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    until = models.DateTimeField()
    allowed_by = models.TextField(blank=True, default="")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        ordering = ("id",)

    def is_good(self, now: datetime) -> bool:
        """Whether it lets somebody in at that moment."""
        return self.revoked_at is None and self.until > now


class AuditEntry(WorkspaceOwned):
    """Who did what to which record, when and from where. The database lets nobody change a line.

    It names records and says nothing of what is in them. People and clients are numbers and no
    links, so that the line stays when they are gone; `who` is the name as it was then.
    """

    class Action(models.TextChoices):
        """What was done."""

        SIGNED_IN = "signed_in", later("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", later("Sign-in failed")
        SIGNED_OUT = "signed_out", later("Signed out")
        READ = "read", later("Read")
        SEARCHED = "searched", later("Searched")
        DOWNLOADED = "downloaded", later("Downloaded")
        CREATED = "created", later("Created")
        CHANGED = "changed", later("Changed")
        DELETED = "deleted", later("Deleted")
        EXPORTED = "exported", later("Exported")
        IMPORTED = "imported", later("Imported")
        INVITED = "invited", later("Invited")
        JOINED = "joined", later("Joined")
        ROLE_CHANGED = "role_changed", later("Role changed")
        DEACTIVATED = "deactivated", later("Deactivated")
        REACTIVATED = "reactivated", later("Reactivated")
        SECURITY_CHANGED = "security_changed", later("Sign-in security changed")
        REFUSED = "refused", later("Refused")
        SUPPORT_ALLOWED = "support_allowed", later("Support access changed")
        SUPPORT = "support", later("Support at work")

    user_id = models.BigIntegerField(null=True)
    who = models.TextField(blank=True, default="")
    action = models.CharField(max_length=20, choices=Action)
    record = models.TextField(blank=True, default="")
    record_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    detail = models.TextField(blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    browser = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        ordering = ("-id",)
        verbose_name_plural = "audit entries"
        indexes = (
            models.Index(fields=("workspace", "-id"), name="audit_by_time"),
            models.Index(fields=("workspace", "client_id", "-id"), name="audit_by_client"),
            models.Index(fields=("workspace", "user_id", "-id"), name="audit_by_user"),
        )
