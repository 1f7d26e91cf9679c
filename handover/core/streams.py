"""Bytes at rest, of any length, encrypted as they pass: AES-256-GCM, a piece at a time.

Every stream has a key of its own, drawn from the installation's. A piece's nonce holds its number
and whether it is the last: pieces that are swapped, missing or of another place do not open.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from handover.core.encryption import CannotOpen

MARK = b"HOF1"
SALT_BYTES, TAG_BYTES = 32, 16
PIECE = 64 * 1024
BEYOND = 2**32


class StreamSealer:
    """Seals streams of bytes with one key; `place` is bound in: they open nowhere else."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "StreamSealer(...)"

    def seal(self, chunks: Iterable[bytes], place: str) -> Iterator[bytes]:
        """Encrypt, in memory that does not grow with the length."""
        salt = secrets.token_bytes(SALT_BYTES)
        cipher = self._cipher(salt)
        yield MARK + salt
        for number, (piece, last) in enumerate(_with_last(_pieces(chunks, PIECE))):
            yield cipher.encrypt(_nonce(number, last=last), piece, place.encode())

    def open(self, chunks: Iterable[bytes], place: str) -> Iterator[bytes]:
        """Decrypt what was sealed for this place. Raises `CannotOpen`, at the piece that fails."""
        stream = _Stream(chunks)
        head = stream.read(len(MARK) + SALT_BYTES)
        if not head.startswith(MARK) or len(head) < len(MARK) + SALT_BYTES:
            raise CannotOpen("a stored file is not one of ours, or has lost its beginning")
        cipher = self._cipher(head[len(MARK) :])
        sealed = _pieces(stream.rest(), PIECE + TAG_BYTES)
        for number, (piece, last) in enumerate(_with_last(sealed)):
            try:
                yield cipher.decrypt(_nonce(number, last=last), piece, place.encode())
            except (InvalidTag, ValueError):
                raise CannotOpen(
                    "a stored file is damaged, or was made with another installation's key"
                ) from None

    def _cipher(self, salt: bytes) -> AESGCM:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"handover stored file")
        return AESGCM(kdf.derive(self._key))


def _nonce(number: int, *, last: bool) -> bytes:
    if number >= BEYOND:
        raise ValueError("longer than can be sealed")
    return struct.pack(">7xIB", number, last)


def _pieces(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of this size, the last one shorter; at least one, maybe empty."""
    held, given = bytearray(), False
    for chunk in chunks:
        held += chunk
        while len(held) > size:
            yield bytes(held[:size])
            given = True
            del held[:size]
    if held or not given:
        yield bytes(held)


def _with_last(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = next(pieces)
    for piece in pieces:
        yield before, False
        before = piece
    yield before, True


class _Stream:
    """Chunks, of which the first bytes are read apart."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._held = iter(chunks), b""

    def read(self, count: int) -> bytes:
        while len(self._held) < count and (chunk := next(self._chunks, None)) is not None:
            self._held += chunk
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def rest(self) -> Iterator[bytes]:
        yield self._held
        yield from self._chunks
