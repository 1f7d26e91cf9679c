"""The shelf, in a folder and in S3: the same for whoever uses it."""

import hashlib
import os
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from handover.core.encryption import CannotOpen
from handover.files.shelf import Shelf, shelf_at
from handover.files.storage import PART, UNFINISHED, Bucket, Folder

MEGABYTE = 1024 * 1024
BUCKET = "handover-files"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A server that speaks as S3 does, on this machine, with an empty bucket."""
    import boto3

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    # apart, so that what it keeps in its memory does not count as ours
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    settings = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "simulated",
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_DEFAULT_REGION": "ap-southeast-2",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        while server.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        place = {"LocationConstraint": "ap-southeast-2"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield f"s3://{BUCKET}/practice"
    server.terminate()
    server.wait()


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    address = request.getfixturevalue("s3") if request.param == "s3" else ""
    found = shelf_at(tmp_path, address)
    yield found
    for key in list(found.keys()):
        found.remove(key)


def chunks(size: int) -> Iterator[bytes]:
    """So many bytes, never all at once in memory."""
    block = bytes(range(256)) * 256
    for start in range(0, size, len(block)):
        yield block[: size - start]


@pytest.mark.parametrize("size", [0, 1, 100_000, 9 * MEGABYTE + 1])
def test_what_is_put_there_comes_back_byte_for_byte(shelf: Shelf, size: int) -> None:
    key = shelf.new_key(7)
    kept = shelf.put(key, chunks(size))
    digest = hashlib.sha256()
    for chunk in chunks(size):
        digest.update(chunk)
    assert (kept.size, kept.sha256) == (size, digest.hexdigest())
    assert b"".join(shelf.read(key)) == b"".join(chunks(size))
    assert shelf.inspect(key) == kept
    assert list(shelf.keys()) == [key]


def test_what_is_removed_is_gone_and_may_be_removed_again(shelf: Shelf) -> None:
    key = shelf.new_key(7)
    shelf.put(key, [b"abc"])
    shelf.remove(key)
    shelf.remove(key)
    assert list(shelf.keys()) == []
    assert shelf.inspect(key) is None
    with pytest.raises(FileNotFoundError):
        list(shelf.read(key))


def test_what_breaks_off_is_not_there(shelf: Shelf) -> None:
    def broken() -> Iterator[bytes]:
        yield from chunks(9 * MEGABYTE)
        raise ValueError("broken off")

    key = shelf.new_key(7)
    with pytest.raises(ValueError, match="broken off"):
        shelf.put(key, broken())
    assert shelf.inspect(key) is None
    shelf.remove(key)
    assert list(shelf.keys()) == []


def test_a_second_attempt_takes_the_place_of_the_first(shelf: Shelf) -> None:
    key = shelf.new_key(7)
    shelf.put(key, [b"first, and longer"])
    shelf.put(key, [b"second"])
    assert b"".join(shelf.read(key)) == b"second"


def test_memory_does_not_grow_with_the_size(shelf: Shelf) -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        shelf.put(key, chunks(size))
        for _ in shelf.read(key):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    key = shelf.new_key(7)
    peak(MEGABYTE)  # what is loaded once
    most = 4 if isinstance(shelf.place, Folder) else 4 * PART // MEGABYTE
    assert peak(48 * MEGABYTE) < most * MEGABYTE


def test_keys_are_random_and_say_whose_workspace_only() -> None:
    keys = {Shelf.new_key(7) for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("7/") and len(key) == 2 + 36 for key in keys)


def test_a_folder_is_its_owners_alone_and_cannot_be_read_without_the_key(tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    key = shelf.new_key(7)
    shelf.put(key, [b"Ms Example has a sore knee. " * 40])
    path = tmp_path / "files" / key
    modes = {each.stat().st_mode & 0o777 for each in (path.parent, path.parent.parent)}
    assert (path.stat().st_mode & 0o777, modes) == (0o600, {0o700})
    assert b"knee" not in path.read_bytes()
    (tmp_path / "secret.key").write_bytes(os.urandom(32))
    with pytest.raises(CannotOpen):
        list(shelf_at(tmp_path).read(key))


def test_what_a_kill_leaves_in_a_folder_is_not_taken_for_whole_and_is_removed(
    tmp_path: Path,
) -> None:
    shelf = shelf_at(tmp_path)
    key = shelf.new_key(7)
    shelf.put(key, [b"abc"])
    path = tmp_path / "files" / key
    path.rename(f"{path}{UNFINISHED}")
    assert shelf.inspect(key) is None
    assert list(shelf.keys()) == [key + UNFINISHED]
    shelf.remove(key)
    assert list(shelf.keys()) == []


def test_a_key_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    from django.core.exceptions import SuspiciousFileOperation

    with pytest.raises(SuspiciousFileOperation):
        shelf_at(tmp_path).put("../evil", [b"abc"])


def test_objects_lie_below_the_prefix(s3: str, tmp_path: Path) -> None:
    import boto3

    shelf = shelf_at(tmp_path, s3)
    shelf.put("7/a", [b"abc"])
    assert isinstance(shelf.place, Bucket)
    listed = boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [each["Key"] for each in listed] == ["practice/7/a"]
    shelf.remove("7/a")


def test_a_bucket_that_is_not_there_is_said_without_a_request(s3: str, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path, "s3://handover-other/practice")
    with pytest.raises(OSError, match="s3://handover-other/practice") as caught:
        shelf.put("7/a", [b"abc"])
    assert "X-Amz" not in str(caught.value)
