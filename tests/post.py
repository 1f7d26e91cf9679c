"""A real mail server that keeps what it gets."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings


@dataclass
class Postbox:
    """Every letter that has come, the newest last."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as aiosmtpd calls it
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def last(self, to: str) -> str:
        """The text of the newest letter to an address."""
        return next(text_of(each) for each in reversed(self.letters) if each["To"] == to)

    def subjects(self, to: str) -> list[str]:
        return [str(each["Subject"]) for each in self.letters if each["To"] == to]

    def link(self, to: str) -> str:
        """The path of the link in the newest letter to an address."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.last(to))
        assert found is not None
        return found[1]

    def code(self, to: str) -> str:
        """The code in the newest letter to an address: a line of its own."""
        found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", self.last(to), re.MULTILINE)
        assert found is not None, self.last(to)
        return found[1]


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


@contextmanager
def mail_server(settings: Settings) -> Iterator[Postbox]:
    """Django's mail goes to a server of our own for the length of the block."""
    postbox = Postbox()
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield postbox
    finally:
        controller.stop()
