"""Secrets at rest."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.core.encryption import CannotKeep, CannotOpen, Sealer

SEALER = Sealer(b"0" * 32)


@given(st.text())
def test_what_was_sealed_opens_in_its_place(text: str) -> None:
    assert SEALER.open(SEALER.seal(text, "here"), "here") == text


def test_a_sealed_secret_opens_nowhere_else() -> None:
    sealed = SEALER.seal("secret", "run 1")
    with pytest.raises(CannotOpen):
        SEALER.open(sealed, "run 2")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        Sealer(b"1" * 32).open(SEALER.seal("secret", "here"), "here")


@pytest.mark.parametrize("damaged", ["", "v1:", "v1:AAAA", "v2:AAAA", "no colon", "v1:not base64"])
def test_a_damaged_secret_is_refused(damaged: str) -> None:
    with pytest.raises(CannotOpen):
        SEALER.open(damaged, "here")


def test_the_same_text_is_never_sealed_alike() -> None:
    assert SEALER.seal("secret", "here") != SEALER.seal("secret", "here")


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    sealed = Sealer.at(home).seal("secret", "here")
    assert Sealer.at(home).open(sealed, "here") == "secret"
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in home.iterdir()] == ["secret.key"]


def test_two_that_begin_at_once_use_one_key(tmp_path: Path) -> None:
    sealed: list[str] = []
    threads = [
        threading.Thread(target=lambda: sealed.append(Sealer.at(tmp_path).seal("secret", "here")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Sealer.at(tmp_path).open(each, "here") for each in sealed] == ["secret"] * 8


def test_a_home_that_is_a_file_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(CannotKeep, match=r"secret\.key"):
        Sealer.at(tmp_path / "home")


def test_a_damaged_key_file_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(CannotKeep, match="damaged"):
        Sealer.at(tmp_path)


def test_the_key_is_in_no_repr() -> None:
    assert "0000" not in repr(SEALER)
