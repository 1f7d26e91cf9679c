"""What a file is, by its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.files.sniffing import HARMLESS, TEXT, UNKNOWN, sniff


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", ""),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\nxx", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\0" * 128 + b"DICM", "application/dicom"),
        (b"PK\x03\x04", "application/zip"),
        (b"<!DOCTYPE html><title>", "text/html"),
        (b"  \n<SVG onload=alert(1)>", "image/svg+xml"),
        (b'<?xml version="1.0"?><svg>', "image/svg+xml"),
        (b"Dear doctor <script>", "text/html"),
        ("Übung".encode(), TEXT),
        (("x" * 1023 + "Ü").encode()[:1024], TEXT),
        (b"\x00\x01\x02", UNKNOWN),
        (b"\xff\xfe\xfd", UNKNOWN),
    ],
)
def test_a_file_is_what_it_begins_with(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


@given(st.binary(max_size=200))
def test_whatever_it_begins_with_has_a_type(head: bytes) -> None:
    assert bool(sniff(head)) is bool(head)


def test_nothing_that_a_browser_runs_is_harmless() -> None:
    assert not HARMLESS & {"text/html", "image/svg+xml", "text/xml", "application/xhtml+xml"}
