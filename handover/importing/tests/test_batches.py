"""How many records are loaded together."""

from hypothesis import given
from hypothesis import strategies as st

from handover.importing.engine.load.batch import MOST_TEXT, _first_of
from handover.importing.engine.load.waiting import Row


def rows(*lengths: int) -> list[Row]:
    return [
        (number, str(number), "x" * length, "", "", None, None, None)
        for number, length in enumerate(lengths)
    ]


def test_ordinary_records_stay_together() -> None:
    many = rows(*[1_400] * 1_000)
    assert _first_of(many) == many


def test_wide_records_come_in_smaller_batches() -> None:
    assert len(_first_of(rows(*[MOST_TEXT // 10] * 50))) == 10


@given(st.lists(st.integers(0, 2 * MOST_TEXT), min_size=1, max_size=5))
def test_no_record_is_ever_too_wide_to_be_loaded_at_all(lengths: list[int]) -> None:
    found = rows(*lengths)
    first = _first_of(found)
    assert first
    assert first == found[: len(first)]
