"""Folders: what somebody has unpacked already."""

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

from handover.importing.documents.entry import CHUNK, Damaged, Entry
from handover.importing.documents.limits import Limits
from handover.importing.documents.zipped import too_many
from handover.importing.engine.errors import StopImport

LINK = "it is no document but a link to another place, or a device"


class Foldered:
    """A folder of this computer; links in it are not followed."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.name, self._path, self._limits = path.resolve().name, path, limits

    def entries(self) -> Iterator[Entry]:
        """Everything but folders, by name. Raises `StopImport` for what cannot be read."""
        found = 0
        for folder, folders, files in os.walk(self._path, onerror=_unreadable):
            folders.sort()
            links = [each for each in folders if (Path(folder) / each).is_symlink()]
            for name in sorted([*files, *links]):
                found += 1
                if found > self._limits.entries:
                    raise too_many(self.name, self._limits)
                yield self._entry(Path(folder) / name)

    def close(self) -> None:
        """Nothing is open."""

    def _entry(self, file: Path) -> Entry:
        path = os.fsencode(file.relative_to(self._path)).decode("utf-8", "replace")
        try:
            told = file.lstat()
        except OSError as problem:
            _unreadable(problem)
        refused = "" if stat.S_ISREG(told.st_mode) else LINK
        if told.st_size > self._limits.document:
            refused = f"it is larger than {self._limits.document / 1e9:,.1f} GB"
        return Entry(path, told.st_size, str(told.st_size), partial(_read, file), refused)


def _read(file: Path) -> Iterator[bytes]:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as problem:
        raise Damaged(f"it cannot be read: {problem.strerror}") from None
    with os.fdopen(handle, "rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def _unreadable(problem: OSError) -> NoReturn:
    raise StopImport(f"{problem.filename} cannot be read: {problem.strerror}") from None
