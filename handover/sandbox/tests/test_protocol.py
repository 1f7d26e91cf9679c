"""Keys, headers, pages, order: what every request meets."""

import http.client
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from handover.sandbox import Practice, Sandbox
from handover.sandbox.tests.conftest import AGENT, get


@pytest.mark.parametrize("shard", ["", "-au1"])
def test_a_key_opens_with_and_without_its_shard(sandbox: Sandbox, shard: str) -> None:
    key = sandbox.key.removesuffix("-au1") + shard
    answer = get(f"{sandbox.url}/user", key=key, **{"User-Agent": AGENT})
    assert answer.status_code == 200
    assert answer.json()["role"] == "administrator"


def test_keys_look_like_clinikos(sandbox: Sandbox) -> None:
    assert all(key.startswith("MS0") and key.endswith("-au1") for key in sandbox.keys.values())
    assert set(sandbox.keys) == {"administrator", "receptionist", "bookkeeper", "practitioner"}


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic not-base64!", "Basic bm9rZXk6", "Bearer MS0x", "Basic bm9jb2xvbg=="],
)
def test_a_wrong_or_malformed_key_is_unauthorized(sandbox: Sandbox, header: str) -> None:
    headers = {"User-Agent": AGENT, "Authorization": header}
    assert get(f"{sandbox.url}/user", **headers).status_code == 401


@pytest.mark.parametrize("agent", ["", "python-httpx/0.28", "Name (no address)", "(a@b.example)"])
def test_a_user_agent_without_name_and_address_is_turned_away(sandbox: Sandbox, agent: str) -> None:
    answer = get(f"{sandbox.url}/user", key=sandbox.key, **{"User-Agent": agent})
    assert answer.status_code == 403


def test_a_list_comes_in_its_envelope_with_50_rows(cliniko: httpx.Client) -> None:
    answer = cliniko.get("/attendees").json()
    assert set(answer) == {"attendees", "total_entries", "links"}
    assert len(answer["attendees"]) == 50
    assert set(answer["links"]) == {"self", "next"}


def test_following_next_brings_every_row_once(cliniko: httpx.Client, practice: Practice) -> None:
    url: str | None = "/attendees?per_page=100&q[]=archived_at:*&q[]=cancelled_at:*"
    seen: list[str] = []
    while url:
        page = cliniko.get(url).json()
        seen += [row["id"] for row in page["attendees"]]
        url = page["links"].get("next")
    assert len(seen) == len(set(seen)) == page["total_entries"]
    assert set(seen) == {row["id"] for row in practice.records["attendees"]}
    assert "next" not in page["links"]
    assert "previous" in page["links"]


def test_links_keep_page_size_and_filters_and_name_the_host_that_was_asked(
    sandbox: Sandbox, cliniko: httpx.Client
) -> None:
    port = urlsplit(sandbox.url).port
    page = cliniko.get(
        f"http://localhost:{port}/v1/attendees?per_page=7&q[]=archived_at:*&page=2"
    ).json()
    following = urlsplit(page["links"]["next"])
    assert following.netloc == f"localhost:{port}"
    assert parse_qs(following.query) == {
        "per_page": ["7"], "q[]": ["archived_at:*"], "page": ["3"],
    }  # fmt: skip
    assert page["attendees"][0]["links"]["self"].startswith(f"http://localhost:{port}/v1/")


@pytest.mark.parametrize(("asked", "given"), [("1000", 100), ("0", 1), ("-5", 50), ("x", 50)])
def test_page_sizes_out_of_range_are_put_right(
    cliniko: httpx.Client, asked: str, given: int
) -> None:
    assert len(cliniko.get(f"/attendees?per_page={asked}").json()["attendees"]) == given


def test_a_page_beyond_the_end_is_empty(cliniko: httpx.Client) -> None:
    page = cliniko.get("/patients?page=999").json()
    assert page["patients"] == []
    assert "next" not in page["links"]


def test_lists_come_oldest_first(cliniko: httpx.Client) -> None:
    rows = cliniko.get("/individual_appointments?per_page=100").json()["individual_appointments"]
    made = [row["created_at"] for row in rows]
    assert made == sorted(made)


@pytest.mark.parametrize("query", ["sort=updated_at:desc", "sort=updated_at&order=desc"])
def test_an_order_can_be_asked_for(cliniko: httpx.Client, query: str) -> None:
    rows = cliniko.get(f"/patients?per_page=100&{query}").json()["patients"]
    times = [row["updated_at"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_ids_are_ordered_as_numbers(cliniko: httpx.Client) -> None:
    rows = cliniko.get("/patients?per_page=100&sort=id").json()["patients"]
    ids = [int(row["id"]) for row in rows]
    assert ids == sorted(ids)
    assert ids[0] < 2**53 < ids[-1]


def test_an_unknown_sort_field_is_refused(cliniko: httpx.Client) -> None:
    answer = cliniko.get("/patients?sort=-updated_at")
    assert (answer.status_code, answer.json()) == (400, {"message": "-updated_at is not sortable"})


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/patients/1", "/patients/deleted", "/patients/1/invoices", "/patients/1/2/3/4",
     "/patients/75335/individual_appointments", "/recalls/1/2"],
)  # fmt: skip
def test_what_is_not_there_is_404(cliniko: httpx.Client, path: str) -> None:
    assert cliniko.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_the_sandbox_is_read_only(cliniko: httpx.Client, method: str) -> None:
    assert cliniko.request(method, "/patients", json={}).status_code == 405
    assert cliniko.get("/user").status_code == 200


def test_one_connection_serves_many_requests(sandbox: Sandbox) -> None:
    host = urlsplit(sandbox.url)
    line = http.client.HTTPConnection(host.hostname or "", host.port or 0, timeout=5)
    headers = {"User-Agent": AGENT, "Authorization": httpx.BasicAuth(sandbox.key, "")._auth_header}
    ports = set()
    for _ in range(3):
        line.request("GET", "/v1/user", headers=headers)
        assert line.getresponse().read().startswith(b"{")
        ports.add(line.sock.getsockname())
    line.close()
    assert len(ports) == 1


def test_recalls_can_be_absent(own_practice: Practice) -> None:
    with Sandbox(own_practice, recalls=False) as sandbox:
        answer = get(f"{sandbox.url}/recalls", key=sandbox.key, **{"User-Agent": AGENT})
    assert answer.status_code == 404
