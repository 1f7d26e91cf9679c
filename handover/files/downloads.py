"""Handing a file out: as a download that nothing runs, whatever it is."""

import re

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from handover.files.models import FileState, HasContent
from handover.files.shelf import Shelf
from handover.files.sniffing import HARMLESS, TEXT, UNKNOWN

SVG = "image/svg+xml"
LONGEST_NAME = 150
NO_NAME = "file"
_NEVER = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class NotHere(Exception):
    """The file's bytes are not here; the text says why."""


def _not_here(content: HasContent) -> NotHere:
    return NotHere(content.problem or _("it has not been fetched yet"))


def download(content: HasContent, shelf: Shelf, name: str) -> StreamingHttpResponse:
    """Stream a row's bytes to whoever may see them: the caller has made sure of that.

    It is offered for saving, under a harmless type, and no browser may guess another. Raises
    `NotHere`.
    """
    if content.state != FileState.STORED:
        raise _not_here(content)
    kind = content.sniffed_type if content.sniffed_type in HARMLESS else UNKNOWN
    response = StreamingHttpResponse(shelf.read(content.storage_key), content_type=kind)
    disposition = content_disposition_header(as_attachment=True, filename=safe_name(name))
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Length"] = str(content.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def picture(content: HasContent, shelf: Shelf, name: str) -> StreamingHttpResponse:
    """The same for the address of an `<img>`, where nothing in an SVG runs.

    Only there does an SVG say what it is. Opened by itself it is saved like everything else, and
    were it opened, it could neither run nor fetch anything. Raises `NotHere`.
    """
    response = download(content, shelf, name)
    if content.sniffed_type == SVG:
        response["Content-Type"] = SVG
    return response


#: Pictures that a browser shows in an `<img>`, where nothing in one runs.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
#: How much of a text is shown in a page.
SHOWN_TEXT = 200_000


def text_of(content: HasContent, shelf: Shelf) -> str:
    """The beginning of a plain text, to be escaped and shown. Raises `NotHere`."""
    if content.state != FileState.STORED or content.sniffed_type != TEXT:
        raise _not_here(content)
    held = b""
    for chunk in shelf.read(content.storage_key):
        held += chunk
        if len(held) >= SHOWN_TEXT:
            break
    return held[:SHOWN_TEXT].decode(errors="replace")


def safe_name(name: str) -> str:
    """The last part of a name, without what could lead a folder or a reader astray."""
    last = _NEVER.sub("", name.replace("\\", "/")).rstrip("/").rpartition("/")[2].strip(" .")
    stem, dot, ending = last.rpartition(".")
    if len(last) > LONGEST_NAME and dot:
        last = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return last[:LONGEST_NAME] or NO_NAME
