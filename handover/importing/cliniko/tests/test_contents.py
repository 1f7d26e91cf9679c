"""Files' contents: one request to Cliniko each, and none to a host that is not on the list."""

import base64
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.importing.cliniko.contents import MOST_LINKS, Contents, Gotten
from handover.importing.cliniko.file_hosts import FileHosts, host_of
from handover.importing.cliniko.problems import Interrupted, KeyRefused
from handover.importing.cliniko.tests.serving import (
    AT_ONCE,
    KEY,
    SECRET,
    Answer,
    Server,
    client_of,
    cuts,
    noting,
    resets,
    says,
    serving,
)
from handover.importing.cliniko.tests.test_secrecy import everything_about
from handover.importing.engine.errors import ContentMissing, StorageDown

PATH = "/patient_attachments/1/content"
BYTES = b"%PDF-1.7 and so on"
SIGNED = "X-Amz-Signature=5ecre7"
MEGABYTE = 1024 * 1024


@dataclass
class Ways:
    """Cliniko, its storage, and what fetches from both."""

    cliniko: Server
    storage: Server
    contents: Contents

    def fetch(self, size: int | None = len(BYTES)) -> Gotten[bytes]:
        return self.contents.fetch(PATH, size, b"".join)

    def problem(self, size: int | None = len(BYTES)) -> str:
        gotten = self.fetch(size)
        assert isinstance(gotten.problem, ContentMissing)
        assert gotten.value is None
        return str(gotten.problem)


@contextmanager
def between(
    *answers: Answer, hosts: tuple[str, ...] = ("127.0.0.1",), waited: list[float] | None = None
) -> Iterator[Ways]:
    """A storage that gives these answers, and a Cliniko that sends there."""
    with serving(*answers) as storage:
        address = f"{storage.url}/Ms Example.pdf?{SIGNED}".replace(" ", "%20")
        with (
            serving(says("", 303, Location=address)) as cliniko,
            client_of(cliniko.url) as client,
        ):
            contents = Contents(
                client,
                FileHosts.of(hosts),
                patience=AT_ONCE,
                sleep=noting([] if waited is None else waited),
            )
            yield Ways(cliniko, storage, contents)
            contents.close()


def test_content_costs_one_request_to_cliniko_and_one_to_its_storage() -> None:
    with between(says(BYTES)) as ways:
        gotten = ways.fetch()
        assert (gotten.value, gotten.problem, gotten.requests) == (BYTES, None, 1)
        assert (len(ways.cliniko.asked), len(ways.storage.asked)) == (1, 1)


def test_the_key_goes_to_cliniko_and_never_to_the_storage() -> None:
    with between(says("", 503), says("", 403), says(BYTES)) as ways:
        assert ways.fetch().value == BYTES
        encoded = base64.b64encode(f"{KEY.username}:".encode()).decode()
        for asked in ways.cliniko.asked:
            assert asked.headers["Authorization"] == f"Basic {encoded}"
        for asked in ways.storage.asked:
            assert "authorization" not in {name.lower() for name in asked.headers}
            assert SECRET not in f"{asked.target} {asked.headers}"


@pytest.mark.parametrize("hosts", [(), ("*.amazonaws.com",), ("localhost",), ("127.0.0.1:1",)])
def test_a_host_off_the_list_is_refused_without_a_request(hosts: tuple[str, ...]) -> None:
    with between(says(BYTES), hosts=hosts) as ways:
        told = ways.problem()
        assert "127.0.0.1, which is not among the hosts" in told
        assert "HANDOVER_CLINIKO_FILE_HOSTS" in told
        assert ways.storage.asked == []


@pytest.mark.parametrize("aim", ["https://evil.example/a", "http://169.254.169.254/latest", "/v1"])
def test_a_storage_may_redirect_only_to_where_files_may_be(aim: str) -> None:
    with between(says("", 307, Location=aim), says(BYTES)) as ways:
        if aim.startswith("/"):
            assert ways.fetch().value == BYTES
        else:
            assert "which is not among the hosts" in ways.problem()
            assert len(ways.storage.asked) == 1


def test_redirects_without_end_are_given_up() -> None:
    with between(says("", 307, Location="/v1/again")) as ways:
        assert "redirects again and again" in ways.problem()
        assert len(ways.storage.asked) == 3


def test_an_address_that_has_expired_is_asked_for_anew() -> None:
    with between(says("<Error>Request has expired</Error>", 403), says(BYTES)) as ways:
        gotten = ways.fetch()
        assert (gotten.value, gotten.requests) == (BYTES, 2)


def test_a_storage_that_refuses_every_address_is_given_up() -> None:
    with between(says("", 403)) as ways:
        assert "refuses each address anew" in ways.problem()
        assert len(ways.cliniko.asked) == MOST_LINKS


@pytest.mark.parametrize(
    "trouble",
    [says("", 500), says("", 503), says("", 429), resets, cuts(b"%PDF", promised=len(BYTES))],
    ids=["500", "503", "429", "reset", "cut short"],
)
def test_trouble_at_the_storage_costs_no_further_request_to_cliniko(trouble: Answer) -> None:
    waited: list[float] = []
    with between(trouble, trouble, says(BYTES), waited=waited) as ways:
        gotten = ways.fetch()
        assert (gotten.value, gotten.requests) == (BYTES, 1)
        assert len(ways.storage.asked) == 3
        assert len(waited) == 2


def test_a_storage_that_stays_in_trouble_is_told_from_a_file_that_is_not_there() -> None:
    with between(says("", 503)) as ways:
        gotten = ways.fetch()
        assert isinstance(gotten.problem, StorageDown)
        assert len(ways.storage.asked) == AT_ONCE.attempts
    with between(says("", 404)) as ways:
        assert "its storage does not have it" in ways.problem()
        assert not isinstance(ways.fetch().problem, StorageDown)


