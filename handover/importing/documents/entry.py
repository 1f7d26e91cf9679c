"""One entry of an archive or a folder, before anything is known of its bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """Where it stands, how large it says it is, and how to read it.

    `refused` says why it is not even looked at; `mark` tells it from others where its bytes cannot.
    """

    path: str
    size: int
    mark: str
    read: Callable[[], Iterator[bytes]]
    refused: str = ""


class Damaged(Exception):
    """Its bytes are not what the archive says they are; the text says how."""


class Box(Protocol):
    """What holds documents. Reading is safe in several threads."""

    name: str

    def entries(self) -> Iterator[Entry]:
        """Everything in it but folders. Raises `StopImport` for what endangers."""

    def close(self) -> None:
        """Let go of it."""
