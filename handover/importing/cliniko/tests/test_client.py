import gzip
import threading
import time
from datetime import UTC, datetime

import pytest

from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.gate import LocalGate
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.listing import Listing
from handover.importing.cliniko.patience import STEADY, Patience
from handover.importing.cliniko.problems import (
    Interrupted,
    KeyRefused,
    RateLimited,
    Redirected,
    RequestRefused,
    StrayLink,
    Unreachable,
    UnreadablePage,
)
from handover.importing.cliniko.tests.serving import (
    AT_ONCE,
    CONTACT,
    KEY,
    Answer,
    client_of,
    cuts,
    drips,
    noting,
    patients,
    quick_gate,
    resets,
    says,
    serving,
    talking,
    waits,
)
from handover.importing.cliniko.transport import MEGABYTE, Bounds
from handover.importing.engine.errors import (
    Absent,
    BadPage,
    ImportProblem,
    NotPermitted,
    RetryLater,
    StopImport,
)

PATIENTS = Listing("/patients", "patients", filters=("archived_at:*", "id:>5"))
HTML = says("<html><body>Sign in to Wi-Fi</body></html>")


def problem_of(*answers: Answer, patience: Patience = AT_ONCE) -> ImportProblem:
    """What comes of a page when the server answers like this."""
    with talking(*answers, patience=patience) as (_, client):
        with pytest.raises(ImportProblem) as caught:
            client.page(PATIENTS, 3)
        return caught.value


def test_a_page_is_asked_for_with_all_that_cliniko_requires() -> None:
    with talking(patients(1, 2, total=2)) as (server, client):
        page = client.page(PATIENTS, 3)
        asked = server.asked[0]
    assert asked.target == (
        "/v1/patients?page=3&per_page=100&q%5B%5D=archived_at%3A%2A&q%5B%5D=id%3A%3E5"
    )
    assert asked.headers["Accept"] == "application/json"
    assert asked.headers["User-Agent"].startswith("Handover/")
    assert asked.headers["User-Agent"].endswith(f" ({CONTACT})")
    assert page.records == (b'{"id": "1"}', b'{"id": "2"}')
    assert (page.number, page.total, page.has_next, page.requests) == (3, 2, False, 1)


@pytest.mark.parametrize(
    "mishap",
    [
        says("oops", 500),
        says("<html>", 502),
        says("", 503),
        says("", 504),
        says("", 408),
        resets,
        cuts(b'{"patients":[', promised=500),
        says('{"patients":[{"id":'),
        HTML,
        says("[]"),
        says('{"message":"hello"}'),
        says(""),
        says("nonsense", Content_Encoding="gzip"),
    ],
)
def test_a_passing_mishap_costs_a_repeat_only(mishap: Answer) -> None:
    with talking(mishap, mishap, patients(1)) as (server, client):
        page = client.page(PATIENTS)
        assert (page.requests, client.requests, len(server.asked)) == (3, 3, 3)
        assert page.records == (b'{"id": "1"}',)


@pytest.mark.parametrize("mishap", [says("", 503), resets, cuts(b"{", promised=9)])
def test_a_lasting_outage_is_to_be_tried_later(mishap: Answer) -> None:
    problem = problem_of(mishap)
    assert isinstance(problem, Unreachable)
    assert isinstance(problem, RetryLater)
    assert problem.seconds > 0
    assert "/patients page 3" in str(problem)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (HTML, "web page"),
        (says('{"patients":[{"id":'), "cut off"),
        (says('{"other":[]}'), "no list named"),
        (says("", 204), "empty"),
    ],
)
def test_what_stays_unreadable_is_a_bad_page_with_its_place(answer: Answer, why: str) -> None:
    problem = problem_of(answer)
    assert isinstance(problem, UnreadablePage)
    assert isinstance(problem, BadPage)
    assert (problem.path, problem.page) == ("/patients", 3)
    assert why in str(problem)


def test_nothing_listening_is_to_be_tried_later() -> None:
    with serving(HTML) as server:
        url = server.url
    with client_of(url) as client, pytest.raises(Unreachable, match="cannot be reached"):
        client.page(PATIENTS)


def test_a_host_that_does_not_exist_points_to_the_keys_ending() -> None:
    unknown = "http://api.zz9.invalid/v1"
    ending = "the key's ending"
    with client_of(unknown) as client, pytest.raises(Unreachable, match=ending):
        client.page(PATIENTS)


def test_attempts_are_further_and_further_apart() -> None:
    waited: list[float] = []
    with talking(says("", 500), patience=STEADY, sleep=noting(waited)) as (server, client):
        with pytest.raises(Unreachable):
            client.page(PATIENTS)
        assert len(server.asked) == STEADY.attempts
    assert all(later > earlier for earlier, later in zip(waited[::2], waited[2::2], strict=False))
    assert 30 < sum(waited) < 90


