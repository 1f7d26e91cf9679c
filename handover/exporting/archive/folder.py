"""The folder of an archive: new or empty before, whole or untouched afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from handover.exporting.archive.problems import CannotExport


@contextmanager
def whole_or_not_at_all(path: Path) -> Iterator["Folder"]:
    """A folder to write into; what fails or is stopped takes back its files. Raises `CannotExport`.

    The folder itself goes too, if it was not there before.
    """
    folder = Folder(path)
    try:
        yield folder
    except OSError as problem:
        folder.clear()
        raise CannotExport(f"{path} cannot be written: {problem.strerror}") from None
    except BaseException:  # a person's Ctrl-C is no better than a fault
        folder.clear()
        raise


class Folder:
    """A folder that was empty, and the files that we made in it."""

    def __init__(self, path: Path) -> None:
        self.path, self.files, self.folders = path, list[Path](), list[Path]()
        self.is_new = not path.exists()
        _check(path)

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        """Make a file; one that somebody else has put there meanwhile is not touched."""
        path = self.path / name
        if path.parent != self.path and path.parent not in self.folders:
            path.parent.mkdir(mode=0o700)
            self.folders.append(path.parent)
        with path.open("xb") as file:
            self.files.append(path)
            yield file

    def write_whole(self, name: str, text: str) -> None:
        """Make a file that is there with all its text or not at all."""
        handle, temporary = tempfile.mkstemp(dir=self.path)
        self.files += [Path(temporary), self.path / name]
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(self.path / name)

    def clear(self) -> None:
        """Take back what was made."""
        for path in self.files:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        for path in (*self.folders, *([self.path] if self.is_new else [])):
            with suppress(OSError):  # others have put something there
                path.rmdir()


def _check(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(path.iterdir()):
            raise CannotExport(f"{path} is not empty; name a new folder")
    except (NotADirectoryError, FileExistsError):
        raise CannotExport(f"{path} is a file; name a folder") from None
    except OSError as problem:
        raise CannotExport(f"{path} cannot be made: {problem.strerror}") from None
