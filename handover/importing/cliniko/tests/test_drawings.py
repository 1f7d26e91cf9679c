"""Drawings: what stands in a `data:` address comes out byte for byte, and nothing is refused."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.core.json import Json
from handover.importing.cliniko.drawings import UNREADABLE, drawing
from handover.importing.cliniko.resources.patient_forms_signatures import PatientFormsSignatures
from handover.importing.cliniko.tests.fitting import misfits, read, sample
from handover.importing.engine.values import UNKNOWN_VALUE

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
BASE64 = base64.b64encode(PNG).decode()


@pytest.mark.parametrize(
    ("address", "kind", "content"),
    [
        (f"data:image/png;base64,{BASE64}", "image/png", PNG),
        (f"DATA:IMAGE/PNG;BASE64,{BASE64}", "image/png", PNG),
        (f"data:image/png;charset=x;base64,{BASE64.rstrip('=')}", "image/png", PNG),
        (f"data:image/png;base64,{BASE64[:4]}\r\n {BASE64[4:]}", "image/png", PNG),
        (f"data:image/png;base64,{quote(BASE64, safe='')}", "image/png", PNG),
        (f"data:image/svg+xml;utf8,{quote(SVG)}", "image/svg+xml", SVG.encode()),
        (f"data:image/svg+xml,{SVG}", "image/svg+xml", SVG.encode()),
        ("data:,100%", "", b"100%"),
    ],
)
def test_the_bytes_come_out_as_they_were_drawn(address: str, kind: str, content: bytes) -> None:
    found = drawing(address)
    assert (found.type, found.bytes, found.problem) == (kind, content, "")


@pytest.mark.parametrize(
    "value",
    ["https://x.example/a.png", BASE64, "data:image/png;base64", "data:image/png;base64,AAA*",
     "data:image/png;base64,A", "not an image", 5, True, ["a"], {"svg": "<svg/>"}],
)  # fmt: skip
def test_what_is_broken_or_unknown_is_kept_as_it_came_with_an_issue(value: Json) -> None:
    found = drawing(value)
    assert found.bytes
    if isinstance(value, str):
        assert found.bytes == value.encode()
    draft = read(PatientFormsSignatures, {**sample(PatientFormsSignatures), "image": value})
    (issue,) = draft.issues
    assert (issue.field, issue.code) == ("declared_type", UNREADABLE)
    assert draft.values["declared_size"] == len(found.bytes)
    assert draft.rejected == ""


@pytest.mark.parametrize("value", ["", None])
def test_a_signature_without_an_image_says_so(value: Json) -> None:
    draft = read(PatientFormsSignatures, {**sample(PatientFormsSignatures), "image": value})
    assert [each.reason for each in draft.issues] == ["no image came with it"]
    assert draft.values["declared_size"] == 0


def test_what_is_no_image_is_kept_and_listed() -> None:
    page = f"data:text/html,{quote('<script>alert(1)</script>')}"
    draft = read(PatientFormsSignatures, {**sample(PatientFormsSignatures), "image": page})
    assert [each.code for each in draft.issues] == [UNKNOWN_VALUE]
    assert drawing(page).bytes == b"<script>alert(1)</script>"


@given(st.binary(), st.booleans())
def test_any_bytes_survive(content: bytes, whole: bool) -> None:  # as drawn
    told = quote(content) if whole else f"{base64.b64encode(content).decode()}"
    assert drawing(f"data:image/png{'' if whole else ';base64'},{told}").bytes == content


@given(st.text().map("data:image/png;base64,".__add__) | st.text() | st.text().map("data:".__add__))
def test_no_text_is_refused_and_every_one_fits(text: str) -> None:
    draft = read(PatientFormsSignatures, {**sample(PatientFormsSignatures), "image": text})
    assert misfits(PatientFormsSignatures.spec, draft) == []
