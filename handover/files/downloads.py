"""Handing a file out: as a download that nothing runs, whatever it is."""

import re

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from handover.files.models import File, FileState
from handover.files.shelf import Shelf
from handover.files.sniffing import HARMLESS, UNKNOWN

LONGEST_NAME = 150
NO_NAME = "file"
_NEVER = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class NotHere(Exception):
    """The file's bytes are not here; the text says why."""


def download(file: File, shelf: Shelf) -> StreamingHttpResponse:
    """Stream a file to whoever may see it: the caller has made sure of that.

    It is offered for saving, under a harmless type, and no browser may guess another. Raises
    `NotHere`.
    """
    if file.state != FileState.STORED:
        raise NotHere(file.problem or "it has not been fetched yet")
    kind = file.sniffed_type if file.sniffed_type in HARMLESS else UNKNOWN
    response = StreamingHttpResponse(shelf.read(file.storage_key), content_type=kind)
    disposition = content_disposition_header(as_attachment=True, filename=safe_name(file.name))
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Length"] = str(file.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def safe_name(name: str) -> str:
    """The last part of a name, without what could lead a folder or a reader astray."""
    last = _NEVER.sub("", name.replace("\\", "/")).rstrip("/").rpartition("/")[2].strip(" .")
    stem, dot, ending = last.rpartition(".")
    if len(last) > LONGEST_NAME and dot:
        last = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return last[:LONGEST_NAME] or NO_NAME
