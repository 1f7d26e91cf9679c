"""What an HTTP status of Cliniko means for the import."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import msgspec

from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.problems import (
    KeyRefused,
    Redirected,
    RequestRefused,
    Trouble,
)
from handover.importing.cliniko.server_word import seconds_to_retry
from handover.importing.engine.errors import Absent, ImportProblem, NotPermitted

SUCCESS, REDIRECTION, CLIENT_ERROR, SERVER_ERROR = 200, 300, 400, 500  # the first of each kind
TOO_MANY_REQUESTS = 429
_LONGEST_MESSAGE = 200
_WORTH_REPEATING = {408, 425}


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer, read to its end (an error's body only in part)."""

    status: int
    headers: httpx.Headers
    content: bytes = field(repr=False)

    @property
    def redirects(self) -> bool:
        """Whether it sends the client elsewhere."""
        return REDIRECTION <= self.status < CLIENT_ERROR

    @property
    def location(self) -> str:
        """Where it sends the client."""
        return str(self.headers.get("Location", ""))


class _Told(msgspec.Struct):
    message: str = ""


def raise_for_status(reply: Reply, what: str, key: ApiKey) -> None:
    """Returns for a success; raises Trouble where repeating may help, else what it means."""
    if SUCCESS <= reply.status < REDIRECTION:
        return
    if reply.status >= SERVER_ERROR or reply.status in _WORTH_REPEATING:
        raise Trouble(
            f"it answers with an error of its own ({reply.status})",
            retry_after=seconds_to_retry(reply.headers),
        )
    raise _meaning(reply, what, key)


def _meaning(reply: Reply, what: str, key: ApiKey) -> ImportProblem:
    match reply.status:
        case 401:
            return KeyRefused(key.shard)
        case 403:
            return NotPermitted(
                f"This key may not read {what}: the Cliniko user who made it lacks the right. "
                "Everything else goes on. A key of an administrator reads everything."
            )
        case 404:
            return Absent(f"This Cliniko account has no {what}.")
    if reply.redirects:
        return Redirected(what, reply.status, _host(reply.location))
    return RequestRefused(what, reply.status, _message(reply.content))


def _host(location: str) -> str:
    try:
        return _cleaned(urlsplit(location).hostname or "")
    except ValueError:
        return ""


def _message(content: bytes) -> str:
    try:
        return _cleaned(msgspec.json.decode(content, type=_Told).message)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def _cleaned(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:_LONGEST_MESSAGE]
