"""The outbox: messages that are to be sent, were sent, or could not be."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as later

from handover.core.tenancy import WorkspaceOwned

LONGEST_SUBJECT = 200


class MessageState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", later("Waiting")
    SENDING = "sending", later("Sending")
    SENT = "sent", later("Sent")
    FAILED = "failed", later("Failed")
    WITHDRAWN = "withdrawn", later("Withdrawn")


#: Messages of which something is still to be heard.
OPEN = (MessageState.WAITING, MessageState.SENDING)


class OutgoingMessage(WorkspaceOwned):
    """One e-mail to one address.

    `key` names what it is about: there is one message for each. `next_attempt_at` is when it is
    due; for one that is being sent, when whoever sends it must have come to an end. `message_id`
    is the same in every attempt. `last_error` has no address and no text of the mail server's.
    `held` is how long whoever posted it had it wait: time in which nobody tried.
    `enclosed` says what went with it, or why nothing did; the bytes are not kept.
    `about_client`: it names somebody's record, so it is shown there alone, to those who may see it.
    """

    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    from_name = models.CharField(max_length=LONGEST_SUBJECT, blank=True, default="")
    reply_to = models.CharField(max_length=254, blank=True, default="")
    about_client = models.BooleanField(default=False, db_default=False)
    key = models.CharField(max_length=120)
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    held = models.DurationField(default=timedelta(0), db_default=timedelta(0))
    enclosed = models.TextField(blank=True, default="", db_default="")
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")

    class Meta(WorkspaceOwned.Meta):
        ordering = ("pk",)
        constraints = (models.UniqueConstraint("workspace", "key", name="one_message_per_key"),)
        indexes = (
            models.Index("next_attempt_at", name="message_due", condition=models.Q(state__in=OPEN)),
        )
