"""The bytes of files, copied into the archive and held against their checksums on the way."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from handover.core.encryption import CannotOpen
from handover.exporting.archive.folder import Folder
from handover.exporting.archive.problems import CannotExport
from handover.files.shelf import Shelf

CONTENTS = "files"


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes to be copied: their name, whose they are, where they lie, and what they must be."""

    name: str
    listed_in: str
    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Copied:
    """How many files were copied, and how many bytes."""

    count: int
    bytes: int


def copy_contents(folder: Folder, shelf: Shelf, contents: Iterable[Content]) -> Copied:
    """Copy all of them. Raises `CannotExport` for one that is not what it was when it came."""
    count = size = 0
    for each in contents:
        _copy(folder, shelf, each)
        count, size = count + 1, size + each.size
    return Copied(count, size)


def _copy(folder: Folder, shelf: Shelf, content: Content) -> None:
    digest = hashlib.sha256()
    with folder.file(f"{CONTENTS}/{content.name}") as file:
        try:
            for chunk in shelf.read(content.key):
                digest.update(chunk)
                file.write(chunk)
        except FileNotFoundError:
            raise CannotExport(_told(content, "is not where it was stored")) from None
        except CannotOpen as problem:
            raise CannotExport(_told(content, f"cannot be read: {problem}")) from None
    if digest.hexdigest() != content.sha256:
        raise CannotExport(_told(content, "is no longer what it was when it came"))


def _told(content: Content, what: str) -> str:
    return (
        f"the content of {content.name} (see {content.listed_in}) {what}; restore it, then export"
    )
