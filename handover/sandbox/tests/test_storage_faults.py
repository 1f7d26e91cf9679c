"""Each way in which the store of files goes wrong, and how that is counted."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from handover.sandbox import BadFault, Fault, Practice, Sandbox
from handover.sandbox.tests.conftest import client_of, get


@dataclass
class Store:
    """One file of a sandbox of one's own."""

    sandbox: Sandbox
    identity: str
    size: int

    @property
    def path(self) -> str:
        return f"/patient_attachments/{self.identity}/content"

    def ask(self) -> httpx.Response:
        with client_of(self.sandbox) as client:
            return client.get(self.path)

    def fetch(self) -> httpx.Response:
        return get(self.ask().headers["Location"])

    def counts(self) -> tuple[int, int, int]:
        seen = self.sandbox.stats.files[self.identity]
        return seen.asked, seen.fetched, seen.delivered


@pytest.fixture
def store(practice: Practice) -> Iterator[Store]:
    row = practice.records["patient_attachments"][0]
    with Sandbox(practice, rate_limit=0) as running:
        yield Store(running, str(row["id"]), int(str(row["size"])))


def test_a_whole_file_counts_once_everywhere(store: Store) -> None:
    assert len(store.fetch().content) == store.size
    assert store.counts() == (1, 1, 1)
    told = get(store.sandbox.url.replace("/v1", "/_sandbox/stats")).json()
    assert told["files"] == {store.identity: {"asked": 1, "fetched": 1, "delivered": 1}}
    assert told["with_credentials"] == 0


def test_credentials_at_the_store_are_counted(store: Store) -> None:
    location = store.ask().headers["Location"]
    assert get(location, key=store.sandbox.key).status_code == 400
    assert store.sandbox.stats.with_credentials == 1


def test_a_link_can_be_expired_at_first(store: Store) -> None:
    store.sandbox.faults = (Fault(kind="expired_link", times=1),)
    first = store.fetch()
    assert (first.status_code, b"Request has expired" in first.content) == (403, True)
    assert store.fetch().status_code == 200
    assert store.counts() == (2, 2, 1)


def test_the_store_can_fail_for_a_while(store: Store) -> None:
    store.sandbox.faults = (Fault(status=503, at="storage", times=2),)
    assert [store.fetch().status_code for _ in range(3)] == [503, 503, 200]
    assert store.counts() == (3, 3, 1)


def test_a_fault_of_the_api_leaves_the_store_alone(store: Store) -> None:
    location = store.ask().headers["Location"]
    store.sandbox.faults = (Fault(status=503),)
    assert get(location).status_code == 200
    assert store.ask().status_code == 503


@pytest.mark.parametrize("kind", ["reset_body", "short_body"])
def test_a_file_can_break_off(store: Store, kind: str) -> None:
    store.sandbox.faults = (Fault(kind=kind, at="storage", times=1, path=store.path),)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        store.fetch()
    assert len(store.fetch().content) == store.size
    assert store.counts() == (2, 2, 1)


@pytest.mark.parametrize(("kind", "change"), [("wrong_length", 1), ("truncated", None)])
def test_a_file_can_have_another_length_than_its_record(
    store: Store, kind: str, change: int | None
) -> None:
    store.sandbox.faults = (Fault(kind=kind, at="storage"),)
    answer = store.fetch()
    wanted = store.size // 2 if change is None else store.size + change
    assert len(answer.content) == wanted == int(answer.headers["Content-Length"])


def test_a_file_can_come_without_its_length(store: Store) -> None:
    store.sandbox.faults = (Fault(kind="no_length"),)
    answer = store.fetch()
    assert "Content-Length" not in answer.headers
    assert len(answer.content) == store.size


def test_a_file_can_trickle(store: Store) -> None:
    store.sandbox.faults = (Fault(kind="trickle", seconds=0.005),)
    begun = time.monotonic()
    assert len(store.fetch().content) == store.size
    assert time.monotonic() - begun >= 0.005 * (store.size // 1024)


def test_a_page_can_come_in_place_of_a_file(store: Store) -> None:
    store.sandbox.faults = (Fault(kind="html", at="storage"),)
    assert store.fetch().content.startswith(b"<!DOCTYPE")


def test_a_link_can_lead_to_another_host(store: Store) -> None:
    store.sandbox.faults = (Fault(kind="foreign_file", path="/patient_attachments/*/content"),)
    answer = store.ask()
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("http://elsewhere.example.test/")
    assert store.counts() == (1, 0, 0)


def test_the_store_itself_can_redirect(store: Store) -> None:
    store.sandbox.faults = (Fault(kind="redirect", at="storage"),)
    answer = store.fetch()
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("http://elsewhere.example.test/")


def test_a_fault_strikes_at_no_third_place() -> None:
    with pytest.raises(BadFault, match="at is api or storage"):
        Fault(at="moon")
