"""Roles, the rate limit, files behind a second host, and other single addresses."""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from handover.sandbox import EMPTY, Practice, Sandbox
from handover.sandbox.access import FORBIDDEN, RateLimit
from handover.sandbox.tests.conftest import TODAY, client_of, get


class Clock:
    """Time that stands still until told otherwise."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("role", ["receptionist", "bookkeeper", "practitioner"])
def test_a_role_is_kept_from_some_lists_and_sees_the_others(sandbox: Sandbox, role: str) -> None:
    with client_of(sandbox, role) as client:
        for name in FORBIDDEN[role]:
            assert client.get(f"/{name}").status_code == 403
        assert client.get("/user").json()["role"] == role
        assert client.get("/patients").status_code == 200
        assert client.get("/settings/public").status_code == 200


def test_a_receptionist_cannot_reach_invoices_by_a_nested_path(sandbox: Sandbox) -> None:
    with client_of(sandbox, "receptionist") as client:
        assert client.get("/patients/75335/invoices").status_code == 403


def test_a_practitioner_silently_gets_fewer_fields_of_communications(
    sandbox: Sandbox, cliniko: httpx.Client
) -> None:
    full = cliniko.get("/communications?per_page=1").json()["communications"][0]
    with client_of(sandbox, "practitioner") as client:
        less = client.get("/communications?per_page=1").json()["communications"][0]
        alone = client.get(f"/communications/{full['id']}").json()
    assert set(full) - set(less) >= {"content", "from", "to"}
    assert alone == less


def test_beyond_the_limit_429_says_when_to_come_again(own_practice: Practice) -> None:
    clock = Clock()
    with Sandbox(own_practice, rate_limit=3, clock=clock) as sandbox, client_of(sandbox) as client:
        assert [client.get("/user").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = client.get("/user")
        assert refused.headers["X-RateLimit-Reset"] == str(int(clock.now) + 60)
        with client_of(sandbox, "receptionist") as other:
            assert other.get("/user").status_code == 200
        clock.now += 60
        assert client.get("/user").status_code == 200


def test_a_sliding_window_frees_one_place_at_a_time() -> None:
    clock = Clock()
    limit = RateLimit(2, "sliding", 60, clock)
    assert limit.take("k") is None
    clock.now += 30
    assert limit.take("k") is None
    clock.now += 31
    assert limit.take("k") is None
    assert limit.take("k") == clock.now - 31 + 60


def test_a_fixed_window_frees_all_places_at_once() -> None:
    clock = Clock()
    limit = RateLimit(2, "fixed", 60, clock)
    start = clock.now
    assert limit.take("k") is None
    clock.now += 50
    assert limit.take("k") is None
    assert limit.take("k") == start + 60
    clock.now += 10
    assert [limit.take("k") for _ in range(2)] == [None, None]


def test_files_come_from_a_second_host_and_match_their_record(
    sandbox: Sandbox, cliniko: httpx.Client, practice: Practice
) -> None:
    ready = [row for row in practice.records["patient_attachments"] if row["processing_completed"]]
    for row in ready[:9]:
        hop = cliniko.get(f"/patient_attachments/{row['id']}/content")
        assert hop.status_code == 303
        location = hop.headers["Location"]
        assert urlsplit(location).netloc == sandbox.storage_host != urlsplit(sandbox.url).netloc
        first, second = get(location), get(location)
        assert first.status_code == 200
        assert len(first.content) == row["size"]
        assert hashlib.sha256(first.content).digest() == hashlib.sha256(second.content).digest()


def test_the_file_store_refuses_credentials_forgeries_and_old_links(
    own_practice: Practice,
) -> None:
    clock = Clock()
    row = own_practice.records["patient_attachments"][0]
    with Sandbox(own_practice, clock=clock, link_lifetime=30) as sandbox:
        with client_of(sandbox) as client:
            location = client.get(f"/patient_attachments/{row['id']}/content").headers["Location"]
        assert get(location, key=sandbox.key).status_code == 400
        assert get(location.replace("Signature=", "Signature=0")).status_code == 403
        assert get(location).status_code == 200
        clock.now += 31
        assert get(location).status_code == 403
        assert sandbox.stats.downloads == 1


def test_a_file_that_is_not_processed_yet_has_no_content(own_practice: Practice) -> None:
    row = own_practice.records["patient_attachments"][0]
    row["processing_completed"] = False
    with Sandbox(own_practice) as sandbox, client_of(sandbox) as client:
        assert client.get(f"/patient_attachments/{row['id']}/content").status_code == 404


def test_signatures_are_fetched_one_by_one_below_their_form(
    cliniko: httpx.Client, practice: Practice
) -> None:
    row = practice.records["signatures"][0]
    path = row["links"]["self"].split("/v1", 1)[1]  # type: ignore[index,call-overload,union-attr]  # JSON of a known shape
    found = cliniko.get(path).json()
    assert found["image"].startswith("data:image/svg+xml;base64,")
    assert "patient_form" not in found
    assert cliniko.get(f"/patient_forms/1/signatures/{row['id']}").status_code == 404
    assert cliniko.get("/signatures").status_code == 404


def test_a_referral_source_is_found_through_its_client(
    cliniko: httpx.Client, practice: Practice
) -> None:
    row = practice.records["referral_sources"][0]
    path = row["links"]["self"].split("/v1", 1)[1]  # type: ignore[index,call-overload,union-attr]
    assert cliniko.get(path).json()["id"] == row["id"]
    without = next(
        patient["id"]
        for patient in practice.records["patients"]
        if all(
            row["patient"] != {"links": patient["links"]}
            for row in practice.records["referral_sources"]
        )
    )
    assert cliniko.get(f"/patients/{without}/referral_source").status_code == 404


def test_settings_are_a_superset_of_the_public_ones(cliniko: httpx.Client) -> None:
    full, public = cliniko.get("/settings").json(), cliniko.get("/settings/public").json()
    assert set(public) == set(full)
    assert "first_name" in full["account"]
    assert "first_name" not in public["account"]


def test_conflicts_are_found_among_real_appointments(own_practice: Practice) -> None:
    one = next(
        row
        for row in own_practice.records["individual_appointments"]
        if not row["archived_at"] and not row["cancelled_at"]
    )
    one.update({"starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-01T01:00:00Z"})
    path = f"/individual_appointments/{one['id']}/conflicts"
    with Sandbox(own_practice) as sandbox, client_of(sandbox) as client:
        assert client.get(path).json() == {"conflicts": {"exist": False}}
        own_practice.copy("individual_appointments", str(one["id"]))
        assert client.get(path).json() == {"conflicts": {"exist": True}}


def test_free_times_lie_within_the_roster_and_are_free(
    cliniko: httpx.Client, practice: Practice
) -> None:
    place, kind = practice.records["businesses"][0], practice.records["appointment_types"][1]
    person = practice.records["practitioners"][0]
    path = (
        f"/businesses/{place['id']}/practitioners/{person['id']}"
        f"/appointment_types/{kind['id']}/available_times"
    )
    last = TODAY + timedelta(days=7)
    times = cliniko.get(f"{path}?from={TODAY}&to={last}&per_page=100").json()["available_times"]
    assert len(times) > 20
    first = cliniko.get(
        f"{path.replace('available_times', 'next_available_time')}?from={TODAY}&to={last}"
    )
    assert first.json()["appointment_start"] == times[0]["appointment_start"]
    refused = cliniko.get(f"{path}?from={TODAY}&to={TODAY + timedelta(days=8)}")
    assert refused.status_code == 400
    assert refused.json()["message"].startswith("Invalid time frame")
    assert (
        cliniko.get(f"{path.replace(str(kind['id']), '1')}?from={TODAY}&to={last}").status_code
        == 404
    )


def test_an_empty_account_has_its_one_user_and_settings() -> None:
    with Sandbox(EMPTY) as sandbox, client_of(sandbox) as client:
        assert list(sandbox.keys) == ["administrator"]
        assert client.get("/users").json()["total_entries"] == 1
        assert client.get("/patients").json()["patients"] == []
        assert client.get("/bookings").json()["total_entries"] == 0
        assert client.get("/settings").json()["account"]["name"] == "Empty Practice"
