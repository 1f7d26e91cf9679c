"""Secrets at rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.core.encryption import CannotOpen, Sealer, sealed_by

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


def test_a_sealed_secret_says_by_which_key_and_cannot_be_told_another() -> None:
    sealed = SEALER.seal("secret", "here")
    assert sealed_by(sealed) == SEALER.name != Sealer(b"1" * 32).name
    assert sealed.startswith(f"v2:{SEALER.name}:")


@pytest.mark.parametrize(
    "damaged", ["", "v2:", "v2:AAAA", "v1:0:AAAA", "no colon", "v2:0:not base64", "v2:0:AAAA"]
)
def test_a_damaged_secret_is_refused(damaged: str) -> None:
    with pytest.raises(CannotOpen):
        SEALER.open(damaged, "here")


@given(st.text())
def test_whatever_stands_in_its_place_is_refused_in_words(text: str) -> None:
    with pytest.raises(CannotOpen):
        SEALER.open(text, "here")


def test_the_same_text_is_never_sealed_alike() -> None:
    assert SEALER.seal("secret", "here") != SEALER.seal("secret", "here")


def test_the_key_is_in_no_repr() -> None:
    assert "0000" not in repr(SEALER)
