"""Asking until there is an answer: through the gate, with repeats, and no longer than is useful."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from handover.core import telemetry
from handover.importing.cliniko.gate import Gate, OnWait, Pause
from handover.importing.cliniko.listing import with_query
from handover.importing.cliniko.patience import Patience
from handover.importing.cliniko.problems import (
    Interrupted,
    RateLimited,
    Trouble,
    Unreachable,
    UnreadablePage,
    place,
)
from handover.importing.cliniko.statuses import TOO_MANY_REQUESTS, Reply
from handover.importing.cliniko.transport import JSON, Transport

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class Question:
    """What to fetch, how messages name it, who may end the waiting, how long that may be.

    `requests` counts what it has cost so far.
    """

    path: str
    patience: Patience
    query: tuple[tuple[str, str], ...] = ()
    page: int | None = None
    stop: threading.Event | None = None
    accept: str = JSON
    requests: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def list(self) -> str:
        """What it is about, without any number: the first part of its path."""
        return self.path.strip("/").partition("/")[0]

    @property
    def name(self) -> str:
        """Path and page, without the values of its query."""
        return place(self.path, self.page)


class Asker:
    """Sends questions for one key to one address. Thread-safe."""

    def __init__(
        self,
        url: str,
        *,
        gate: Gate,
        transport: Transport,
        on_wait: OnWait | None,
        sleep: Pause,
    ) -> None:
        self.requests = 0
        self._url, self._gate, self._transport = url, gate, transport
        self._on_wait, self._sleep = on_wait, sleep
        self._lock = threading.Lock()
        self._last_success = float("-inf")

    def ask(self, question: Question, read: Callable[[Reply], T]) -> T:
        """What `read` makes of the answer; it raises Trouble for one that should be asked again.

        Raises Unreachable, RateLimited, Interrupted, UnreadablePage and whatever else `read` does.
        """
        attempt = 1
        while isinstance(outcome := self._attempt(question, read), Trouble):
            if attempt == question.patience.attempts or outcome.lasting:
                raise _given_up(question, outcome)
            self._wait(question, attempt, outcome)
            attempt += 1
        return outcome

    def _attempt(self, question: Question, read: Callable[[Reply], T]) -> T | Trouble:
        try:
            return read(self._send(question))
        except Trouble as trouble:
            return trouble

    def _send(self, question: Question) -> Reply:
        """The first answer that is not `too many requests`."""
        url = self._url + with_query(question.path, question.query)
        longest = question.patience.without_success
        while True:
            begun = time.monotonic()
            with self._gate.place(question.stop, longest=longest, on_wait=self._on_wait):
                telemetry.took("handover.limit.wait", time.monotonic() - begun)
                self._count(question)
                with telemetry.span("request", list=question.list):
                    reply = self._transport.fetch(url, question.stop, question.accept)
                telemetry.count("handover.requests", list=question.list, status=str(reply.status))
                self._gate.hear(reply.status, reply.headers)
            if reply.status != TOO_MANY_REQUESTS:
                self._last_success = time.monotonic()
                return reply
            log.info("%s: the limit of requests is used up", question.name)
            since = max(question.started, self._last_success)
            if time.monotonic() + self._gate.held_for - since > longest:
                raise RateLimited(seconds=max(self._gate.held_for, question.patience.come_back))

    def _count(self, question: Question) -> None:
        question.requests += 1
        with self._lock:
            self.requests += 1

    def _wait(self, question: Question, attempt: int, trouble: Trouble) -> None:
        patience = question.patience
        if patience.is_too_long(trouble.retry_after):
            raise _given_up(question, trouble)
        delay = patience.delay(attempt, trouble.retry_after)
        log.info(
            "%s: %s; attempt %d of %d, again in %.1f s",
            question.name, trouble, attempt, patience.attempts, delay,
        )  # fmt: skip
        if self._sleep(delay, question.stop):
            raise Interrupted


def _given_up(question: Question, trouble: Trouble) -> Unreachable | UnreadablePage:
    if trouble.unreadable:
        return UnreadablePage(question.path, question.page, str(trouble))
    seconds = max(question.patience.come_back, trouble.retry_after or 0.0)
    return Unreachable(question.name, str(trouble), seconds=seconds)
