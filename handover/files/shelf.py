"""The shelf: bytes under random keys, measured, sniffed and sealed on the way in."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from handover.core.encryption import CannotOpen
from handover.core.keyring import key_ring
from handover.core.streams import StreamSealer
from handover.files.sniffing import HEAD, sniff
from handover.files.storage import Folder, Place, place_at


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of bytes once they have passed: how many, their checksum, their type."""

    size: int
    sha256: str
    type: str


class Shelf:
    """Keeps bytes by key. Nobody can tell from a key what lies there, or whose it is."""

    def __init__(self, place: Place, sealer: StreamSealer | None = None) -> None:
        self.place, self._sealer = place, sealer

    def __repr__(self) -> str:
        return f"Shelf({self.place!r})"

    @staticmethod
    def new_key(workspace_id: int) -> str:
        """A key that nothing lies under."""
        return f"{workspace_id}/{uuid.uuid4()}"

    def put(self, key: str, chunks: Iterable[bytes]) -> Kept:
        """Keep bytes, whole or not at all. Raises `OSError`, and whatever `chunks` raises."""
        measured = _Measured(chunks)
        sealed = self._sealer.seal(measured, key) if self._sealer else measured
        self.place.write(key, sealed)
        return measured.kept

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes as they came. Raises `OSError`, `CannotOpen`."""
        stored = self.place.read(key)
        return self._sealer.open(stored, key) if self._sealer else stored

    def inspect(self, key: str) -> Kept | None:
        """What lies there, if it is there and whole."""
        measured = _Measured(self.read(key))
        try:
            for _ in measured:
                pass
        except (FileNotFoundError, CannotOpen):
            return None
        return measured.kept

    def remove(self, key: str) -> None:
        """Delete it; there may be nothing. Raises `OSError`."""
        self.place.remove(key)

    def keys(self) -> Iterator[str]:
        """Everything that lies here."""
        return self.place.keys()


class _Measured:
    """Chunks, counted and summed as they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._size, self._digest, self._head = 0, hashlib.sha256(), b""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._size += len(chunk)
            self._digest.update(chunk)
            if len(self._head) < HEAD:
                self._head += chunk[: HEAD - len(self._head)]
            yield chunk

    @property
    def kept(self) -> Kept:
        return Kept(self._size, self._digest.hexdigest(), sniff(self._head))


def shelf_at(home: Path, address: str = "") -> Shelf:
    """The shelf of an installation: at the address, or in the folder beside its database."""
    place = place_at(address or str(home / "files"))
    return Shelf(place, StreamSealer(key_ring(home).files) if isinstance(place, Folder) else None)


def installed_shelf() -> Shelf:
    """The shelf that the settings name."""
    return shelf_at(settings.ENVIRONMENT.home, settings.ENVIRONMENT.files)