def test_a_storage_is_waited_for_as_long_as_it_says() -> None:
    waited: list[float] = []
    with between(says("", 503, Retry_After="7"), says(BYTES), waited=waited) as ways:
        assert ways.fetch().value == BYTES
    assert waited == [7.0]


def test_no_bytes_are_bytes_too() -> None:
    with between(says(b"")) as ways:
        gotten = ways.fetch(0)
        assert (gotten.value, gotten.problem) == (b"", None)


@pytest.mark.parametrize("size", [0, 10, 10_000, None])
def test_another_size_than_cliniko_says_comes_all_the_same(size: int | None) -> None:
    with between(says(BYTES)) as ways:
        assert ways.fetch(size).value == BYTES


def test_far_more_bytes_than_cliniko_says_are_refused() -> None:
    with between(says(bytes(2 * MEGABYTE))) as ways:
        assert "larger than Cliniko says (10 bytes)" in ways.problem(10)
        assert len(ways.storage.asked) == 1


def test_packed_bytes_stay_packed() -> None:
    with between(says(b"\x1f\x8b packed", Content_Encoding="gzip")) as ways:
        assert ways.fetch().value == b"\x1f\x8b packed"
        assert ways.storage.asked[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("status", "told"), [(404, "there is no content at Cliniko"), (403, "this key may not read it")]
)
def test_what_cliniko_does_not_give_is_one_files_problem(status: int, told: str) -> None:
    with serving(says("", status)) as cliniko, client_of(cliniko.url) as client:
        contents = Contents(client, FileHosts.of(["127.0.0.1"]), patience=AT_ONCE)
        gotten = contents.fetch(PATH, 1, b"".join)
        contents.close()
    assert isinstance(gotten.problem, ContentMissing)
    assert told in str(gotten.problem)
    assert gotten.requests == 1


def test_a_key_that_is_no_longer_accepted_is_everybodys_problem() -> None:
    with serving(says("", 401)) as cliniko, client_of(cliniko.url) as client:
        contents = Contents(client, FileHosts.of(["127.0.0.1"]), patience=AT_ONCE)
        gotten = contents.fetch(PATH, 1, b"".join)
        contents.close()
    assert isinstance(gotten.problem, KeyRefused)


def test_a_download_ends_when_it_is_told_to() -> None:
    stop = threading.Event()
    stop.set()
    with between(says(bytes(MEGABYTE))) as ways:
        gotten = ways.contents.fetch(PATH, MEGABYTE, b"".join, stop=stop)
    assert isinstance(gotten.problem, Interrupted)


def test_what_goes_wrong_in_storing_is_raised_as_it_is() -> None:
    def full(_: Iterator[bytes]) -> None:
        raise OSError(28, "No space left on device")

    with between(says(BYTES)) as ways, pytest.raises(OSError, match="No space left"):
        ways.contents.fetch(PATH, 1, full)


@pytest.mark.parametrize(
    "answer", [says("", 403), says("", 404), says("", 500), resets, says("", 307, Location="//x")]
)
def test_neither_a_problem_nor_a_log_tells_the_address_or_the_key(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with between(answer) as ways:
        problem = ways.fetch().problem
    assert problem is not None
    everything = f"{caplog.text} {everything_about(problem)}"
    assert "/patient_attachments/1/content" in caplog.text, "httpx does log Cliniko's address"
    assert not [each for each in (SIGNED, "5ecre7", "Example", SECRET) if each in everything]


@pytest.mark.parametrize(
    ("patterns", "address", "allowed"),
    [
        (("*.amazonaws.com",), "https://files.s3.ap-southeast-2.amazonaws.com/a?b", True),
        (("*.amazonaws.com",), "https://FILES.AmazonAWS.com:443/a", True),
        (("*.amazonaws.com",), "https://files.amazonaws.com./a", True),
        (("*.amazonaws.com",), "http://files.s3.amazonaws.com/a", False),
        (("*.amazonaws.com",), "https://files.s3.amazonaws.com:8443/a", False),
        (("*.amazonaws.com",), "https://amazonaws.com/a", False),
        (("*.amazonaws.com",), "https://evilamazonaws.com/a", False),
        (("*.amazonaws.com",), "https://s3.amazonaws.com.evil.example/a", False),
        (("*.amazonaws.com",), "https://me:you@s3.amazonaws.com/a", False),
        (("*.amazonaws.com",), "https://evil.example/?s3.amazonaws.com", False),
        (("*.amazonaws.com",), "ftp://s3.amazonaws.com/a", False),
        (("*.amazonaws.com",), "https://s3.amazonaws.com:99999/a", False),
        (("files.example",), "http://files.example:8080/a", True),
        (("files.example",), "https://files.example/a", True),
        (("files.example",), "https://a.files.example/a", False),
        (("127.0.0.1:4011",), "http://127.0.0.1:4011/a", True),
        (("127.0.0.1:4011",), "http://127.0.0.1:4012/a", False),
        (("127.0.0.1",), "file:///etc/passwd", False),
        (("",), "https:///a", False),
    ],
)
def test_the_list_of_hosts_is_read_strictly(
    patterns: tuple[str, ...], address: str, allowed: bool
) -> None:
    assert FileHosts.of(patterns).allow(address) is allowed


@given(st.text(max_size=60))
def test_whatever_an_address_is_it_is_refused_and_not_raised(address: str) -> None:
    assert not FileHosts.of(["*.amazonaws.com"]).allow(address)
    assert host_of(address).isprintable()
