"""The client of Cliniko's API: pages, single objects, and whose key it is."""

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Self, TypeVar

import httpx
import msgspec

from handover.core.zones import identifier
from handover.importing.cliniko.asking import Asker, Question
from handover.importing.cliniko.envelope import Envelope, open_list, open_single, record_id
from handover.importing.cliniko.gate import (
    CLINIKO_LIMIT,
    Gate,
    OnWait,
    Pause,
    pause,
    shared_gate,
)
from handover.importing.cliniko.key import CLINIKO_URL, ApiKey
from handover.importing.cliniko.listing import Listing, Page
from handover.importing.cliniko.patience import STEADY, Patience
from handover.importing.cliniko.problems import Trouble
from handover.importing.cliniko.server_word import server_clock
from handover.importing.cliniko.statuses import Reply, raise_for_status
from handover.importing.cliniko.transport import ANYTHING, Bounds, Transport
from handover.importing.engine.errors import Absent, StopImport

T = TypeVar("T")
_CONTACT = re.compile(r"[!-~]+@[!-~]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer as it came; `requests` is what it cost, repeats included."""

    status: int
    content: bytes = field(repr=False)
    requests: int


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """The user whose key it is; `time_zone` is an IANA identifier, or empty."""

    id: str
    name: str
    role: str
    time_zone: str = ""

    @property
    def is_administrator(self) -> bool:
        """Whether the key reads everything there is."""
        return self.role.casefold() == "administrator"


class _User(msgspec.Struct):
    first_name: str | None = None
    last_name: str | None = None
    role: str | None = None
    time_zone: str | None = None
    time_zone_identifier: str | None = None


class ClinikoClient:
    """Reads one account with one key. Thread-safe; all clients of a key share one gate.

    `contact` is the e-mail address that Cliniko may write to about these requests. `limit` is
    requests a minute, 0 to lift it. `stop` ends every wait with Interrupted; a call may bring an
    event of its own instead. `on_wait` is told, in the thread that waits, until when (UTC) the
    limit makes a request wait. `carrier` and `sleep` replace the network and the clock.
    """

    def __init__(
        self,
        key: ApiKey,
        *,
        contact: str,
        url_template: str = CLINIKO_URL,
        limit: int = CLINIKO_LIMIT,
        gate: Gate | None = None,
        bounds: Bounds | None = None,
        patience: Patience = STEADY,
        stop: threading.Event | None = None,
        on_wait: OnWait | None = None,
        carrier: httpx.BaseTransport | None = None,
        sleep: Pause = pause,
    ) -> None:
        self.key, self.url = key, key.api_url(url_template)
        self.gate = gate or shared_gate(key.fingerprint, self.url, limit)
        self.agent = _user_agent(contact)
        self._patience, self._stop = patience, stop
        self._transport = Transport(
            key, user_agent=self.agent, bounds=bounds or Bounds(), carrier=carrier
        )
        self._asker = Asker(
            self.url, gate=self.gate, transport=self._transport, on_wait=on_wait, sleep=sleep
        )

    @property
    def requests(self) -> int:
        """Requests sent so far, repeats included."""
        return self._asker.requests

    def get(
        self,
        path: str,
        params: Iterable[tuple[str, str]] = (),
        *,
        stop: threading.Event | None = None,
    ) -> Answer:
        """Whatever is at `path`; raises what `page` raises but for UnreadablePage."""
        listing = Listing(path, params=tuple(params), single=True)
        question = self._question(listing, None, stop)
        reply = self._ask(question, lambda reply: reply)
        return Answer(reply.status, reply.content, question.requests)

    def page(
        self, listing: Listing, number: int = 1, *, stop: threading.Event | None = None
    ) -> Page:
        """Page `number` (from 1) of a list, or the one record of a single object.

        Raises NotPermitted and Absent for this list alone; RetryLater (Unreachable, RateLimited,
        Interrupted) for what time mends; StopImport (KeyRefused, RequestRefused, Redirected,
        StrayLink, NoTrust, UnreadablePage) for what a person must see to.
        """
        question = self._question(listing, None if listing.single else number, stop)
        envelope, served_at = self._ask(question, partial(self._open, listing, number))
        cost = question.requests
        return Page(number, envelope.total, envelope.records, envelope.has_next, cost, served_at)

    def single(self, path: str, *, stop: threading.Event | None = None) -> Page:
        """The object at `path` as a page of one record; raises what `page` raises."""
        return self.page(Listing(path, single=True), stop=stop)

    def location(self, path: str, *, stop: threading.Event | None = None) -> tuple[str, int]:
        """Where Cliniko sends a reader of `path`, and how many requests it took to be told.

        It is the short-lived address of a file's content: a secret, and the key must not go
        there. Raises what `page` raises.
        """
        question = self._question(Listing(path, single=True), None, stop)
        question.accept = ANYTHING
        return self._asker.ask(question, partial(self._aim, question.name)), question.requests

    def check_key(self) -> WhoAmI:
        """Whose key it is, soon: a person waits for it. Raises what `page` raises."""
        question = Question("/user", self._patience.hurried(), stop=self._stop)
        try:
            envelope = self._ask(question, lambda reply: open_single(reply.content))
        except Absent:
            user = None
        else:
            user = _who(envelope.records[0])
        if user is None or not user.id:
            raise StopImport(f"What answers at {self.url} is not Cliniko's API: check the address.")
        return user

    def close(self) -> None:
        """Closes all connections; what is under way fails."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ClinikoClient({self.key!r}, {self.url})"

    def _question(
        self, listing: Listing, page: int | None, stop: threading.Event | None
    ) -> Question:
        query = listing.query(page or 1)
        return Question(listing.path, self._patience, query, page, stop or self._stop)

    def _ask(self, question: Question, read: Callable[[Reply], T]) -> T:
        def read_success(reply: Reply) -> T:
            raise_for_status(reply, question.name, self.key)
            return read(reply)

        return self._asker.ask(question, read_success)

    def _open(
        self, listing: Listing, number: int, reply: Reply
    ) -> tuple[Envelope, datetime | None]:
        served_at = server_clock(reply.headers)
        if listing.single:
            return open_single(reply.content), served_at
        return open_list(reply.content, listing, number, self.url), served_at

    def _aim(self, name: str, reply: Reply) -> str:
        if reply.redirects and reply.location:
            return reply.location
        raise_for_status(reply, name, self.key)
        raise Trouble("it is not a redirect to a file", unreadable=True)


def _who(record: bytes) -> WhoAmI:
    try:
        user = msgspec.json.decode(record, type=_User)
    except msgspec.MsgspecError:
        user = _User()
    name = " ".join(part for part in (user.first_name, user.last_name) if part)
    zone = identifier(user.time_zone_identifier or "") or identifier(user.time_zone or "")
    return WhoAmI(record_id(record) or "", name, user.role or "", zone or "")


def _user_agent(contact: str) -> str:
    if not _CONTACT.fullmatch(contact.strip()):
        raise StopImport(
            "Cliniko wants to know whom to write to about these requests: set "
            "HANDOVER_CONTACT to an e-mail address."
        )
    try:
        release = version("handover")
    except PackageNotFoundError:
        release = "0"
    return f"Handover/{release} ({contact.strip()})"
