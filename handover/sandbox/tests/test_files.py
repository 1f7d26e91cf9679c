"""Files: odd names and kinds, true contents that stay the same, and what waits to be processed."""

import hashlib
import io
import tracemalloc
import zipfile
from collections import Counter
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.sandbox import Practice, Sandbox
from handover.sandbox.practice.model import linked_id
from handover.sandbox.practice.stored import FRAMES, StoredFile
from handover.sandbox.tests.conftest import client_of, get, small_practice
from handover.sandbox.tests.test_access import Clock

MEGABYTE = 1_000_000
KINDS = st.sampled_from([*FRAMES, "zip", "empty"])


@given(KINDS, st.integers(0, 200_000), st.integers(0, 200_000))
def test_a_stored_file_has_its_size_and_can_be_read_from_anywhere(
    kind: str, size: int, start: int
) -> None:
    file = StoredFile("1", kind, size)
    whole = file.read()
    assert len(whole) == size
    assert b"".join(file.chunks(start)) == whole[start:]
    assert file.sha256 == hashlib.sha256(whole).hexdigest()


def test_large_files_are_made_in_bounded_memory() -> None:
    tracemalloc.start()
    try:
        assert sum(len(piece) for piece in StoredFile("9", "zip", 20 * MEGABYTE).chunks()) == (
            20 * MEGABYTE
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTE


def test_an_exported_record_is_a_true_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(StoredFile("5", "zip", 3000).read())) as archive:
        assert archive.testzip() is None


def test_files_differ_from_each_other_and_stay_the_same(practice: Practice) -> None:
    again = small_practice()
    sums = [
        practice.stored(str(row["id"])).sha256 for row in practice.records["patient_attachments"]
    ]
    assert sums == [again.stored(name).sha256 for name in again.files]
    assert max(Counter(sums).values()) == 1


def test_records_tell_the_size_of_what_is_processed(practice: Practice) -> None:
    waiting = 0
    for row in practice.records["patient_attachments"]:
        if row["processing_completed"]:
            assert practice.stored(str(row["id"])).size == row["size"]
        else:
            waiting += 1
            assert row["size"] is None
            assert row["filename"] is None
    assert waiting


def test_the_control_address_tells_what_every_file_truly_is(
    sandbox: Sandbox, cliniko: httpx.Client
) -> None:
    told = get(sandbox.url.replace("/v1", "/_sandbox/files")).json()["files"]
    assert len(told) == len(sandbox.practice.records["patient_attachments"])
    for each in told:
        hop = cliniko.get(f"/patient_attachments/{each['id']}/content")
        if not each["processing_completed"]:
            assert hop.status_code == 404
            continue
        content = get(hop.headers["Location"]).content
        assert (len(content), hashlib.sha256(content).hexdigest()) == (each["size"], each["sha256"])
        assert each["size"] == each["size_in_record"]
    assert 0 in {each["size"] for each in told}


def test_the_control_address_tells_every_signature(sandbox: Sandbox) -> None:
    told = get(sandbox.url.replace("/v1", "/_sandbox/signatures")).json()["signatures"]
    assert {each["id"] for each in told} == {
        row["id"] for row in sandbox.practice.records["signatures"]
    }
    assert all(each["size"] > 50 and each["patient_form_id"] for each in told)


def test_cases_tell_their_files_and_one_file_may_be_in_two(
    sandbox: Sandbox, cliniko: httpx.Client
) -> None:
    told = get(sandbox.url.replace("/v1", "/_sandbox/files")).json()["files"]
    wanted = {(case, each["id"]) for each in told for case in each["patient_case_ids"]}
    assert {len(each["patient_case_ids"]) for each in told} == {0, 1, 2}
    found = set()
    for case in sandbox.practice.records["patient_cases"]:
        path = f"/patient_cases/{case['id']}/patient_attachments?q[]=archived_at:*"
        for row in cliniko.get(path).json()["patient_attachments"]:
            assert linked_id(row["patient"]) == linked_id(case["patient"])
            found.add((case["id"], row["id"]))
    assert found == wanted


def test_a_file_is_processed_once_it_was_asked_for_often_enough(own_practice: Practice) -> None:
    row = own_practice.records["patient_attachments"][0]
    name, identity = row["filename"], str(row["id"])
    own_practice.hold_back(identity, asks=2)
    with Sandbox(own_practice, rate_limit=0) as sandbox, client_of(sandbox) as client:
        path = f"/patient_attachments/{identity}"
        assert client.get(path).json()["filename"] is None
        assert [client.get(f"{path}/content").status_code for _ in range(2)] == [404, 303]
        assert client.get(path).json()["filename"] == name


def test_a_file_is_processed_some_time_after_the_start(own_practice: Practice) -> None:
    clock = Clock()
    identity = str(own_practice.records["patient_attachments"][0]["id"])
    own_practice.hold_back(identity, seconds=30)
    with Sandbox(own_practice, rate_limit=0, clock=clock) as sandbox, client_of(sandbox) as client:
        path = f"/patient_attachments/{identity}"
        assert client.get(path).json()["processing_completed"] is False
        clock.now += 30
        assert client.get(path).json()["processing_completed"] is True
        assert client.get(f"{path}/content").status_code == 303


def test_what_is_held_back_in_a_copy_is_not_in_the_original(own_practice: Practice) -> None:
    records = {name: [dict(row) for row in rows] for name, rows in own_practice.records.items()}
    copy = replace(own_practice, records=records)
    identity = str(own_practice.records["patient_attachments"][0]["id"])
    copy.hold_back(identity, asks=1)
    assert (identity in copy.pending, identity in own_practice.pending) == (True, False)
    with Sandbox(copy, rate_limit=0) as sandbox, client_of(sandbox) as client:
        client.get(f"/patient_attachments/{identity}")
    assert identity not in copy.pending


def test_a_file_held_back_for_good_stays_so(own_practice: Practice) -> None:
    identity = str(own_practice.records["patient_attachments"][0]["id"])
    own_practice.hold_back(identity)
    with Sandbox(own_practice, rate_limit=0) as sandbox, client_of(sandbox) as client:
        path = f"/patient_attachments/{identity}/content"
        assert {client.get(path).status_code for _ in range(5)} == {404}


@pytest.mark.parametrize("start", [0, 1, 100])
def test_the_store_goes_on_from_a_byte_when_asked(
    sandbox: Sandbox, cliniko: httpx.Client, start: int
) -> None:
    identity = str(sandbox.practice.records["patient_attachments"][0]["id"])
    link = cliniko.get(f"/patient_attachments/{identity}/content").headers["Location"]
    whole, rest = get(link).content, get(link, Range=f"bytes={start}-")
    assert (rest.status_code, rest.content) == (206, whole[start:])
    assert rest.headers["Content-Range"] == f"bytes {start}-{len(whole) - 1}/{len(whole)}"
    assert get(link, Range=f"bytes={len(whole)}-").status_code == 416
