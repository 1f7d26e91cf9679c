"""Amounts in parts, and tables for spreadsheets."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.billing.splitting import split
from handover.core.money import CENT
from handover.core.spreadsheet import FORMULAS, Cell, as_csv, guarded

WEIGHTS = st.lists(st.decimals("0", "99999", places=6), min_size=1, max_size=12)


@given(total=st.decimals("-100000", "100000", places=2), weights=WEIGHTS)
def test_parts_add_up_to_the_cent_and_none_is_a_cent_away_from_its_share(
    total: Decimal, weights: list[Decimal]
) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    heavy = sum(weights)
    shares = [
        total * (weight / heavy if heavy else Decimal(1) / len(weights)) for weight in weights
    ]
    assert all(abs(part - share) < CENT for part, share in zip(parts, shares, strict=True))
    assert all(part == part.quantize(CENT) for part in parts)


def test_who_is_nearest_to_the_next_cent_gets_it() -> None:
    thirds = [Decimal(1)] * 3
    assert split(Decimal("0.05"), thirds) == [Decimal("0.02"), Decimal("0.02"), Decimal("0.01")]
    assert split(Decimal(10), [Decimal(0), Decimal("0.3"), Decimal("0.6")]) == [
        Decimal(0),
        Decimal("3.33"),
        Decimal("6.67"),
    ]


@pytest.mark.parametrize(("total", "weights"), [("1", []), ("1", ["-1", "2"]), ("0.005", ["1"])])
def test_what_cannot_be_split_is_refused(total: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match=r"weights|cents"):
        split(Decimal(total), [Decimal(each) for each in weights])


@given(st.text(max_size=20))
def test_no_text_is_taken_for_a_formula(told: str) -> None:
    assert not guarded(told).startswith(FORMULAS)
    assert guarded(told).removeprefix("'") == told or told.startswith("'")


def test_numbers_and_days_are_no_text() -> None:
    rows: list[list[Cell]] = [
        ["=HYPERLINK(1)", Decimal("-12.50"), Decimal("1E+3"), 7, date(2026, 11, 30), None]
    ]
    text = as_csv(["Payer", "-", "b", "c", "d", "e"], rows).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        ["'=HYPERLINK(1)", "-12.50", "1000", "7", "2026-11-30", ""]
    ]