def test_a_busy_server_says_itself_when_to_come_back() -> None:
    waited: list[float] = []
    busy = says("", 503, Retry_After="7")
    with talking(busy, patients(), sleep=noting(waited)) as (_, client):
        client.page(PATIENTS)
    assert waited == [7]


def test_a_long_closure_is_not_waited_for_but_told() -> None:
    problem = problem_of(says("", 503, Retry_After="1800"))
    assert isinstance(problem, Unreachable)
    assert problem.seconds == 1800


def test_a_wrong_key_is_told_apart_from_a_missing_right_and_a_missing_list() -> None:
    refused, forbidden, absent = (problem_of(says("", status)) for status in (401, 403, 404))
    assert isinstance(refused, KeyRefused)
    assert isinstance(refused, StopImport)
    assert "uk2" in str(refused)
    assert isinstance(forbidden, NotPermitted)
    assert "/patients" in str(forbidden)
    assert "administrator" in str(forbidden)
    assert isinstance(absent, Absent)


def test_a_key_that_is_revoked_on_the_way_stops_the_import() -> None:
    with talking(patients(1), says("", 401)) as (server, client):
        client.page(PATIENTS)
        with pytest.raises(KeyRefused):
            client.page(PATIENTS, 2)
        assert len(server.asked) == 2


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_request_is_passed_on_in_clinikos_words_cleaned_and_short(status: int) -> None:
    words = '{"message":"foo is not\\u001b[31m\\nfilterable ' + "x" * 5000 + '"}'
    problem = problem_of(says(words, status))
    assert isinstance(problem, RequestRefused)
    assert problem.status == status
    assert "foo is not [31m filterable" in str(problem)
    assert len(str(problem)) < 500


def test_a_refused_request_may_have_any_body() -> None:
    assert isinstance(problem_of(says(b"\xff\xfe<html>", 400)), RequestRefused)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status: int) -> None:
    with serving(patients(1)) as elsewhere:
        aim = elsewhere.url + "/patients?secret=1"
        problem = problem_of(says("", status, Location=aim))
        assert elsewhere.asked == []
    assert isinstance(problem, Redirected)
    assert "127.0.0.1" in str(problem)
    assert "secret" not in str(problem)


def test_a_link_to_another_host_is_never_followed() -> None:
    problem = problem_of(patients(1, onward="https://evil.example/v1/patients?page=2"))
    assert isinstance(problem, StrayLink)
    assert "evil.example" in str(problem)


BIG = b'{"patients":["' + b"x" * (3 * MEGABYTE) + b'"]}'


@pytest.mark.parametrize("answer", [says(BIG), says(gzip.compress(BIG), Content_Encoding="gzip")])
def test_a_body_beyond_the_bound_is_not_read_to_its_end(answer: Answer) -> None:
    with talking(answer, bounds=Bounds(size=MEGABYTE)) as (server, client):
        with pytest.raises(UnreadablePage, match="larger than 1 MB"):
            client.page(PATIENTS)
        assert len(server.asked) == 1


def test_an_answer_that_does_not_come_is_asked_for_again() -> None:
    with talking(waits(0.5, patients()), patients(1), bounds=Bounds(read=0.1)) as (_, client):
        assert client.page(PATIENTS).requests == 2


def test_an_answer_that_drips_has_an_end_too() -> None:
    with talking(drips(0.01), patients(1), bounds=Bounds(whole=0.1)) as (_, client):
        assert client.page(PATIENTS).requests == 2


def test_429s_are_waited_out_and_are_no_attempts() -> None:
    busy = says("", 429, Retry_After="0")
    with talking(*[busy] * 7, patients(1)) as (_, client):
        assert client.page(PATIENTS).requests == 8


def test_a_429_is_waited_out_and_told() -> None:
    told: list[datetime] = []
    now = [100.0]

    def sleep(seconds: float, _stop: threading.Event | None) -> bool:
        now[0] += seconds
        return False

    gate = LocalGate(0, clock=lambda: now[0], sleep=sleep, jitter=lambda _low, _high: 0.0)
    with talking(says("", 429, Retry_After="30"), patients(1), gate=gate, on_wait=told.append) as (
        _server,
        client,
    ):
        begun = datetime.now(UTC)
        assert client.page(PATIENTS).requests == 2
    assert now == [130.0]
    assert len(told) == 1
    assert 29 < (told[0] - begun).total_seconds() < 32


def test_endless_429s_end_when_nothing_has_succeeded_for_long() -> None:
    patience = Patience(attempts=2, first=0.0, longest=0.0, without_success=0.2)
    problem = problem_of(says("", 429, Retry_After="0"), patience=patience)
    assert isinstance(problem, RateLimited)
    assert isinstance(problem, RetryLater)


