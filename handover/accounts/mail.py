"""Letters about access: the one function that sends them.

Whatever is to keep, retry or show letters takes over here: `send` is all that calls Django's mail.
"""

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def send(to: str, template: str, context: Mapping[str, object]) -> None:
    """Send the letter `accounts/mail/<template>.txt`, whose first line is its subject.

    Raises `OSError` (`smtplib.SMTPException` is one) if it cannot be handed over.
    """
    text = render_to_string(f"accounts/mail/{template}.txt", dict(context))
    subject, _, body = text.partition("\n")
    hand_over(EmailMultiAlternatives(subject.strip(), body.strip() + "\n", to=[to]))


def not_sent() -> str:
    """Why a letter did not go, in words for whoever waits for it."""
    if not settings.EMAIL_HOST:
        return _(
            "The letter could not be sent: this installation has no mail server yet "
            "(HANDOVER_MAIL). Whoever operates it can set one, or give out links by hand."
        )
    return _("The letter could not be sent: the mail server cannot be reached. Try again later.")


def hand_over(letter: EmailMultiAlternatives) -> None:
    """Give a letter to whoever delivers it."""
    letter.send()
