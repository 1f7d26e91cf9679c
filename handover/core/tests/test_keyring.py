"""The file with the installation's keys."""

import threading
from pathlib import Path

import pytest

from handover.core.encryption import CannotKeep, CannotOpen
from handover.core.keyring import KeyRing, keep_ring, key_file, key_ring


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    sealed = key_ring(home).sealer.seal("secret", "here")
    assert key_ring(home).open(sealed, "here") == "secret"
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in home.iterdir()] == ["secret.key"]


def test_two_that_begin_at_once_use_one_key(tmp_path: Path) -> None:
    found: list[KeyRing] = []
    threads = [threading.Thread(target=lambda: found.append(key_ring(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_what_the_first_form_of_the_file_has_sealed_still_opens(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"0" * 32)
    ring = key_ring(tmp_path)
    assert (ring.seals, ring.files) == ((b"0" * 32,), b"0" * 32)
    keep_ring(tmp_path, ring.with_new().without_old())
    assert key_ring(tmp_path).files == b"0" * 32, "stored files are not sealed anew"
    assert key_ring(tmp_path).seals != (b"0" * 32,)


def test_a_secret_of_a_key_that_is_gone_says_which_one(tmp_path: Path) -> None:
    ring = key_ring(tmp_path)
    sealed = ring.sealer.seal("secret", "here")
    new = ring.with_new()
    assert new.open(sealed, "here") == "secret"
    with pytest.raises(CannotOpen, match=f"the installation's key {ring.sealer.name}"):
        new.without_old().open(sealed, "here")


def test_a_file_that_a_setting_names_is_used_and_never_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared.key"
    monkeypatch.setenv("HANDOVER_KEY_FILE", str(shared))
    with pytest.raises(CannotKeep, match="copy the key file of the machine"):
        key_ring(tmp_path)
    monkeypatch.delenv("HANDOVER_KEY_FILE")
    ring = key_ring(tmp_path)
    (tmp_path / "secret.key").rename(shared)
    monkeypatch.setenv("HANDOVER_KEY_FILE", str(shared))
    assert key_ring(tmp_path) == ring
    assert key_file(tmp_path) == shared


def test_a_home_that_is_a_file_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(CannotKeep, match=r"secret\.key"):
        key_ring(tmp_path / "home")


def test_a_file_that_cannot_be_written_leaves_the_keys_as_they_are(tmp_path: Path) -> None:
    ring = key_ring(tmp_path)
    with pytest.raises(CannotKeep, match="cannot be written"):
        keep_ring(tmp_path / "elsewhere", ring)
    assert key_ring(tmp_path) == ring


@pytest.mark.parametrize(
    "content",
    [b"short", b"", b"\xff" * 40, b"seals AAAA\nfiles AAAA\n", b"seals not base64\n", b"# keys\n"],
)
def test_a_damaged_key_file_is_told_apart(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(CannotKeep, match="damaged"):
        key_ring(tmp_path)


def test_the_keys_are_in_no_repr(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"0" * 32)
    assert "0000" not in repr(key_ring(tmp_path))