def test_a_429_for_an_hour_is_told_at_once() -> None:
    problem = problem_of(says("", 429, Retry_After="3600"))
    assert isinstance(problem, RateLimited)
    assert problem.seconds == pytest.approx(3600, abs=1)


@pytest.mark.parametrize("answer", [says("", 429, Retry_After="600"), says("", 500), drips(0.01)])
def test_any_wait_ends_at_once_when_it_is_told_to(answer: Answer) -> None:
    stop = threading.Event()
    slow = Patience(first=600.0, longest=600.0)
    with talking(answer, patience=slow, stop=stop) as (_, client):
        threading.Timer(0.05, stop.set).start()
        begun = time.monotonic()
        with pytest.raises(Interrupted):
            client.page(PATIENTS)
        assert time.monotonic() - begun < 60, "the waits are of ten minutes"


def test_a_call_may_bring_its_own_event() -> None:
    stop = threading.Event()
    stop.set()
    with talking(patients(1)) as (_, client):
        with pytest.raises(Interrupted):
            client.page(PATIENTS, stop=stop)
        assert client.page(PATIENTS).requests == 1


def test_the_gate_holds_for_every_client_of_a_key() -> None:
    gate, stop = quick_gate(limit=2), threading.Event()
    with serving(patients(1)) as server:
        with client_of(server.url, gate=gate) as one, client_of(server.url, gate=gate) as two:
            one.page(PATIENTS)
            two.page(PATIENTS)
            threading.Timer(0.05, stop.set).start()
            with pytest.raises(Interrupted):
                one.page(PATIENTS, stop=stop)
        assert len(server.asked) == 2


def test_a_key_is_checked_by_asking_whose_it_is() -> None:
    user = (
        '{"id":"1100000000000000007","first_name":"Ana","last_name":"Lee","role":"Administrator",'
        '"time_zone":"Brisbane","time_zone_identifier":null}'
    )
    with talking(says(user)) as (server, client):
        who = client.check_key()
        assert server.asked[0].target == "/v1/user"
    assert (who.id, who.name, who.role) == ("1100000000000000007", "Ana Lee", "Administrator")
    assert who.time_zone == "Australia/Brisbane"
    assert who.is_administrator


@pytest.mark.parametrize("answer", [says("", 404), says("{}"), says('{"user":1}')])
def test_an_address_that_is_not_cliniko_is_told_apart_from_a_wrong_key(answer: Answer) -> None:
    why = "not Cliniko's API"
    with talking(answer) as (_, client), pytest.raises(StopImport, match=why):
        client.check_key()


def test_checking_a_key_does_not_keep_a_person_waiting() -> None:
    waited: list[float] = []
    sleep = noting(waited)
    with (
        talking(says("", 500), patience=STEADY, sleep=sleep) as (_, client),
        pytest.raises(Unreachable),
    ):
        client.check_key()
    assert sum(waited) < 5


def test_a_single_object_is_a_page_of_one() -> None:
    with talking(says('{"id":"5"}')) as (server, client):
        page = client.single("/settings")
        assert server.asked[0].target == "/v1/settings"
    assert (page.records, page.total, page.has_next) == ((b'{"id":"5"}',), 1, False)


def test_anything_can_be_got_as_it_is() -> None:
    with talking(says("[1]")) as (server, client):
        answer = client.get("/things", [("a", "b c")])
        assert server.asked[0].target == "/v1/things?a=b%20c"
    assert (answer.status, answer.content, answer.requests) == (200, b"[1]", 1)


def test_a_files_address_is_told_and_not_gone_to() -> None:
    with talking(says("", 303, Location="https://files.example/a?sig=1")) as (server, client):
        address, requests = client.location("/patient_attachments/1/content")
        assert len(server.asked) == requests == 1
        assert server.asked[0].headers["Accept"] == "*/*"
    assert address == "https://files.example/a?sig=1"


def test_a_file_that_is_gone_is_absent() -> None:
    with talking(says("", 404)) as (_, client), pytest.raises(Absent):
        client.location("/patient_attachments/1/content")


@pytest.mark.parametrize("contact", ["", "nobody", "a@b\r\nX-Evil: 1", "ä@b.example"])
def test_a_client_says_whom_to_write_to(contact: str) -> None:
    with pytest.raises(StopImport, match="HANDOVER_CONTACT"):
        ClinikoClient(KEY, contact=contact)


def test_without_a_template_cliniko_itself_is_asked() -> None:
    with ClinikoClient(ApiKey.parse("x" * 20 + "-ca1"), contact=CONTACT) as client:
        assert client.url == "https://api.ca1.cliniko.com/v1"
