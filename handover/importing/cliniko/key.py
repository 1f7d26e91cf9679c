"""A Cliniko API key, as a practice pastes it."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import NoReturn, Self
from urllib.parse import urlsplit

from handover.importing.cliniko.problems import BadKey
from handover.importing.engine.errors import StopImport

CLINIKO_URL = "https://api.{shard}.cliniko.com/v1"
FIRST_SHARD = "au1"  # keys without an ending are older than the others

_ENDING = re.compile(r"-([a-z]{2}[0-9]{1,2})\Z", re.IGNORECASE)
_SHARD_ONLY = re.compile(r"-?[a-z]{2}[0-9]{1,2}", re.IGNORECASE)
_BODY = re.compile(r"[A-Za-z0-9._~+/=-]+")
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"  # what copying from a page or a chat may add
_SHORTEST, _LONGEST = 16, 512


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key: who may ask, and on which shard. Shows itself by its last characters only."""

    _text: str = field(repr=False)
    shard: str
    _body: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key in `text`; raises BadKey for what cannot be one."""
        key = text.strip().strip(_UNSEEN).strip()
        if (wrong := _what_is_wrong(key)) is not None:
            raise BadKey(wrong)
        ending = _ENDING.search(key)
        body = key[: ending.start()] if ending else key
        if not _SHORTEST <= len(body) <= _LONGEST:
            raise BadKey("it is too short" if len(body) < _SHORTEST else "it is too long")
        shard = ending[1].lower() if ending else FIRST_SHARD
        return cls(f"{body}-{shard}" if ending else body, shard, body)

    @property
    def username(self) -> str:
        """The user name of basic authentication: the secret itself. For the client only."""
        return self._text

    def reveal(self) -> str:
        """The key as it was pasted, to be sealed and stored; never to be shown."""
        return self._text

    @property
    def hint(self) -> str:
        """Its last four characters, by which its owner tells it from others."""
        return f"…{self._body[-4:]}"

    @property
    def fingerprint(self) -> str:
        """Stands for the key where two uses of it are compared; tells nothing about it."""
        return hashlib.sha256(self._body.encode()).hexdigest()[:16]

    def api_url(self, template: str = CLINIKO_URL) -> str:
        """The address that every path is put behind, without a slash at its end.

        `{shard}` in the template is replaced; raises StopImport if no address comes of it.
        """
        url = template.strip().replace("{shard}", self.shard).rstrip("/")
        if not _is_address(url):
            raise StopImport(
                "The setting HANDOVER_CLINIKO_URL is not an address. It looks like "
                f"{CLINIKO_URL}; leave it out to ask Cliniko itself."
            )
        return url

    def __repr__(self) -> str:
        return f"ApiKey(…{self._body[-4:]}-{self.shard})"

    def __str__(self) -> str:
        return f"…{self._body[-4:]}-{self.shard}"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not pickled: pass its encrypted form on")


def _what_is_wrong(key: str) -> str | None:
    if not key:
        return "nothing was entered"
    if any(letter.isspace() for letter in key):
        return "there is a blank or a line break inside it"
    if not key.isascii() or not key.isprintable():
        return "it has characters that no key has"
    if _SHARD_ONLY.fullmatch(key):
        return "this is only its ending"
    if not _BODY.fullmatch(key):
        return "it has characters that no key has"
    return None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    known = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return known and plain and port_is_valid and url.isascii() and not re.search(r"[\s{}]", url)
