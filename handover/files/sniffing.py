"""What a file is by its first bytes; what its name or its source says is not believed."""

from dataclasses import dataclass

HEAD = 1024  # bytes that are looked at
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Mark:
    """Bytes that stand at a place in every file of a type."""

    type: str
    bytes: bytes
    at: int = 0


MARKS = (
    Mark("application/pdf", b"%PDF-"),
    Mark("image/png", b"\x89PNG\r\n\x1a\n"),
    Mark("image/jpeg", b"\xff\xd8\xff"),
    Mark("image/gif", b"GIF87a"),
    Mark("image/gif", b"GIF89a"),
    Mark("image/tiff", b"II*\x00"),
    Mark("image/tiff", b"MM\x00*"),
    Mark("image/bmp", b"BM"),
    Mark("image/webp", b"WEBP", 8),
    Mark("audio/wav", b"WAVE", 8),
    Mark("image/heic", b"ftypheic", 4),
    Mark("image/heic", b"ftypmif1", 4),
    Mark("video/quicktime", b"ftypqt", 4),
    Mark("video/mp4", b"ftyp", 4),
    Mark("audio/mpeg", b"ID3"),
    Mark("application/dicom", b"DICM", 128),
    Mark("application/zip", b"PK\x03\x04"),
    Mark("application/zip", b"PK\x05\x06"),
    Mark("application/gzip", b"\x1f\x8b"),
    Mark("application/x-7z-compressed", b"7z\xbc\xaf\x27\x1c"),
    Mark("application/vnd.rar", b"Rar!\x1a\x07"),
    Mark("application/x-xz", b"\xfd7zXZ\x00"),
    Mark("application/x-bzip2", b"1AY&SY", 4),
    Mark("application/zstd", b"\x28\xb5\x2f\xfd"),
    Mark("application/x-tar", b"ustar", 257),
    Mark("application/vnd.ms-cab-compressed", b"MSCF\0\0\0\0"),
    Mark("application/rtf", b"{\\rtf"),
    Mark("application/x-ole-storage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    Mark("application/x-executable", b"\x7fELF"),
    Mark("application/x-msdownload", b"MZ"),
)
#: What a browser would run, wherever in the beginning it stands.
RUNS = ((b"<svg", "image/svg+xml"), (b"<html", "text/html"), (b"<!doctype html", "text/html"),
        (b"<script", "text/html"), (b"<?xml", "text/xml"))  # fmt: skip
#: What may be named as what it is when it is handed out; everything else is merely bytes.
HARMLESS = frozenset(
    {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/tiff", "image/bmp",
     "image/webp", "image/heic", "audio/wav", "audio/mpeg", "video/mp4", "video/quicktime",
     "application/dicom", "application/zip", "application/rtf"}
)  # fmt: skip


def sniff(head: bytes) -> str:
    """The type of what begins with these bytes; "" for nothing at all."""
    if not head:
        return ""
    for mark in MARKS:
        if head.startswith(mark.bytes, mark.at):
            return mark.type
    lowered = head.lower()
    for tag, kind in RUNS:
        if tag in lowered:
            return kind
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):  # noqa: PLR2004  # control characters
        return False
    try:
        head.decode()
    except UnicodeDecodeError as problem:
        return problem.reason == "unexpected end of data"  # a character that was cut in two
    return True
