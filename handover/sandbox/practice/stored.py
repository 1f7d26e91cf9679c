"""The bytes behind attachments: streams that follow from a seed, the same each time, never held."""

import hashlib
import itertools
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from zipfile import ZIP_STORED, ZipFile, ZipInfo

BLOCK = 65_536
SCRIPT = b"<script>document.title='ran'</script>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'ran\'">' + SCRIPT
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n%"
)


def _png_part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


#: A picture of one black point.
DOT = (
    b"\x89PNG\r\n\x1a\n"
    + _png_part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _png_part(b"IDAT", zlib.compress(b"\0\0"))
    + _png_part(b"IEND", b"")
)
#: What stands before and after the noise, by kind. Decoders stop at the end that they know.
FRAMES: dict[str, tuple[bytes, bytes]] = {
    "text": (b"Three sets of ten, twice a day.\n", b"\n"),
    "html": (b"<!DOCTYPE html><html><body>" + SCRIPT + b"<!-- ", b" --></body></html>\n"),
    "svg": (_SVG + b"<!-- ", b" --></svg>\n"),
    "pdf": (_PDF, b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"),
    "png": (DOT, b""),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", b"\xff\xd9"),
    "program": (b"MZ\x90\x00This program cannot be run in DOS mode.\r\n", b""),
}
IN_LETTERS = frozenset({"text", "html", "svg", "pdf"})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store; equal ones have equal bytes. ``kind`` is one of FRAMES, or ``zip``."""

    seed: str
    kind: str
    size: int

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """The content from a byte on, in pieces of bounded size."""
        left = start
        for piece in self._pieces():
            if left < len(piece):
                yield piece[left:]
            left = max(0, left - len(piece))

    def read(self) -> bytes:
        """The whole content: for small files."""
        return b"".join(self.chunks())

    @property
    def sha256(self) -> str:
        """The checksum in hexadecimal; worked out once."""
        return _sha256(self)

    def _pieces(self) -> Iterator[bytes]:
        if self.kind == "zip" and self.size > _zip_overhead():
            yield from _zipped(self.seed, self.size - _zip_overhead())
            return
        before, after = FRAMES.get(self.kind, (b"PK\x03\x04", b""))
        room = self.size - len(before) - len(after)
        if room < 0:
            yield (before + after)[: self.size]
            return
        yield before
        yield from _noise(self.seed, room, in_letters=self.kind in IN_LETTERS)
        yield after


@cache
def _sha256(file: StoredFile) -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _noise(seed: str, length: int, *, in_letters: bool = False) -> Iterator[bytes]:
    for number in itertools.count():
        if length <= 0:
            return
        maker = hashlib.shake_128(f"{seed}:{number}".encode())
        piece = maker.hexdigest(BLOCK // 2).encode() if in_letters else maker.digest(BLOCK)
        yield piece[:length]
        length -= BLOCK


class _Sink:
    """A place to write that is emptied as it fills, and cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _zipped(seed: str, length: int) -> Iterator[bytes]:
    sink = _Sink()
    entry = ZipInfo("record.txt", date_time=(2026, 1, 1, 0, 0, 0))
    with ZipFile(sink, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]  # needs no more
        with archive.open(entry, "w") as content:
            for piece in _noise(seed, length, in_letters=True):
                content.write(piece)
                yield sink.take()
        yield sink.take()
    yield sink.take()


@cache
def _zip_overhead() -> int:
    return sum(len(piece) for piece in _zipped("", 0))


KIND_BY_SUFFIX: dict[str, str] = {
    "txt": "text", "html": "html", "svg": "svg", "pdf": "pdf", "png": "png", "jpg": "jpeg",
    "zip": "zip", "docx": "zip", "exe": "program",
}  # fmt: skip


def kind_of(filename: str) -> str:
    """The kind that a name promises."""
    return KIND_BY_SUFFIX.get(filename.rpartition(".")[2].lower(), "text")
