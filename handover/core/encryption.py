"""Secrets at rest: AES-256-GCM, each bound to the place that it is kept in."""

import base64
import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = "v1"


class CannotOpen(Exception):
    """A sealed secret cannot be opened: another key, another place, or damaged."""


class CannotKeep(Exception):
    """The key that seals secrets cannot be read or made."""


class Sealer:
    """Seals texts with one key. The key comes from a file that only its owner can read."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "Sealer(...)"

    @classmethod
    def at(cls, home: Path) -> "Sealer":
        """Use the installation's key. Raises `CannotKeep`."""
        return cls(installation_key(home))

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


def installation_key(home: Path) -> bytes:
    """The key in `<home>/secret.key`; it is made first if there is none yet.

    Raises `CannotKeep` if it can be neither read nor made.
    """
    path = home / "secret.key"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as problem:
        why = problem.strerror
        raise CannotKeep(f"the key that seals secrets, {path}, cannot be used: {why}") from None
    if len(key) != KEY_BYTES:
        raise CannotKeep(f"the key that seals secrets, {path}, cannot be used: it is damaged")
    return key


def _make(path: Path) -> None:
    """Write the key whole, then give it its name: of two processes, the first one wins."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
    with contextlib.suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()
