"""One HTTP request to Cliniko, there and back: bounded in size and in time."""

import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Event, local
from typing import Self
from urllib.parse import urlsplit

import httpx

from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.problems import Interrupted, NoTrust, Trouble
from handover.importing.cliniko.statuses import Reply
from handover.importing.engine.errors import ImportProblem

JSON, ANYTHING = "application/json", "*/*"
MEGABYTE = 1024 * 1024
_MOST_OF_AN_ERROR = 64 * 1024
_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds to wait for a connection, for the next bytes and for the whole; bytes of a body."""

    connect: float = 10.0
    read: float = 60.0
    whole: float = 300.0
    size: int = 64 * MEGABYTE


class Transport:
    """A pool of connections that carry the key. Thread-safe."""

    def __init__(
        self,
        key: ApiKey,
        *,
        user_agent: str,
        bounds: Bounds,
        carrier: httpx.BaseTransport | None = None,
    ) -> None:
        self._bounds = bounds
        self._http = httpx.Client(
            auth=httpx.BasicAuth(key.username, ""),
            headers={
                "Accept-Encoding": "gzip",
                "User-Agent": user_agent,
            },
            timeout=httpx.Timeout(bounds.read, connect=bounds.connect),
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            follow_redirects=False,
            verify=trust(),
            transport=carrier,
        )

    def fetch(self, url: str, stop: Event | None = None, accept: str = JSON) -> Reply:
        """The answer, whatever its status; `accept` is the type that is asked for.

        Raises Trouble if none came whole, NoTrust for a bad certificate, Interrupted.
        """
        try:
            return self._read(url, stop, accept)
        except httpx.HTTPError as error:
            problem = _explained(error, urlsplit(url).hostname or "")
        # Raised out here so that no cause hangs on to it: httpx's errors carry the request.
        raise problem

    def _read(self, url: str, stop: Event | None, accept: str) -> Reply:
        latest = time.monotonic() + self._bounds.whole
        body = bytearray()
        with self._http.stream("GET", url, headers={"Accept": accept}) as response:
            most = self._bounds.size if response.is_success else _MOST_OF_AN_ERROR
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > most:
                    break
                if stop is not None and stop.is_set():
                    raise Interrupted
                if time.monotonic() > latest:
                    raise Trouble("its answer takes too long")
            if response.is_success and len(body) > most:
                size = self._bounds.size // MEGABYTE
                raise Trouble(f"it is larger than {size} MB", unreadable=True, lasting=True)
        return Reply(response.status_code, response.headers, bytes(body[:most]))

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()

    def _enter__(self) -> Self:
        return self

    def _exit__(self, *_: object) -> None:
        self.close()


@cache
def trust() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes long enough to do it once only."""
    return httpx.create_ssl_context()


def _explained(error: httpx.HTTPError, host: str) -> ImportProblem | Trouble:
    """Our own words for an error of httpx, with nothing of the request in them."""
    if is_about_a_certificate(error):
        return NoTrust(host)
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return Trouble(
            f"{host} cannot be reached. Check the internet connection, and that the key's ending "
            "was copied whole"
        )
    if isinstance(error, httpx.TimeoutException):
        return Trouble("it does not answer in time")
    if isinstance(error, httpx.DecodingError):
        return Trouble("it cannot be unpacked", unreadable=True)
    return Trouble("the connection breaks off")


def is_about_a_certificate(error: BaseException) -> bool:
    """Whether the other side could not prove who it is."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, ssl.SSLCertVerificationError):
            return True
        link = link.__cause__ or link.__context__
    return False


class _Discreet(logging.Filter):
    """httpx logs whole addresses; their queries may hold names and dates, or be a secret."""

    silent = local()

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(self.silent, "now", False):
            return False
        if isinstance(record.args, tuple):
            record.args = tuple(
                part.copy_with(query=None) if isinstance(part, httpx.URL) else part
                for part in record.args
            )
        return True


class _NoHeaders(logging.Filter):
    """What httpcore logs of an answer has its headers in it: among them a file's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "headers" not in record.getMessage().partition(" ")[0]


@contextmanager
def unlogged() -> Iterator[None]:
    """Have httpx log nothing of what this thread asks: a storage's addresses tell names."""
    _Discreet.silent.now = True
    try:
        yield
    finally:
        _Discreet.silent.now = False


logging.getLogger("httpx").addFilter(_Discreet())
for _protocol in ("http11", "http2"):
    logging.getLogger(f"httpcore.{_protocol}").addFilter(_NoHeaders())
