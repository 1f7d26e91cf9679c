"""The server's log file: bounded, and read for what went wrong."""

import os
from pathlib import Path

from handover.core.postgres.locks import own_like_folder

LARGEST_BYTES = 4 * 1024 * 1024
KEPT_BYTES = 1024 * 1024
LINES_TOLD = 12


class ServerLog:
    """The log at `path`. The server writes through a handle of ours: its user needs no right."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> int:
        """Open the log for appending and return the handle."""
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        own_like_folder(self.path)
        return handle

    def size(self) -> int:
        """Bytes written so far: a mark for `since`."""
        return self.path.stat().st_size if self.path.exists() else 0

    def since(self, mark: int) -> str:
        """Return what was written after `mark`."""
        with self.path.open("rb") as file:
            file.seek(mark)
            return file.read().decode(errors="replace")

    def shorten(self) -> None:
        """Past the bound keep the end in a file beside and begin anew; a writer may go on."""
        size = self.size()
        if size <= LARGEST_BYTES:
            return
        older = self.path.with_suffix(".log.1")
        older.unlink(missing_ok=True)
        older.touch(mode=0o600)
        older.write_text(self.since(size - KEPT_BYTES), encoding="utf-8")
        own_like_folder(older)
        os.truncate(self.path, 0)


def last_lines(text: str) -> list[str]:
    """Return the last lines of a log that a person should see."""
    return text.strip().splitlines()[-LINES_TOLD:]
