"""A real SMTP server in a thread, which goes wrong when it is told to."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.db import connections


@dataclass
class PostOffice:
    """Takes letters. `faults` are answers to the next ones: a line, "drop", or "slow".

    `at_rcpt` has the answers to the next addresses instead.
    """

    letters: list[Message] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    at_rcpt: deque[str] = field(default_factory=deque)
    greetings: int = 0
    port: int = 0
    on_letter: Callable[[], None] = lambda: None
    wants_signing_in: bool = False

    def _told(self) -> None:
        self.on_letter()
        connections.close_all()

    async def handle_EHLO(  # noqa: N802  # the names that aiosmtpd calls
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        self.greetings += 1
        session.host_name = hostname
        return lines

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.wants_signing_in and not session.authenticated:
            return "530 5.7.0 sign in first"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        fault = self.faults.popleft() if self.faults else ""
        if fault == "drop":
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
            return "250 never heard"
        if fault == "slow":
            await asyncio.sleep(0.6)
        elif fault:
            return fault
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        await asyncio.to_thread(self._told)
        return "250 OK"


class OnAFreePort(Controller):
    """The controller greets its server once, at the port that was asked for: here that is none."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # it is not typed


def signs_in(
    _server: object, _session: object, _envelope: object, _how: str, data: object
) -> AuthResult:
    known = isinstance(data, LoginPassword) and data.password == b"right"
    return AuthResult(success=known, handled=False)


@contextmanager
def open_post_office(
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    *,
    signing_in: bool = False,
) -> Iterator[PostOffice]:
    """Serve on a free port for the length of the block."""
    office = PostOffice()
    office.wants_signing_in = signing_in
    served = OnAFreePort(
        office,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_require_tls=False,
        authenticator=signs_in,
    )
    served.start()
    try:
        office.port = served.port
        yield office
    finally:
        served.stop()
