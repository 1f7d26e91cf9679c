"""The key, its encoded form and what is in queries and bodies: nowhere but in the request."""

import base64
import logging
import pickle
import ssl
import traceback
from collections.abc import Iterator

import httpx
import pytest

from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.listing import Listing
from handover.importing.cliniko.problems import NoTrust
from handover.importing.cliniko.tests.serving import (
    AT_ONCE,
    CONTACT,
    KEY,
    SECRET,
    Answer,
    cuts,
    patients,
    quick_gate,
    resets,
    says,
    talking,
)
from handover.importing.cliniko.transport import trust
from handover.importing.engine.errors import ImportProblem

SECRETS = (SECRET, base64.b64encode(f"{KEY.username}:".encode()).decode().rstrip("=")[:40])
LISTING = Listing("/patients", filters=("last_name:=Secretname",))


def chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def everything_about(error: BaseException) -> str:
    parts = [f"{each!s} {each!r} {vars(each)} {each.args}" for each in chain(error)]
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "\n".join([*parts, *trace.format()])


@pytest.mark.parametrize(
    "answer",
    [
        says("", 401),
        says("", 403),
        says("", 404),
        says('{"message":"no"}', 422),
        says("", 500),
        says("<html>"),
        says("", 302, Location="https://evil.example"),
        says("x", Content_Encoding="gzip"),
        cuts(b"{", promised=10),
        resets,
    ],
)
def test_no_problem_tells_the_key_or_the_query(answer: Answer) -> None:
    with talking(answer) as (server, client):
        with pytest.raises(ImportProblem) as caught:
            client.page(LISTING)
        assert "Authorization" in server.asked[0].headers
    text = "\n".join(f"{each!s} {each!r} {vars(each)}" for each in chain(caught.value))
    assert not [secret for secret in (*SECRETS, "Secretname") if secret in text]
    assert not [secret for secret in SECRETS if secret in everything_about(caught.value)]
    assert not any(isinstance(each, httpx.HTTPError) for each in chain(caught.value))


def test_no_log_at_any_level_tells_the_key_the_query_or_the_body(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="handover")
    answers = says("", 503), says('{"patients":[{"id":"Bodytext"}]}'), says("", 401)
    with talking(*answers) as (_, client):
        client.page(LISTING)
        with pytest.raises(ImportProblem):
            client.page(LISTING)
    assert "/v1/patients" in caplog.text, "httpx does log; if it stops, this test proves nothing"
    assert "attempt 1 of" in caplog.text
    told = [secret for secret in (*SECRETS, "Secretname", "Bodytext") if secret in caplog.text]
    assert told == []


def test_neither_client_nor_page_shows_what_it_holds() -> None:
    with talking(says('{"patients":[{"id":"Bodytext"}]}')) as (_, client):
        page = client.page(LISTING)
        shown = f"{client!r} {client} {page!r} {client.get('/patients')!r}"
    assert not [secret for secret in (*SECRETS, "Bodytext") if secret in shown]


def test_the_key_is_sent_whole_with_an_empty_password() -> None:
    with talking(patients()) as (server, client):
        client.page(LISTING)
        scheme, _, encoded = server.asked[0].headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(encoded).decode()) == ("Basic", f"{SECRET}-uk2:")


def test_a_client_cannot_be_pickled_with_its_key() -> None:
    with talking(patients()) as (_, client), pytest.raises(TypeError):
        pickle.dumps(client)


class Impostor(httpx.BaseTransport):
    """A network in which the other side's certificate is not trusted."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        problem = ssl.SSLCertVerificationError("self-signed certificate")
        raise httpx.ConnectError("certificate verify failed", request=request) from problem


def test_a_certificate_that_is_not_trusted_stops_everything_before_the_key_is_sent() -> None:
    with ClinikoClient(
        KEY, contact=CONTACT, gate=quick_gate(), patience=AT_ONCE, carrier=Impostor()
    ) as client:
        with pytest.raises(NoTrust, match=r"api\.uk2\.cliniko\.com") as caught:
            client.page(LISTING)
        assert list(chain(caught.value)) == [caught.value]
        assert client.requests == 1


def test_certificates_are_checked_and_so_are_the_names_in_them() -> None:
    context = trust()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
