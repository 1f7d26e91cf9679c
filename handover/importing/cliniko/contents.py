"""The bytes of a file: one request to Cliniko, which says where they are, and one to that place.

The place is a storage with an address that is good for a short while and a secret itself. The key
never goes there, and nothing of the address but its host is ever told.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import urljoin

import httpx

from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.file_hosts import FileHosts, host_of
from handover.importing.cliniko.gate import Pause, pause
from handover.importing.cliniko.patience import STEADY, Patience
from handover.importing.cliniko.problems import Interrupted, NoTrust, Trouble
from handover.importing.cliniko.server_word import seconds_to_retry
from handover.importing.cliniko.transport import is_about_a_certificate, trust, unlogged
from handover.importing.engine.errors import (
    Absent,
    ContentMissing,
    ImportProblem,
    NotPermitted,
    StorageDown,
)

T = TypeVar("T")
Take = Callable[[Iterator[bytes]], T]

log = logging.getLogger(__name__)
CHUNK = 64 * 1024
MOST_LINKS = 3  # how often an address that has expired is asked for anew
MOST_REDIRECTS = 3
LEEWAY, LEAST_LEEWAY = 10, 1024 * 1024  # a tenth, or a megabyte
MOST_UNDECLARED = 8 * 1024**3
CONNECT, READ = 10.0, 60.0
SUCCESS, REDIRECTIONS, FORBIDDEN, ABSENT, SERVER_ERROR = 200, (300, 400), 403, 404, 500
BUSY = {408, 425, 429}


class _Expired(Exception):
    """The address is no longer good."""


@dataclass(frozen=True, slots=True)
class _Address:
    """Where bytes are; it does not show itself, in a debugger's or a crash report's list either."""

    url: str = field(repr=False)

    def joined(self, location: str) -> "_Address":
        return _Address(urljoin(self.url, location))


@dataclass(slots=True)
class Gotten(Generic[T]):
    """What `take` made of a file's bytes, or the problem; `requests` is what Cliniko counts."""

    value: T | None = None
    problem: ImportProblem | None = None
    requests: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Job(Generic[T]):
    path: str
    size: int | None
    take: Take[T]
    stop: threading.Event | None
    gotten: Gotten[T] = field(default_factory=Gotten)

    @property
    def most(self) -> int:
        """How many bytes are too many."""
        if self.size is None:
            return MOST_UNDECLARED
        return self.size + max(self.size // LEEWAY, LEAST_LEEWAY)


class Contents:
    """Fetches contents with the client's key and limit. Thread-safe."""

    def __init__(
        self,
        client: ClinikoClient,
        hosts: FileHosts,
        *,
        patience: Patience = STEADY,
        sleep: Pause = pause,
        carrier: httpx.BaseTransport | None = None,
    ) -> None:
        self._client, self._hosts = client, hosts
        self._patience, self._sleep = patience, sleep
        self._http = httpx.Client(
            headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": client.agent},
            timeout=httpx.Timeout(READ, connect=CONNECT),
            follow_redirects=False,
            verify=trust(),
            transport=carrier,
        )

    def fetch(
        self,
        path: str,
        size: int | None,
        take: Take[T],
        *,
        stop: threading.Event | None = None,
    ) -> Gotten[T]:
        """Give the bytes at `path` to `take`, anew with each attempt; `size` is the declared one.

        Problems with this one file, and with Cliniko, are in the answer; what `take` raises by
        itself is raised.
        """
        job, begun = _Job(path, size, take, stop), time.monotonic()
        try:
            job.gotten.value = self._attempts(job)
        except ImportProblem as problem:
            job.gotten.problem = problem
        job.gotten.seconds = time.monotonic() - begun
        return job.gotten

    def close(self) -> None:
        """Hang up; what is under way fails."""
        self._http.close()

    def _attempts(self, job: _Job[T]) -> T:
        address: _Address | None = None
        links, attempt = 0, 1
        while True:
            if address is None:
                address, links = self._address(job), links + 1
            try:
                return self._download(job, address)
            except _Expired:
                address = None
                if links < MOST_LINKS:
                    continue
                trouble = Trouble("its storage refuses each address anew", lasting=True)
            except Trouble as found:
                trouble = found
            if trouble.lasting or attempt >= self._patience.attempts:
                kind = ContentMissing if trouble.lasting else StorageDown
                raise kind(f"the file's content could not be fetched: {trouble}")
            self._wait(job, attempt, trouble)
            attempt += 1

    def _address(self, job: _Job[T]) -> _Address:
        """Ask Cliniko; raises what cannot be mended for this file as `ContentMissing`."""
        try:
            url, requests = self._client.location(job.path, stop=job.stop)
        except (Absent, NotPermitted) as problem:
            job.gotten.requests += 1
            absent = isinstance(problem, Absent)
            why = "there is no content at Cliniko" if absent else "this key may not read it"
            raise ContentMissing(f"the file's content could not be fetched: {why}") from None
        job.gotten.requests += requests
        return self._checked(_Address(url))

    def _checked(self, address: _Address) -> _Address:
        if not self._hosts.allow(address.url):
            raise ContentMissing(
                f"the file lies on {host_of(address.url) or 'no host'}, which is not among the"
                " hosts that files may be fetched from; if it should be, name it in"
                " HANDOVER_CLINIKO_FILE_HOSTS and resume the import"
            )
        return address

    def _wait(self, job: _Job[T], attempt: int, trouble: Trouble) -> None:
        delay = self._patience.delay(attempt, trouble.retry_after)
        log.info("%s: %s; again in %.1f s", job.path, trouble, delay)
        if self._sleep(delay, job.stop):
            raise Interrupted

    def _download(self, job: _Job[T], address: _Address) -> T:
        """One attempt. Raises Trouble, _Expired, Interrupted, ContentMissing."""
        for _ in range(MOST_REDIRECTS):
            try:
                with unlogged(), self._http.stream("GET", address.url) as response:
                    if not response.is_redirect:
                        _check(response.status_code, response.headers)
                        return job.take(_body(job, response))
                    address = address.joined(response.headers.get("Location", ""))
            except httpx.HTTPError as error:
                problem = _explained(error, host_of(address.url))
            else:
                self._checked(address)
                continue
            # raised out here so that nothing hangs on to the error, which carries the address
            raise problem
        raise Trouble("its storage redirects again and again", lasting=True)


def _check(status: int, headers: httpx.Headers) -> None:
    if status == SUCCESS:
        return
    if status == FORBIDDEN:
        raise _Expired
    if status >= SERVER_ERROR or status in BUSY:
        raise Trouble(
            f"its storage answers with an error ({status})", retry_after=seconds_to_retry(headers)
        )
    why = "its storage does not have it" if status == ABSENT else f"its storage answers {status}"
    raise Trouble(why, lasting=True)


def _explained(error: httpx.HTTPError, host: str) -> ImportProblem | Trouble:
    """Our own words for an error of httpx, with nothing of the request in them."""
    if is_about_a_certificate(error):
        return NoTrust(host)
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return Trouble(f"{host} cannot be reached")
    if isinstance(error, httpx.TimeoutException):
        return Trouble("its storage does not answer in time")
    return Trouble("the connection breaks off")


def _body(job: _Job[T], response: httpx.Response) -> Iterator[bytes]:
    """The bytes as they lie there. Raises Trouble where they are cut short or are too many."""
    count = 0
    for chunk in response.iter_raw(CHUNK):
        count += len(chunk)
        if count > job.most:
            raise Trouble(f"it is larger than Cliniko says ({job.size} bytes)", lasting=True)
        if job.stop is not None and job.stop.is_set():
            raise Interrupted
        yield chunk
    told = response.headers.get("Content-Length")
    if told is None and job.size is not None and count < job.size:
        raise Trouble("the connection breaks off")
