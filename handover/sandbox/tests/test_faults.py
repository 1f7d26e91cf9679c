"""Each way of going wrong does go wrong, where and as often as it was told to."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.sandbox import BadFault, Fault, Practice, Sandbox
from handover.sandbox.faults import KINDS, FaultBoard
from handover.sandbox.tests.conftest import client_of, get

ROWS = "/attendees?per_page=20&q[]=archived_at:*&q[]=cancelled_at:*"


@pytest.fixture
def faulty(practice: Practice) -> Iterator[Sandbox]:
    with Sandbox(practice, rate_limit=0) as running:
        yield running


def codes(sandbox: Sandbox, count: int, path: str = "/patients") -> list[int]:
    with client_of(sandbox) as client:
        return [client.get(path).status_code for _ in range(count)]


def test_a_fault_strikes_its_path_so_many_times(faulty: Sandbox) -> None:
    faulty.faults = (Fault(status=503, path="/patients", times=2),)
    assert codes(faulty, 1, "/users") == [200]
    assert codes(faulty, 3) == [503, 503, 200]


def test_a_fault_can_wait_and_strike_every_third_time(faulty: Sandbox) -> None:
    faulty.faults = (Fault(status=500, path="/pat*", after=1, every=3),)
    assert codes(faulty, 7) == [200, 200, 200, 500, 200, 200, 500]


def test_chance_is_the_same_each_time(practice: Practice) -> None:
    runs = []
    for _ in range(2):
        with Sandbox(practice, rate_limit=0, faults=[Fault(probability=0.5)]) as sandbox:
            runs.append(codes(sandbox, 20))
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("body", ["json", "html", "empty"])
def test_error_answers_come_with_any_kind_of_body(faulty: Sandbox, status: int, body: str) -> None:
    faulty.faults = (Fault(status=status, body=body),)
    with client_of(faulty) as client:
        answer = client.get("/patients")
    assert answer.status_code == status
    if body == "json":
        assert "message" in answer.json()
    else:
        assert answer.content.startswith(b"<!DOCTYPE" if body == "html" else b"")
        assert bool(answer.content) == (body == "html")


@pytest.mark.parametrize(
    ("retry", "header"), [("reset", "X-RateLimit-Reset"), ("after", "Retry-After"), ("bare", None)]
)
def test_429_tells_when_to_retry_in_three_ways(
    faulty: Sandbox, retry: str, header: str | None
) -> None:
    faulty.faults = (Fault(status=429, retry=retry, seconds=5),)
    with client_of(faulty) as client:
        answer = client.get("/patients")
    told = {"X-RateLimit-Reset", "Retry-After"} & {name.title() for name in answer.headers} | (
        {"X-RateLimit-Reset"} if "x-ratelimit-reset" in answer.headers else set()
    )
    assert told == ({header} if header else set())
    if header == "X-RateLimit-Reset":
        assert 3 <= int(answer.headers[header]) - time.time() <= 6
    elif header:
        assert answer.headers[header] == "5"


def test_the_connection_is_reset_before_the_answer(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="reset", times=1),)
    with client_of(faulty) as client:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.get("/patients")
        assert client.get("/patients").status_code == 200
    assert faulty.stats.by_path["/patients"] == {0: 1, 200: 1}


def test_the_connection_is_reset_in_the_middle_of_the_body(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="reset_body", times=1),)
    with client_of(faulty) as client:
        with client.stream("GET", "/patients") as answer:
            assert answer.status_code == 200
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                answer.read()
        assert client.get("/patients").status_code == 200


def test_json_is_cut_although_its_length_agrees(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="truncated"),)
    with client_of(faulty) as client:
        answer = client.get("/patients")
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_html_comes_with_status_200(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="html"),)
    with client_of(faulty) as client:
        answer = client.get("/patients")
    assert (answer.status_code, answer.content[:9]) == (200, b"<!DOCTYPE")


def test_an_answer_can_be_slow(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="slow", seconds=0.2),)
    begun = time.monotonic()
    assert codes(faulty, 1) == [200]
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(("kind", "status"), [("expired_key", 401), ("forbidden", 403)])
def test_a_key_can_lose_its_rights_on_the_way(faulty: Sandbox, kind: str, status: int) -> None:
    faulty.faults = (Fault(kind=kind, after=2),)
    assert codes(faulty, 5) == [200, 200, status, status, status]


def test_a_redirect_leads_to_another_host(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="redirect", host="http://elsewhere.example.test"),)
    with client_of(faulty) as client:
        answer = client.get("/patients")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://elsewhere.example.test/v1/patients"


def test_next_can_point_to_another_host(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="foreign_next", host="https://api.au1.cliniko.example.test"),)
    with client_of(faulty) as client:
        links = client.get("/attendees").json()["links"]
    assert links["next"] == "https://api.au1.cliniko.example.test/v1/attendees?page=2"
    assert links["self"].startswith(faulty.url)


def test_totals_can_lie_or_be_missing(faulty: Sandbox) -> None:
    with client_of(faulty) as client:
        true = client.get("/patients").json()["total_entries"]
        faulty.faults = (Fault(kind="total_lies"),)
        assert client.get("/patients").json()["total_entries"] not in {true, None}
        faulty.faults = (Fault(kind="total_missing"),)
        assert "total_entries" not in client.get("/patients").json()


def test_a_body_can_be_endless(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="endless", times=1),)
    read = 0
    with client_of(faulty) as client, client.stream("GET", "/patients") as answer:
        for chunk in answer.iter_bytes():
            read += len(chunk)
            if read > 3_000_000:
                break
    assert read > 3_000_000
    assert codes(faulty, 1) == [200]


def test_a_body_can_be_huge(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="huge", megabytes=2),)
    with client_of(faulty) as client:
        answer = client.get("/patients")
    assert len(answer.content) > 2_000_000
    assert answer.json()["total_entries"] == 1


def walk(sandbox: Sandbox) -> list[str]:
    seen: list[str] = []
    url: str | None = ROWS
    with client_of(sandbox) as client:
        while url:
            page = client.get(url).json()
            seen += [row["id"] for row in page["attendees"]]
            url = page["links"].get("next")
    return seen


def test_rows_that_move_are_met_twice_and_push_others_out_of_sight(
    own_sandbox: Sandbox, own_practice: Practice
) -> None:
    own_sandbox.faults = (Fault(kind="moving_rows", path="/attendees", times=3),)
    seen = walk(own_sandbox)
    everyone = {str(row["id"]) for row in own_practice.records["attendees"]}
    assert len(seen) == len(everyone)
    assert len(everyone - set(seen)) == 3


def test_rows_that_vanish_push_others_out_of_sight(
    own_sandbox: Sandbox, own_practice: Practice
) -> None:
    before = len(own_practice.records["attendees"])
    own_sandbox.faults = (Fault(kind="vanishing_rows", path="/attendees", times=3),)
    seen = walk(own_sandbox)
    everyone = {str(row["id"]) for row in own_practice.records["attendees"]}
    assert len(everyone) == before - 3
    assert len(everyone - set(seen)) == 3


def test_a_list_whose_rows_have_no_ids_can_be_slow_as_any_other(faulty: Sandbox) -> None:
    faulty.faults = (Fault(kind="slow", seconds=0.001),)
    assert codes(faulty, 1, "/services") == [200]


def test_faults_are_switched_over_http_too(faulty: Sandbox) -> None:
    control = faulty.url.replace("/v1", "/_sandbox")
    with client_of(faulty) as client:
        wanted = ["status=500;path=/users", {"kind": "slow", "seconds": 0.0}]
        answer = client.post(f"{control}/faults", json={"faults": wanted})
        assert answer.status_code == 200
        assert client.get("/users").status_code == 500
        report = client.get(f"{control}/faults").json()["faults"]
        assert [(row["kind"], row["struck"]) for row in report] == [("status", 1), ("slow", 1)]
        assert client.post(f"{control}/faults", json=["kind=none"]).status_code == 400
        assert client.post(f"{control}/faults", content=b"{").status_code == 400
        assert client.delete(f"{control}/faults").status_code == 204
        assert faulty.faults == ()


def test_statistics_count_paths_statuses_and_the_busiest_minute(practice: Practice) -> None:
    now = [1_800_000_000.0]
    with Sandbox(practice, rate_limit=3, clock=lambda: now[0]) as sandbox:
        assert codes(sandbox, 4) == [200, 200, 200, 429]
        now[0] += 61
        assert codes(sandbox, 1, "/users") == [200]
        stats = get(sandbox.url.replace("/v1", "/_sandbox/stats")).json()
    assert stats["by_path"] == {"/patients": {"200": 3, "429": 1}, "/users": {"200": 1}}
    assert (stats["total"], stats["most_in_60_seconds"]) == (5, 4)
    assert sandbox.stats.requests("/patients") == 4
    assert sandbox.stats.with_status(429) == 1


def test_a_fault_is_read_from_its_short_text() -> None:
    assert Fault.parse("status=503;path=/patients;times=2") == Fault(
        kind="status", status=503, path="/patients", times=2
    )
    assert Fault.parse(" kind=slow ; seconds=0.5 ;") == Fault(kind="slow", seconds=0.5)


@pytest.mark.parametrize(
    "text",
    ["kind=unheard", "staus=503", "status=many", "body=xml", "retry=never", "every=0",
     "probability=2", "status"],
)  # fmt: skip
def test_a_fault_that_makes_no_sense_says_why(text: str) -> None:
    with pytest.raises(BadFault, match=r"\w{4}"):
        Fault.parse(text)


@given(
    st.builds(
        Fault,
        kind=st.sampled_from(sorted(KINDS)),
        status=st.integers(400, 599),
        times=st.none() | st.integers(0, 9),
        every=st.integers(1, 9),
        after=st.integers(0, 9),
        seconds=st.floats(0, 9),
    )
)
def test_every_fault_survives_its_json_and_its_text(fault: Fault) -> None:
    assert Fault.from_json(fault.as_json()) == fault
    text = ";".join(
        f"{name}={value}" for name, value in fault.as_json().items() if value is not None
    )
    assert Fault.parse(text) == fault


@given(st.integers(1, 5), st.integers(0, 5), st.integers(0, 5), st.integers(1, 40))
def test_a_fault_never_strikes_more_often_than_told(
    every: int, after: int, times: int, requests: int
) -> None:
    board = FaultBoard([Fault(every=every, after=after, times=times)])
    struck = [bool(board.strike("/x", later_page=False)) for _ in range(requests)]
    assert sum(struck) == min(times, max(0, requests - after) // every)
    assert not any(struck[:after])
