"""Deciding on every field of a record that people and the source have both worked on."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from handover.importing.engine.load.merge import Sides, decide

VALUES = st.sampled_from([None, "", "a", "b", 1])
SIDES = st.builds(Sides, VALUES, VALUES, VALUES, st.booleans())
RECORDS = st.dictionaries(st.sampled_from("abcdef"), SIDES)
GROUPS = st.lists(st.lists(st.sampled_from("abcdef"), unique=True, max_size=3), max_size=2)


def decided(
    sides: dict[str, Sides], together: Sequence[tuple[str, ...]] = (), *, locked: bool = False
) -> tuple[list[str], list[str]]:
    """What is taken, and what is asked."""
    taken, asked = decide(sides, together, locked=locked)
    return sorted(taken), sorted(asked)


def changed(base: str, ours: str, theirs: str) -> dict[str, Sides]:
    return {"city": Sides(base, ours, theirs)}


def test_what_only_the_source_has_changed_is_taken() -> None:
    assert decided(changed("Perth", "Perth", "Broome")) == (["city"], [])


def test_what_only_people_have_changed_is_kept() -> None:
    assert decided(changed("Perth", "Broome", "Perth")) == ([], [])


def test_what_both_have_changed_to_the_same_needs_no_answer() -> None:
    assert decided(changed("Perth", "Broome", "Broome")) == ([], [])


def test_what_both_have_changed_is_asked() -> None:
    assert decided(changed("Perth", "Broome", "Albany")) == ([], ["city"])


def test_where_nobody_knows_what_it_was_everything_that_differs_is_asked() -> None:
    sides = {"city": Sides(None, "a", "b", has_base=False), "state": Sides(None, "a", "a", False)}
    assert decided(sides) == ([], ["city"])


def test_half_of_a_new_address_is_never_put_beside_half_of_another() -> None:
    sides = {
        "address_1": Sides("1 Old Street", "2 New Road", "1 Old Street"),
        "city": Sides("Perth", "Perth", "Broome"),
        "notes": Sides("", "", "new"),
    }
    together = [("address_1", "city")]
    assert decided(sides, together) == (["notes"], ["address_1", "city"])


def test_a_locked_row_takes_nothing() -> None:
    assert decided(changed("a", "a", "b"), locked=True) == ([], ["city"])


@given(RECORDS, GROUPS, st.booleans())
def test_nothing_that_people_wrote_is_ever_taken_over_and_nothing_new_is_passed_in_silence(
    sides: dict[str, Sides], together: list[list[str]], locked: bool
) -> None:
    taken, asked = decide(sides, together, locked=locked)
    assert not taken & asked
    for name, side in sides.items():
        if side.has_base and side.ours not in (side.base, side.theirs):
            assert name not in taken
        if side.there:
            assert name in taken | asked
        if not side.differ:
            assert name not in taken | asked
    assert not (locked and taken)
