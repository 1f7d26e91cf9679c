"""Documents as the engine sees them: one list, read by page, and their bytes."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import ClassVar, Generic, TypeVar, cast

from handover.core.json import JsonObject
from handover.importing.documents.entry import Damaged
from handover.importing.documents.limits import USUAL, Limits
from handover.importing.documents.survey import Document, OnLook, box_at, look_through, print_of
from handover.importing.engine import Resource
from handover.importing.engine.errors import Absent, ContentMissing, ImportProblem
from handover.importing.engine.payload import decode
from handover.importing.engine.soon import Portion
from handover.importing.engine.source import Account, Fetched

T = TypeVar("T")
CHANGED = "it has changed since it was looked at: attach the documents again"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the documents."""

    total: int
    records: tuple[bytes, ...]
    has_next: bool = False
    requests: int = 0
    served_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gotten(Generic[T]):
    """What became of a document's bytes, or the problem."""

    value: T | None = None
    problem: ImportProblem | None = None
    requests: int = 0
    seconds: float = 0.0


class DocumentSource:
    """An archive or a folder that was looked through. Raises `StopImport` for what endangers."""

    system: ClassVar[str] = "documents"
    per_page: ClassVar[int] = 500
    ahead: ClassVar[int] = 1

    def __init__(
        self,
        path: Path,
        limits: Limits = USUAL,
        on_look: OnLook = lambda _count, _bytes: None,
    ) -> None:
        self._box = box_at(path, limits)
        try:
            self.documents = look_through(self._box, on_look)
        except BaseException:
            self._box.close()
            raise
        self.name, self.fingerprint = self._box.name, print_of(self.documents)
        self._order: list[Document] = list(self.documents.values())
        self._asked: deque[tuple[Portion, int]] = deque()

    def account(self) -> Account:
        """All documents of a workspace are of one account: the same one comes once."""
        return Account(id=self.system, name=self.name, time_zone="UTC", requests=0)

    def ask(self, resource: type[Resource], portion: Portion, number: int) -> None:  # noqa: ARG002  # there is one list
        """Note which page is wanted."""
        self._asked.append((portion, number))

    def answers(self) -> Iterator[Sequence[Fetched]]:
        """Give the pages that were asked for."""
        while self._asked:
            portion, number = self._asked.popleft()
            begin = (number - 1) * self.per_page
            found = self._order[begin : begin + self.per_page]
            page = Page(len(self._order), tuple(each.as_json() for each in found))
            yield [Fetched(portion, number, page, None, 0.0)]

    def record_id(self, resource: type[Resource], raw: bytes) -> str | None:  # noqa: ARG002
        """Read the id that the survey gave it."""
        return str(cast("JsonObject", decode(raw))["id"])

    def made_at(self, payload: str) -> datetime | None:
        """An archive does not change while it is read."""

    def again(self, resource: type[Resource], source_id: str) -> Page:  # noqa: ARG002
        """Documents are never still being worked on."""
        raise Absent(f"document {source_id} was looked at already")

    def content(
        self, path: str, size: int | None, take: Callable[[Iterator[bytes]], T], stop: Event
    ) -> Gotten[T]:
        """Give a document's bytes to `take`, held against what the survey found."""
        document, begun = self.documents.get(path.rpartition("/")[2]), time.monotonic()
        if document is None or not document.comes:
            return Gotten(problem=ContentMissing(CHANGED))
        try:
            value = take(_held_against(document, size, stop))
        except ImportProblem as problem:
            return Gotten(problem=problem, seconds=time.monotonic() - begun)
        return Gotten(value, seconds=time.monotonic() - begun)

    def wind_down(self) -> None:
        """Give no more pages."""
        self._asked.clear()

    def close(self) -> None:
        """Close the archive."""
        self._box.close()


def _held_against(document: Document, size: int | None, stop: Event) -> Iterator[bytes]:
    """Its bytes. Raises `ContentMissing` before the last of them if they are others."""
    digest, count = hashlib.sha256(), 0
    try:
        for chunk in document.entry.read():
            digest.update(chunk)
            count += len(chunk)
            if stop.is_set():
                raise ContentMissing("the work was stopped")
            yield chunk
    except Damaged as problem:
        raise ContentMissing(f"{CHANGED} ({problem})") from None
    except OSError as problem:
        raise ContentMissing(f"it cannot be read: {problem.strerror or problem}") from None
    if digest.hexdigest() != document.sha256 or count != size:
        raise ContentMissing(CHANGED)
