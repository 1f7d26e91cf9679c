"""Files are handed out as downloads that nothing runs, under names that lead nowhere."""

import hashlib
from urllib.parse import quote

import pytest

from handover.clinical.models import FormSignature
from handover.files.downloads import NotHere, download, picture, safe_name
from handover.files.models import File
from tests.moving import Desk

PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("consent.html", "application/octet-stream"),
        ("GP referral.pdf", "application/pdf"),
        ("photo", "image/jpeg"),
    ],
)
def test_a_file_is_handed_out_as_a_download_that_nothing_runs(
    desk: Desk, name: str, kind: str
) -> None:
    desk.move(only=("patient_attachments",))
    with desk.inside():
        file = File.objects.filter(name=name).first()
        assert file is not None
    response = download(file, desk.shelf, file.name)
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    content = response.getvalue()
    assert hashlib.sha256(content).hexdigest() == file.sha256


@pytest.mark.parametrize(("ending", "kind"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_a_signature_is_shown_as_an_image_in_which_nothing_runs(
    desk: Desk, ending: str, kind: str
) -> None:
    desk.records["signatures"][0]["image"] = f"data:image/png,{quote(PNG)}"
    desk.sandbox.touch()
    desk.move(only=("patient_forms_signatures",))
    with desk.inside():
        signature = FormSignature.objects.filter(sniffed_type=kind).first()
        assert signature is not None
    shown = picture(signature, desk.shelf, f"signature.{ending}")
    assert shown["Content-Type"] == kind
    saved = download(signature, desk.shelf, f"signature.{ending}")
    assert saved["Content-Type"] == ("application/octet-stream" if ending == "svg" else kind)
    for response in (shown, saved):
        assert response["Content-Disposition"] == f'attachment; filename="signature.{ending}"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert hashlib.sha256(response.getvalue()).hexdigest() == signature.sha256


def test_a_file_without_bytes_is_not_handed_out(desk: Desk) -> None:
    with pytest.raises(NotHere, match="not been fetched yet"):
        download(File(name="a"), desk.shelf, "a")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("...", "file"),
        ("", "file"),
        ("MRI/scan 1.png", "scan 1.png"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("Überweisung für Łukasz.pdf", "Überweisung für Łukasz.pdf"),
    ],
)
def test_a_name_is_harmless_before_it_is_offered(name: str, safe: str) -> None:
    assert safe_name(name) == safe
