"""What somebody sends whose connection breaks in the middle: refused, and nothing of it is kept."""

import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from handover.accounts.models import Role, Workspace
from handover.clients.models import Client
from handover.config.bodies import Body, CutOffError
from handover.core.tenancy import acting_in
from handover.files.models import File, LooseKey
from tests.browsing import served
from tests.people import Person, a_person
from tests.reception import EMPTY_FORM

FOUND, REFUSED = 302, 400
SECRET, BREAK = "a" * 32, "a-boundary"
HALF, BODY = 100_000, b"one\ntwo\nthree"


@pytest.fixture
def site(settings: Settings, home: Path) -> Iterator[str]:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=home)
    with served() as address:
        yield address


@pytest.fixture
def desk(workspace: Workspace) -> Person:
    return a_person(workspace, Role.RECEPTIONIST)


def post(site: str, person: Person, path: str, kind: str, body: bytes, *, of: int) -> int:
    """Send a body of which more was announced, and say no more; returns the answer's status."""
    session = person.browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    cookies = (
        f"{django_settings.SESSION_COOKIE_NAME}={session};"
        f" {django_settings.CSRF_COOKIE_NAME}={SECRET}"
    )
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {urlsplit(site).netloc}",
        f"Cookie: {cookies}",
        f"X-CSRFToken: {SECRET}",
        f"Content-Type: {kind}",
        f"Content-Length: {of}",
        "Connection: close",
    ]
    with socket.create_connection(("127.0.0.1", urlsplit(site).port or 0), timeout=20) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode() + body)
        line.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    return int(answer.split(b" ", 2)[1])


def a_file(content: bytes) -> bytes:
    head = 'Content-Disposition: form-data; name="files"; filename="scan.txt"'
    return f"--{BREAK}\r\n{head}\r\n\r\n".encode() + content + f"\r\n--{BREAK}--\r\n".encode()


def kept(workspace: Workspace, home: Path) -> tuple[int, int, list[Path]]:
    with acting_in(workspace.pk):
        rows = File.objects.count(), LooseKey.objects.count()
    return *rows, [
        each for each in home.rglob("*") if each.is_file() and each.stat().st_size >= HALF
    ]


def test_an_upload_that_is_cut_off_is_refused_and_nothing_of_it_is_kept(
    site: str, workspace: Workspace, desk: Person, home: Path
) -> None:
    with acting_in(workspace.pk):
        ada = Client.objects.create(workspace_id=workspace.pk, first_name="Ada")
    path, kind = f"/clients/{ada.pk}/files/add/", f"multipart/form-data; boundary={BREAK}"
    body = a_file(b"x" * 2 * HALF)
    before = kept(workspace, home)
    assert post(site, desk, path, kind, body[: -HALF // 2], of=len(body)) == REFUSED
    assert kept(workspace, home) == before
    assert post(site, desk, path, kind, body, of=len(body)) == FOUND
    assert kept(workspace, home)[0] == before[0] + 1


def test_a_form_that_is_cut_off_changes_nothing(
    site: str, workspace: Workspace, desk: Person
) -> None:
    given = EMPTY_FORM | {"first_name": "Ann", "last_name": "Lee", "notes": "all"}
    body, kind = urlencode(given).encode(), "application/x-www-form-urlencoded"
    assert post(site, desk, "/clients/new/", kind, body[:-3], of=len(body)) == REFUSED
    with acting_in(workspace.pk):
        assert not Client.objects.exists()
    assert post(site, desk, "/clients/new/", kind, body, of=len(body)) == FOUND


def test_a_body_is_read_to_its_length_and_not_past_it() -> None:
    body = Body(io.BytesIO(BODY + b"the next request"), len(BODY))
    assert (body.readline(), body.readline(2), body.read(2)) == (b"one\n", b"tw", b"o\n")
    assert (body.read(), body.read(), body.readline()) == (b"three", b"", b"")
    with pytest.raises(CutOffError):
        Body(io.BytesIO(BODY), len(BODY) + 1).read()
