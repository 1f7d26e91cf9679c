"""What was said to clients and by them, as it was recorded elsewhere.

This is history and nothing but history. What is to be sent stands in a table of its own, in a
package below this one that cannot see it; so nothing that is written here can ever be sent. Of an
e-mail that was sent from here it tells afterwards.
"""

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.billing.models import Invoice
from handover.clients.models import Client
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.scheduling.models import Appointment, Attendance


class Communication(WorkspaceOwned):
    """One message or memo. Some are confidential: it is read through `queries.visible_to` alone.

    So no other table leads here: a client's messages are those of `visible_to` that name them.
    """

    class Kind(models.TextChoices):
        """What it is: a message that went out or came in, or somebody's note about one."""

        EMAIL = "email", later("Email")
        SMS = "sms", later("SMS")
        MEMO = "memo", later("Memo")
        OTHER = "other", later("Other")

    class Channel(models.TextChoices):
        """The way it took; a memo names the way of what it tells about."""

        EMAIL = "email", later("Email")
        SMS = "sms", later("SMS")
        PHONE_CALL = "phone_call", later("Phone call")
        OTHER = "other", later("Other")
        UNKNOWN = "unknown", later("Not known")

    class Direction(models.TextChoices):
        """From the practice, or to it."""

        SENT = "sent", later("Sent")
        RECEIVED = "received", later("Received")
        UNKNOWN = "unknown", later("Not known")

    class Format(models.TextChoices):
        """How the content is to be shown; text is never shown as markup."""

        TEXT = "text", later("Plain text")
        HTML = "html", later("Formatted, cleaned of everything that could run")

    class Delivery(models.TextChoices):
        """Whether it arrived."""

        NOT_KNOWN = "not_known", later("Not known: the source does not say")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.UNKNOWN)
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.UNKNOWN)
    category = models.TextField(blank=True, default="")
    category_code = models.PositiveIntegerField(null=True)
    subject = models.TextField(blank=True, default="")
    content = models.TextField(blank=True, default="")
    content_format = models.CharField(max_length=4, choices=Format, default=Format.TEXT)
    sender = models.TextField(blank=True, default="")
    recipient = models.TextField(blank=True, default="")
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.NOT_KNOWN)
    confidential = models.BooleanField(null=True)

    client = WorkspaceForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+")
    appointment = WorkspaceForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="+"
    )
    attendance = WorkspaceForeignKey(
        Attendance, null=True, on_delete=models.PROTECT, related_name="+"
    )
    invoice = WorkspaceForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    source_letter_id = models.TextField(blank=True, default="")
    source_payment_id = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = (
            models.Index("workspace", "client", "created_at", name="communication_by_client"),
        )
