"""Posting messages: a row in the caller's transaction, and so sent if that is committed."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from handover.messaging.models import LONGEST_SUBJECT, OutgoingMessage


class BadAddress(Exception):
    """What is to be written to is no e-mail address."""


def checked(address: str) -> str:
    """The address without blanks around it. Raises `BadAddress`."""
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise BadAddress(f"{address!r} is no e-mail address") from None
    return address


def post(
    workspace_id: int,
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    key: str,
    from_name: str = "",
    reply_to: str = "",
    about_client: bool = False,
) -> bool:
    """Put a message into the outbox of the workspace that the caller acts in.

    `key` names the occasion: a second message for it is not posted. Returns whether this one was.
    `from_name` stands before the installation's address. Raises `BadAddress`, also for `reply_to`.
    """
    message = OutgoingMessage(
        workspace_id=workspace_id,
        to=checked(to),
        subject=_one_line(subject),
        text=text,
        html=html,
        from_name=_one_line(from_name),
        reply_to=checked(reply_to) if reply_to else "",
        about_client=about_client,
        key=key,
        message_id=_new_id(),
    )
    before = OutgoingMessage.objects.filter(key=key).exists()
    OutgoingMessage.objects.bulk_create([message], ignore_conflicts=True)
    return not before


def _one_line(words: str) -> str:
    """As a header has it: no line breaks, no other control characters, not too long."""
    plain = "".join(each if each.isprintable() else " " for each in words)
    return " ".join(plain.split())[:LONGEST_SUBJECT]


def _new_id() -> str:
    """A name for the message in all the world, under the domain that it comes from."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{uuid.uuid4()}@{domain}>"
