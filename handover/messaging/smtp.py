"""One conversation with the mail server: what it ended in, in words that quote nobody."""

import re
import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from handover.messaging.enclosing import File
from handover.messaging.models import MessageState, OutgoingMessage

PERMANENT = 500
WANTS_SIGNING_IN = {530, 534, 535, 538}
ENHANCED = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Ending:
    """How an attempt ended: sent, failed for good, or to be tried again (waiting).

    `of_server`: it says nothing about this message; the next one would fare the same.
    """

    state: MessageState
    error: str = ""
    of_server: bool = False


SENT = Ending(MessageState.SENT)


def send(message: OutgoingMessage, files: Iterable[File] = ()) -> Ending:
    """Send it, with these files, to the server that the settings name."""
    letter = _letter(message)
    for file in files:
        letter.attach(file.name, file.content, file.type)
    server = EmailBackend()
    try:
        server.open()
        server.send_messages([letter])
    except (smtplib.SMTPException, OSError) as problem:
        return _ending(problem)
    finally:
        with suppress(smtplib.SMTPException, OSError):  # it has said what it thinks of the message
            server.close()
    return SENT


def greeted() -> Ending:
    """Say hello to the server, with user and password if it has any; send nothing."""
    server = EmailBackend()
    try:
        server.open()
    except (smtplib.SMTPException, OSError) as problem:
        return _ending(problem)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.close()
    return SENT


def _letter(message: OutgoingMessage) -> EmailMultiAlternatives:
    letter = EmailMultiAlternatives(
        message.subject,
        message.text,
        from_email=_sender(message),
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        letter.attach_alternative(message.html, "text/html")
    return letter


def _sender(message: OutgoingMessage) -> str | None:
    """The installation's address, under the practice's name if the message has one."""
    if not message.from_name:
        return None
    return formataddr((message.from_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _ending(problem: smtplib.SMTPException | OSError) -> Ending:
    """What becomes of the message.

    What the server says of the message is final with 5xx. What it says of us (the password, the
    encryption) is not: somebody mends the setting, and the message goes.
    """
    again = MessageState.WAITING
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(problem.recipients.values()))
        return _refused(code, answer)
    if isinstance(problem, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return _refused(problem.smtp_code, problem.smtp_error)
    if words := _of_server(problem):
        return Ending(again, words, of_server=True)
    if isinstance(problem, OSError) and problem.strerror:
        return Ending(
            again, f"the mail server cannot be reached: {problem.strerror}", of_server=True
        )
    return Ending(again, "the mail server could not be spoken with", of_server=True)


def _of_server(problem: Exception) -> str:
    """What is the matter with the server; "" if it is nothing that is known."""
    known: tuple[tuple[type[Exception], str], ...] = (
        (
            smtplib.SMTPAuthenticationError,
            "the mail server does not accept the user and password of HANDOVER_MAIL",
        ),
        (
            smtplib.SMTPNotSupportedError,
            "the mail server cannot do what HANDOVER_MAIL asks for (encryption, or signing in)",
        ),
        (smtplib.SMTPServerDisconnected, "the mail server broke the connection off"),
        (smtplib.SMTPResponseException, "the mail server is not ready to take messages"),
        (ssl.SSLCertVerificationError, "the mail server's certificate is not to be trusted"),
        (ssl.SSLError, "the mail server does not speak the encryption that HANDOVER_MAIL asks for"),
        (TimeoutError, "the mail server did not answer in time"),
    )
    return next((words for kind, words in known if isinstance(problem, kind)), "")


def _refused(code: int, answer: bytes | str) -> Ending:
    raw = answer.encode("utf-8", "replace") if isinstance(answer, str) else answer
    if code in WANTS_SIGNING_IN:
        words = "the mail server wants a user and a password in HANDOVER_MAIL"
        return Ending(MessageState.WAITING, words, of_server=True)
    enhanced = ENHANCED.search(raw)
    told = f"{code} {enhanced[0].decode()}" if enhanced else str(code)
    if code >= PERMANENT:
        return Ending(MessageState.FAILED, f"the mail server refused the message ({told})")
    return Ending(MessageState.WAITING, f"the mail server asked to try again later ({told})")
