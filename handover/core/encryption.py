"""Secrets at rest: AES-256-GCM, each bound to the place that it is kept in."""

import base64
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = "v1"


class CannotOpen(Exception):
    """A sealed secret cannot be opened: another key, another place, or damaged."""


class Sealer:
    """Seals texts with one key. The key comes from a file that only its owner can read."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "Sealer(...)"

    @classmethod
    def at(cls, home: Path) -> "Sealer":
        """Use the key in `<home>/secret.key`; make it first if there is none yet."""
        path = home / "secret.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(handle, "wb") as file:
            file.write(key := secrets.token_bytes(KEY_BYTES))
        return cls(key)

    def seal(self, text: str, place: str) -> str:
        """Encrypt; `place` (table, row, column) is bound in, so that it opens nowhere else."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{VERSION}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Decrypt what was sealed for this place. Raises `CannotOpen`."""
        version, _, body = sealed.partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
            if version == VERSION:
                opened = self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
                return opened.decode()
        except (InvalidTag, ValueError):
            pass
        raise CannotOpen("a stored secret cannot be opened with this installation's key")
