"""Locks of the operating system on files: they end with their holder, however that ends."""

import fcntl
import os
from pathlib import Path
from typing import Self


class FileLock:
    """One open lock file (`flock`). Nothing is held until asked for; `close` lets go.

    Only `close` is used to let go, never an unlock: a lock that was handed to a child process
    stays with that child.
    """

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        own_like_folder(path)

    def try_shared(self) -> bool:
        """Take the lock together with others; False where someone has it alone."""
        return self._try(fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Take the lock alone, or turn a shared one into that; False where others hold it."""
        return self._try(fcntl.LOCK_EX)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self.fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def write(self, text: str) -> None:
        """Replace the file's content, to tell others who holds it."""
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, text.encode(), 0)

    def read(self) -> str:
        """Return what the holder wrote."""
        return os.pread(self.fd, 200, 0).decode(errors="replace")

    def close(self) -> None:
        """Let go; may be called twice."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_held_alone(path: Path) -> bool:
    """Tell whether some living process holds the lock alone; makes no file."""
    if not path.exists():
        return False
    with FileLock(path) as lock:
        return not lock.try_shared()


def own_like_folder(path: Path) -> None:
    """Give a file that root made to the owner of its folder, who may come back without root."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)
