"""Secrets at rest: AES-256-GCM, each bound to the place that it is kept in and to its key."""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = "v2"


class CannotOpen(Exception):
    """A sealed secret cannot be opened: another key, another place, or damaged."""


class CannotKeep(Exception):
    """The keys that seal secrets cannot be read or made."""


class Sealer:
    """Seals texts with one key. Each sealed text says by which key: `v2:<name>:<base64>`."""

    def __init__(self, key: bytes) -> None:
        self.name = name_of_key(key)
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return f"Sealer({self.name})"

    def seal(self, text: str, place: str) -> str:
        """Encrypt; `place` (table, row, column) is bound in, so that it opens nowhere else."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), self._bound(place))
        return f"{VERSION}:{self.name}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Decrypt what was sealed for this place. Raises `CannotOpen`."""
        try:
            raw = base64.b64decode(_parts(sealed)[1], validate=True)
            return self._cipher.decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._bound(place)
            ).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen(
                "a stored secret cannot be opened with the key that it names"
            ) from None

    def _bound(self, place: str) -> bytes:
        return f"{VERSION}|{self.name}|{place}".encode()


def new_key() -> bytes:
    """A key that nobody knows."""
    return secrets.token_bytes(KEY_BYTES)


def name_of_key(key: bytes) -> str:
    """What a key is called where it must not be shown: eight hexadecimal digits."""
    return hashlib.sha256(b"handover name of a key" + key).hexdigest()[:8]


def sealed_by(sealed: str) -> str:
    """The name of the key that seals this text. Raises `CannotOpen` if it is none of ours."""
    return _parts(sealed)[0]


def _parts(sealed: str) -> tuple[str, str]:
    version, _, rest = sealed.partition(":")
    name, colon, body = rest.partition(":")
    if version != VERSION or not colon:
        raise CannotOpen("a stored secret is damaged, or of another version of Handover")
    return name, body
