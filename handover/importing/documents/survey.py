"""The survey: everything is read once, to its last byte, before anything is written anywhere.

What it finds is what the source then says of each document, and what its bytes are held against.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from handover.core.json import JsonObject
from handover.files.sniffing import HEAD, sniff
from handover.importing.documents.entry import Box, Damaged, Entry
from handover.importing.documents.foldered import Foldered
from handover.importing.documents.limits import USUAL, Limits
from handover.importing.documents.paths import JUNK, danger, is_junk, parts
from handover.importing.documents.zipped import Zipped
from handover.importing.engine.errors import StopImport
from handover.importing.engine.payload import fingerprint

ARCHIVES = {
    "application/zip": "ZIP",
    "application/gzip": "gzip",
    "application/x-7z-compressed": "7z",
    "application/vnd.rar": "RAR",
    "application/x-xz": "xz",
    "application/x-bzip2": "bzip2",
    "application/zstd": "zstd",
    "application/x-tar": "tar",
    "application/vnd.ms-cab-compressed": "cabinet",
}
#: Documents of word processors and the like are ZIP archives too; these stand first in them.
OF_OFFICES = (b"[Content_Types].xml", b"mimetype", b"_rels/", b"docProps/", b"word/", b"xl/",
              b"ppt/", b"customXml/", b"Index/")  # fmt: skip
NAME_IN_ZIP = 30  # where a ZIP archive has the name of what is first in it
TWICE = "the same document stands there a second time"

OnLook = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Document:
    """One entry, and what was found in it; `id` is made from where it stood and what it is."""

    id: str
    entry: Entry
    size: int
    sha256: str = ""
    refused: str = ""
    skipped: str = ""

    def as_json(self) -> bytes:
        """What the source says of it."""
        told: JsonObject = {
            "id": self.id,
            "path": self.entry.path,
            "size": self.size,
            "sha256": self.sha256,
            "refused": self.refused,
            "skipped": self.skipped,
        }
        return json.dumps(told, ensure_ascii=False).encode()

    @property
    def comes(self) -> bool:
        """Whether its bytes are to be stored."""
        return not (self.refused or self.skipped)


def box_at(path: Path, limits: Limits = USUAL) -> Box:
    """The archive or the folder of this path. Raises `StopImport`."""
    if not path.exists():
        raise StopImport(f"there is no file and no folder {path}")
    return Foldered(path, limits) if path.is_dir() else Zipped(path, limits)


def look_through(box: Box, on_look: OnLook = lambda _count, _bytes: None) -> dict[str, Document]:
    """Read everything; by id, in the order of the box. Raises `StopImport` for what endangers."""
    found: dict[str, Document] = {}
    size = 0
    for entry in box.entries():
        if why := danger(entry.path):
            raise StopImport(f"{box.name} was refused: {entry.path!r} in it {why}")
        document = _apart(_looked_at(box, entry), found)
        found[document.id] = document
        size += document.size
        on_look(len(found), size)
    if not found:
        raise StopImport(f"there is no document in {box.name}")
    return found


def print_of(documents: dict[str, Document]) -> str:
    """Tell these documents from any others, in whatever order they come."""
    return fingerprint("\n".join(sorted(documents)))


def _looked_at(box: Box, entry: Entry) -> Document:
    if is_junk(entry.path):
        return Document(_id(entry, entry.mark), entry, entry.size, skipped=JUNK)
    if entry.refused or not parts(entry.path):
        refused = entry.refused or "it has no name"
        return Document(_id(entry, entry.mark), entry, entry.size, refused=refused)
    digest, head, size = hashlib.sha256(), b"", 0
    try:
        for chunk in entry.read():
            digest.update(chunk)
            size += len(chunk)
            head += chunk[: HEAD - len(head)]
    except Damaged as problem:
        return Document(_id(entry, entry.mark), entry, entry.size, refused=str(problem))
    except OSError as problem:
        why = problem.strerror or problem
        raise StopImport(f"{box.name} cannot be read to its end: {why}") from None
    sha256 = digest.hexdigest()
    return Document(_id(entry, sha256), entry, size, sha256, refused=_nested(head))


def _nested(head: bytes) -> str:
    kind = ARCHIVES.get(sniff(head))
    if kind is None or (kind == "ZIP" and head.startswith(OF_OFFICES, NAME_IN_ZIP)):
        return ""
    return f"it is itself an archive ({kind}): unpack it, and attach what is in it"


def _apart(document: Document, found: dict[str, Document]) -> Document:
    """The same name twice, with the same content: the second one is only counted."""
    count = 1
    name = document.id
    while name in found:
        count += 1
        name = f"{document.id}-{count}"
    return document if count == 1 else replace(document, id=name, skipped=TWICE)


def _id(entry: Entry, content: str) -> str:
    return fingerprint(f"{entry.path}\0{content}")
