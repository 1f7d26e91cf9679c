"""ZIP archives: what is in them, without believing a word of it.

The list of contents is looked at before anything is unpacked, and what is unpacked is never more
than that list says. Nothing is written anywhere.
"""

import io
import stat
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from handover.importing.documents.entry import CHUNK, Damaged, Entry
from handover.importing.documents.limits import Limits
from handover.importing.documents.paths import danger
from handover.importing.engine.errors import StopImport

#: Others take memory as the archive pleases.
METHODS = {ZIP_STORED, ZIP_DEFLATED}
MARK_OF_AN_ENTRY = b"PK\x01\x02"
LOCAL_HEADER = 30
ENCRYPTED = 0x1 | 0x40 | 0x2000
UTF8 = 0x800
UNIX, MACOS = 3, 19
BROKEN = (BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, IndexError, OverflowError)
_BOMB = "This is how archives are made that are to overwhelm a computer; nothing of it was taken."


class Zipped:
    """A ZIP archive."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Raises `StopImport` for what is no archive, is broken, or is made to do harm."""
        self.name, self._limits = path.name, limits
        try:
            self._file = _Guarded(path, limits)
        except OSError as problem:
            raise StopImport(f"{path} cannot be read: {problem.strerror or problem}") from None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        try:
            self._zip = ZipFile(self._file)
        except (*BROKEN, NotImplementedError):
            raise StopImport(
                f"{self.name} is no ZIP archive, or only a part of one. Make it anew, or unpack it"
                " and name the folder instead"
            ) from None
        except OSError as problem:
            raise StopImport(f"{self.name} cannot be read: {problem.strerror or problem}") from None
        self._infos = self._zip.infolist()
        if len(self._infos) > self._limits.entries:
            raise too_many(self.name, self._limits)
        self._refuse_paths()
        self._refuse_bombs()

    def entries(self) -> Iterator[Entry]:
        """Everything but folders, in the order of the archive."""
        for info in self._infos:
            if not (_is_folder(info) and not info.file_size):
                yield Entry(
                    path_of(info),
                    info.file_size,
                    f"{info.CRC:08x}-{info.file_size}",
                    partial(self._read, info),
                    self._refusal(info),
                )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _refuse_paths(self) -> None:
        for info in self._infos:
            path = path_of(info)
            if why := danger(path):
                raise StopImport(
                    f"{self.name} was refused, and nothing of it was taken: {path!r} in it {why}."
                    " Programs for archives do not do that by themselves: ask whoever made it"
                )

    def _refuse_bombs(self) -> None:
        infos, limits = self._infos, self._limits
        for info in infos:
            if info.file_size > max(limits.harmless, limits.ratio * info.compress_size):
                raise self._bomb(f"{path_of(info)!r} in it unpacks", info.file_size)
        size, packed = (
            sum(each.file_size for each in infos),
            sum(each.compress_size for each in infos),
        )
        if size > max(limits.harmless_together, limits.ratio * packed):
            raise self._bomb("it unpacks", size)
        if overlap(infos, self._zip.start_dir):
            raise StopImport(f"{self.name} was refused: parts of it lie upon one another. {_BOMB}")

    def _bomb(self, what: str, size: int) -> StopImport:
        return StopImport(
            f"{self.name} was refused: {what} to {size / 1e9:,.1f} GB, which is more than"
            f" {self._limits.ratio} times its size. {_BOMB}"
        )

    def _refusal(self, info: ZipInfo) -> str:
        kind = stat.S_IFMT(info.external_attr >> 16)
        linked = info.create_system in {UNIX, MACOS} and kind not in {0, stat.S_IFREG}
        large = info.file_size > self._limits.document
        found = (
            (not path_of(info), "it has no name"),
            (_is_folder(info), "it calls itself a folder, and has content all the same"),
            (linked, "it is no document but a link to another place, or a device"),
            (
                info.flag_bits & ENCRYPTED,
                "it is locked with a password: make the archive anew without one",
            ),
            (
                info.compress_type not in METHODS,
                "it is packed in an unusual way: make the archive anew as a plain ZIP",
            ),
            (large, f"it is larger than {self._limits.document / 1e9:,.1f} GB"),
        )
        return next((why for holds, why in found if holds), "")

    def _read(self, info: ZipInfo) -> Iterator[bytes]:
        """Its bytes, never more than it says. Raises `Damaged`, and `OSError` of the disk."""
        left = info.file_size
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(CHUNK):
                    left -= len(chunk)
                    yield chunk
        except (*BROKEN, NotImplementedError):
            raise Damaged("it is damaged") from None
        if left:
            raise Damaged("it is damaged: bytes are missing")


def path_of(info: ZipInfo) -> str:
    """Where an entry stands, as whoever made the archive saw it.

    A name is in the characters of old PCs unless it says that it is in UTF-8; macOS and Unix write
    UTF-8 without saying so.
    """
    name = info.orig_filename
    if info.flag_bits & UTF8 or name.isascii() or info.create_system not in {UNIX, MACOS}:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _is_folder(info: ZipInfo) -> bool:
    """The library's own question stumbles over a name that is empty, or begins with a zero."""
    return path_of(info).endswith("/")


def overlap(infos: Sequence[ZipInfo], end: int) -> bool:
    """Whether any two entries share bytes of the archive, or one goes beyond its end."""
    reached = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < reached:
            return True
        reached = info.header_offset + LOCAL_HEADER + info.compress_size
    return reached > end


def too_many(name: str, limits: Limits) -> StopImport:
    """More entries than can be looked after at once."""
    return StopImport(
        f"{name} was refused: there is more in it than {limits.entries:,} documents, or their"
        " names are too long. Make several archives of it, such as one for each letter"
    )


class _Guarded(io.BufferedReader):
    """A file whose list of contents cannot fill the memory: it is read in one piece."""

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(io.FileIO(path))
        self._path, self._limits = path, limits

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._limits.directory:
            raise too_many(self._path.name, self._limits)
        found = super().read(size)
        if found.count(MARK_OF_AN_ENTRY) > self._limits.entries:
            raise too_many(self._path.name, self._limits)
        return found
