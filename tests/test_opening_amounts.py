"""Amounts of other programs' lists: read however they are written, or refused."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.billing.opening.amounts import NoAmount, amount_of

CENTS = st.integers(-99_999_999, 99_999_999)


def grouped(whole: str, by: str) -> str:
    return f"{int(whole):,}".replace(",", by)


@given(
    CENTS,
    st.sampled_from([",", ".", " ", "'", "\u00a0", ""]),
    st.sampled_from(["(", "-", "\u2212", "after", "CR"]),
    st.sampled_from(["", "$", "A$", "€", "AUD ", "£ "]),
)
def test_an_amount_is_read_however_it_is_written(
    cents: int, by: str, minus: str, sign: str
) -> None:
    whole, rest = divmod(abs(cents), 100)
    point = "," if by == "." else "."
    text = f"{sign}{grouped(str(whole), by)}{point}{rest:02}"
    if cents < 0:
        told = {"(": f"({text})", "after": f"{text}-", "CR": f"{text} CR"}
        text = told.get(minus, f"{minus}{text}")
    assert amount_of(text) == Decimal(cents) / 100


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12", "12"), (" $ 1,234 ", "1234"), ("12,5", "12.5"), ("0.000", "0"), ("12.5000", "12.5"),
     (".5", "0.5"), ("12 DR", "12"), ("$-12.00", "-12"), ("($12.00)", "-12"),
     ("AUD 12.00", "12"), ("12.00 €", "12"), ("+3", "3"),
     ("$(3.00)", "-3"), ("1234.50", "1234.50"),
     ("1,234,567", "1234567")],
)  # fmt: skip
def test_amounts_of_other_programs(text: str, amount: str) -> None:
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", "-", "abc", "1.234", "12.345", "1,23,456.00", "(-5)", "1e5", "NaN", "٣", "0,123", "1.2.3",
     "12/11/2026", "10%", "9999999999", "=1+1", "1,234 567", "--1"],
)  # fmt: skip
def test_what_is_no_amount_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(NoAmount):
        amount_of(text)


@given(st.text(max_size=12))
def test_no_text_makes_the_reading_of_amounts_stumble(text: str) -> None:
    with suppress(NoAmount):
        assert amount_of(text).is_finite()
