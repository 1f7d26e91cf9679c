"""What staff and Cliniko have both changed in how custom fields are defined, and in their order."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handover.accounts.definitions import CustomFieldDefinitions
from handover.clients.custom_fields import Definition, Wanted, definitions, move, move_heading
from handover.clients.custom_fields import redefine as change_definition
from handover.core.json import Json
from handover.importing.corrections import OURS, THEIRS, conflicts_of, pieces_of
from handover.importing.engine.settle import Wanted as WantedConflicts
from tests.moving import Desk, Done
from tests.test_conflicts import settle

HOW = CustomFieldDefinitions()
ONLY = ("settings",)


def field(token: str, **more: object) -> dict[str, Any]:
    return {"name": token.title(), "token": token, "type": "text", "archived": False, **more}


def sections() -> list[dict[str, Any]]:
    return [
        {"name": "Life", "token": "s1", "archived": False,
         "fields": [field("goals"), field("job"), field("since", type="date")]},
        {"name": "Fund", "token": "s2", "archived": False, "fields": [field("fund")]},
    ]  # fmt: skip


def there(desk: Desk, told: list[Any]) -> None:
    desk.practice.settings["patient_custom_fields_definition"] = {"sections": told}


def here(desk: Desk) -> list[str]:
    with desk.inside():
        return [f"{each.heading}/{each.name}" for each in definitions()]


def known(desk: Desk, token: str) -> Definition:
    with desk.inside():
        return next(each for each in definitions() if each.pk == token)


def rename(desk: Desk, token: str, name: str) -> None:
    one = known(desk, token)
    with desk.inside():
        change_definition(one, one.revision, Wanted(name, one.heading, one.kind))


def asked(done: Done) -> set[str]:
    return {each.field for each in conflicts_of(done.run, WantedConflicts())}


def test_what_is_new_in_cliniko_comes_and_the_order_that_was_made_here_stays(desk: Desk) -> None:
    there(desk, sections())
    desk.move(only=ONLY)
    with desk.inside():
        move(known(desk, "since"), up=True)
        move_heading(known(desk, "fund"), up=True)
    rename(desk, "job", "Work")
    told = sections()
    told[0]["fields"].insert(1, field("sleep"))
    told[0]["fields"][0]["name"] = "Aims"
    told.insert(1, {"name": "Sport", "token": "s3", "fields": [field("club")]})
    there(desk, told)
    done = desk.move(only=ONLY)
    assert (done.balanced, asked(done)) == (True, set())
    both = ["Fund/Fund", "Life/Aims", "Life/Sleep", "Life/Since", "Life/Work", "Sport/Club"]
    assert here(desk) == both
    desk.undo(done.run)
    assert here(desk) == ["Fund/Fund", "Life/Goals", "Life/Since", "Life/Work"]


def test_only_the_same_definition_that_both_have_changed_is_asked_and_settled_by_itself(
    desk: Desk,
) -> None:
    there(desk, sections())
    desk.move(only=ONLY)
    for token in ("goals", "fund"):
        rename(desk, token, "Here")
    told = sections()
    told[0]["fields"][0] |= {"name": "There", "required": True}
    told[1]["fields"][0]["archived"] = True
    told[1]["name"] = "Funds"
    there(desk, told)
    done = desk.move(only=ONLY)
    found = conflicts_of(done.run, WantedConflicts())
    with desk.inside():
        said = {each.label: (each.base, each.ours, each.theirs)
                for each in pieces_of(found).values()}  # fmt: skip
    assert said == {
        "Life: Here": (
            "Life: Goals; Short text", "Life: Here; Short text",
            "Life: There; Short text; Required",
        ),
        "Funds: Here": (
            "Funds: Fund; Short text", "Funds: Here; Short text",
            "Funds: Fund; Short text; Archived",
        ),
    }  # fmt: skip
    settle(done, THEIRS, field="custom_field_sections[goals]")
    settle(done, OURS)
    assert here(desk) == ["Life/There", "Life/Job", "Life/Since", "Funds/Here"]
    again = desk.move(only=ONLY, whole=True)
    assert (asked(again), here(desk)[0]) == (set(), "Life/There")


@pytest.mark.parametrize(
    "odd", [{}, "told", [1], [{"token": "a"}, {"token": "a"}], [{"token": "a", "fields": [1]}]]
)
def test_definitions_that_cannot_be_told_apart_are_asked_as_a_whole(odd: Json) -> None:
    assert (HOW.split(None), HOW.split([])) == ({}, {})
    assert HOW.split(odd) is None
    assert HOW.put(odd, {"a": None}) == odd


@st.composite
def defined(draw: st.DrawFn) -> list[Any]:
    """Headings and fields in any order, some of them not there, fields under any heading."""
    some, name = st.sampled_from([False, True, True, True]), st.sampled_from("AB")
    made: list[Any] = [
        {"token": token, "name": draw(name), "fields": []}
        for token in draw(st.permutations(["s1", "s2", "s3"]))
        if draw(some)
    ]
    for token in draw(st.permutations(["f1", "f2", "f3", "f4"])):
        if draw(some) and made:
            where: Any = draw(st.sampled_from(made))
            where["fields"].append({"token": token, "name": draw(name)})
    return made


def order(told: Any, among: set[str]) -> list[str]:  # noqa: ANN401  # JSON
    return [each["token"] for each in told if each["token"] in among]


@settings(max_examples=120, deadline=None)
@given(defined(), defined(), defined())
def test_a_merge_loses_no_definition_and_no_order_that_only_one_side_has_changed(
    base: list[Any], ours: list[Any], theirs: list[Any]
) -> None:
    was, mine, other = ({**(HOW.split(each) or {})} for each in (base, ours, theirs))
    keys = {*was, *mine, *other}
    taken = {key for key in keys if was.get(key) == mine.get(key) != other.get(key)}
    made: Any = HOW.merge(base, ours, theirs, taken)
    wanted: dict[str, Any] = {
        key: told for key in keys if (told := (other if key in taken else mine).get(key))
    }
    now = {**(HOW.split(made) or {})}
    needed: set[Any] = {each["under"] for each in wanted.values() if "under" in each}
    assert {key: each for key, each in now.items() if key in wanted} == wanted
    assert now.keys() - wanted.keys() <= needed, "nothing more, but headings that fields need"
    assert HOW.merge(base, deepcopy(made), theirs, ()) is not None
    both = {each["token"] for each in base} & {each["token"] for each in ours}
    lasting = both & now.keys()
    if order(base, lasting) != order(ours, lasting):
        assert order(made, lasting) == order(ours, lasting), "the order of ours stays"
    if base == theirs:
        assert made == ours, "to the letter"
    if base == ours:
        assert made == theirs, "as the source has it"
