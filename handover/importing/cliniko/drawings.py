"""Drawings: images that stand in records as `data:` addresses, and what their bytes are."""

# ruff: noqa: ARG002  # every field has the same signature

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from handover.core.json import Json, JsonObject
from handover.files.sniffing import sniff
from handover.importing.engine import fields
from handover.importing.engine.fields.field import clean
from handover.importing.engine.payload import encode
from handover.importing.engine.values import UNKNOWN_VALUE, Draft

LARGEST = 2**63 - 1
UNREADABLE = "image cannot be read"
_DATA = re.compile(r"\s*data:([^,]*),(.*)", re.DOTALL | re.IGNORECASE)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_SPACE = re.compile(rb"\s+")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The bytes of an image, what its address says that it is, and what is wrong with it."""

    bytes: bytes
    type: str = ""
    problem: str = ""


def drawing(value: Json) -> Drawing:
    """Take the bytes out of a `data:` address; whatever is none is kept as it is."""
    if value is None or value == "":
        return Drawing(b"", problem="no image came with it")
    text = value if isinstance(value, str) else encode(value)
    raw = text.encode()
    found = _DATA.fullmatch(text) if isinstance(value, str) else None
    if found is None:
        return Drawing(raw, problem="it is no data: address; it is kept as it came")
    kind, *parameters = [each.strip().lower() for each in found[1].split(";")]
    content = _PERCENT.sub(lambda each: bytes.fromhex(each[1].decode()), found[2].encode())
    if "base64" not in parameters:
        return Drawing(content, kind)
    try:
        return Drawing(_from_base64(content), kind)
    except binascii.Error:
        return Drawing(raw, kind, "its base64 is broken; it is kept as it came")


def enclosed(record: JsonObject) -> bytes:
    """The bytes of a record's image."""
    return drawing(record.get("image")).bytes


def _from_base64(content: bytes) -> bytes:
    """Strict, but for spaces and for the signs at the end that some leave out."""
    bare = _SPACE.sub(b"", content).rstrip(b"=")
    return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)


class DrawnType(fields.Field):
    """What kind of image its address says that it is; what is odd about it is listed here."""

    empty = ""
    words = "the type that its `data:` address names; the image itself is stored as a file"

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Read the address, and look at what it holds."""
        found = drawing(payload.get(self.sources[0]))
        if found.problem:
            draft.note(self.name, UNREADABLE, found.problem)
        elif not (kind := sniff(found.bytes)).startswith("image/"):
            told = f"what came is no image that is known, but {kind or 'nothing'}: it is kept"
            draft.note(self.name, UNKNOWN_VALUE, told)
        return clean(found.type, self.name, draft)


class DrawnSize(fields.Integer):
    """How many bytes the image has."""

    words = "how many bytes the image has"

    def __init__(self, source: str) -> None:
        super().__init__(source, most=LARGEST)

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Count them."""
        return len(drawing(payload.get(self.sources[0])).bytes)


class DrawnSum(fields.Field):
    """The checksum of the image, which what is stored must have."""

    empty = ""
    words = "the SHA-256 of its bytes"

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Sum them up."""
        return hashlib.sha256(drawing(payload.get(self.sources[0])).bytes).hexdigest()
