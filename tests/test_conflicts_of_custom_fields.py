"""What staff and Cliniko have both changed in custom fields of a client: each by itself."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handover.accounts.models import PracticeDetails, Role
from handover.cli.correcting import conflicts_table
from handover.clients.answers import CustomFieldAnswers
from handover.clients.custom_fields import (
    Answer,
    Definition,
    answers_in,
    definitions,
    headings,
    move_heading,
    said,
    with_answers,
)
from handover.clients.models import Client
from handover.core.json import Json
from handover.importing.corrections import OURS, THEIRS, Wanted, conflicts_of, pieces_of
from tests.moving import CLIENTS, Desk, Done
from tests.people import a_person
from tests.test_conflicts import ONE, asked, client, edit, settle

HOW = CustomFieldAnswers()
TOLD: dict[str, Any] = {
    "sections": [
        {
            "name": "Lifestyle", "token": "s1",
            "fields": [
                {"name": "Goals", "token": "goals", "type": "paragraph", "value": "Run"},
                {"name": "Job", "token": "job", "type": "text"},
                {"name": "Sports", "token": "sports", "type": "checkboxes",
                 "options": [{"name": "Running", "token": "o1", "selected": True},
                             {"name": "Netball", "token": "o2"}]},
            ],
        },
    ],
}  # fmt: skip


def saying(told: dict[str, Any], **values: object) -> dict[str, Any]:
    """The same with other answers; a list chooses options."""
    made = deepcopy(told)
    for token, value in values.items():
        field = answers_in(made)[token]
        if isinstance(value, list):
            for option in field["options"]:
                option["selected"] = option["token"] in value
        else:
            field["value"] = value
    return made


def answers(told: object) -> dict[str, str]:
    return {token: said(field) for token, field in answers_in(told).items()}


def imported(desk: Desk) -> None:
    desk.moved(only=CLIENTS)
    desk.practice.change("patients", ONE, custom_fields=TOLD)
    desk.move(only=CLIENTS)


def write_here(desk: Desk, **values: object) -> None:
    now: Any = client(desk).custom_fields
    edit(desk, custom_fields=saying(now, **values))


def write_there(desk: Desk, **values: object) -> None:
    now: Any = desk.practice.find("patients", ONE)["custom_fields"]
    desk.practice.change("patients", ONE, custom_fields=saying(now, **values))


def test_different_custom_fields_that_both_have_changed_come_together_and_nobody_is_asked(
    desk: Desk,
) -> None:
    imported(desk)
    write_here(desk, goals="Swim")
    write_there(desk, job="Baker", sports=["o1", "o2"])
    done = desk.move(only=CLIENTS)
    assert (done.balanced, asked(desk, done)) == (True, {})
    assert done.outcomes("patients") == {"updated": 1, "unchanged": 39}
    both = {"goals": "Swim", "job": "Baker", "sports": "Running, Netball"}
    assert answers(client(desk).custom_fields) == both
    desk.undo(done.run)
    left = {"goals": "Swim", "job": "", "sports": "Running"}
    assert answers(client(desk).custom_fields) == left, "what the later import had brought goes"


def test_the_same_custom_field_is_asked_by_its_heading_and_name_and_settled_by_itself(
    desk: Desk,
) -> None:
    imported(desk)
    write_here(desk, goals="Swim", job="Nurse", sports=["o2"])
    write_there(desk, goals="Row", job="Baker", sports=[])
    done = desk.move(only=CLIENTS)
    found = conflicts_of(done.run, Wanted(field="custom_fields"))
    with desk.inside():
        told = {
            each.label: (each.base, each.ours, each.theirs) for each in pieces_of(found).values()
        }
    assert told == {
        "Lifestyle: Goals": ("Run", "Swim", "Row"),
        "Lifestyle: Job": ("", "Nurse", "Baker"),
        "Lifestyle: Sports": ("Running", "Netball", ""),
    }
    page = a_person(desk.workspace, Role.OWNER).browser
    shown = page.get(f"/settings/imports/{done.run.pk}/conflicts/").text
    assert [each for each in ("Lifestyle: Goals", "Swim", "Netball") if each not in shown] == []
    table = conflicts_table(done.run, Wanted())
    cells = [list(column.cells) for column in table.columns]
    assert ("custom_fields\\[goals] Lifestyle: Goals", "Swim", "Row") in zip(
        cells[2], *cells[4:], strict=True
    )
    assert done.causes("patients") == {("custom_fields[]", "conflict")}
    settle(done, THEIRS, source_id=ONE, field="custom_fields[goals]")
    settle(done, OURS, source_id=ONE, field="custom_fields[job]")
    now = {"goals": "Row", "job": "Nurse", "sports": "Netball"}
    assert answers(client(desk).custom_fields) == now
    write_here(desk, job="Doctor")
    assert settle(done, THEIRS).count == 1, "what was edited meanwhile is another field"
    assert answers(client(desk).custom_fields) == {"goals": "Row", "job": "Doctor", "sports": ""}
    assert asked(desk, desk.move(only=CLIENTS, whole=True)) == {}
    desk.undo(done.run)
    was = {"goals": "Swim", "job": "Doctor", "sports": "Netball"}
    assert answers(client(desk).custom_fields) == was, "what stood here before it was taken"


def test_a_later_change_there_asks_anew_about_that_field_alone(desk: Desk) -> None:
    imported(desk)
    write_here(desk, goals="Swim", job="Nurse")
    write_there(desk, goals="Row", job="Baker")
    second = desk.move(only=CLIENTS)
    write_there(desk, goals="Ride")
    third = desk.move(only=CLIENTS)
    sides = {field: each[1:] for (_, field), each in asked(desk, third).items()}
    assert sides == {
        "custom_fields[goals]": ({"value": "Swim"}, {"value": "Ride"}),
        "custom_fields[job]": ({"value": "Nurse"}, {"value": "Baker"}),
    }
    desk.undo(third.run)
    assert asked(desk, second)[ONE, "custom_fields[goals]"][2] == {"value": "Row"}
    write_there(desk, goals="Swim")
    assert set(asked(desk, desk.move(only=CLIENTS))) == {(ONE, "custom_fields[job]")}


def in_an_earlier_version(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Done:
    """An import that asks about all custom fields of a client at once."""
    with monkeypatch.context() as earlier:
        earlier.setattr(Client, "pieces", {})
        done = desk.move(only=CLIENTS)
    assert set(asked(desk, done)) == {(ONE, "custom_fields")}
    return done


def test_what_an_earlier_version_asked_of_all_fields_is_asked_of_each_that_is_still_in_question(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(desk)
    write_here(desk, goals="Swim", job="Nurse", sports=["o2"])
    write_there(desk, goals="Row", job="Baker")
    second = in_an_earlier_version(desk, monkeypatch)
    whole = asked(desk, second)
    write_there(desk, goals="Ride")
    third = desk.move(only=CLIENTS)
    assert asked(desk, third) == {
        (ONE, "custom_fields[goals]"): ({"value": "Row"}, {"value": "Swim"}, {"value": "Ride"}),
        (ONE, "custom_fields[job]"): (None, {"value": "Nurse"}, {"value": "Baker"}),
    }, "sports nobody has changed there"
    assert settle(third, THEIRS).count == 2
    now = {"goals": "Ride", "job": "Baker", "sports": "Netball"}
    assert answers(client(desk).custom_fields) == now
    desk.undo(third.run)
    assert asked(desk, second) == whole


def test_a_question_about_all_fields_does_not_outlive_a_change_that_asks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(desk)
    write_here(desk, goals="Swim")
    write_there(desk, goals="Row")
    in_an_earlier_version(desk, monkeypatch)
    write_there(desk, job="Baker")
    third = desk.move(only=CLIENTS)
    assert set(asked(desk, third)) == {(ONE, "custom_fields[goals]")}
    write_there(desk, goals="Swim", job="Cook")
    assert asked(desk, desk.move(only=CLIENTS)) == {}
    assert answers(client(desk).custom_fields)["job"] == "Cook"


def test_fields_that_could_not_be_told_apart_are_all_asked_once_they_can_be(desk: Desk) -> None:
    imported(desk)
    write_here(desk, goals="Swim", sports=["o2"])
    odd: Any = deepcopy(TOLD)
    odd["sections"][0]["fields"][1]["token"] = "goals"
    desk.practice.change("patients", ONE, custom_fields=odd)
    assert set(asked(desk, desk.move(only=CLIENTS))) == {(ONE, "custom_fields")}
    desk.practice.change("patients", ONE, custom_fields=saying(TOLD, job="Baker"))
    found = asked(desk, desk.move(only=CLIENTS))
    assert {field for _, field in found} == {
        "custom_fields[goals]", "custom_fields[job]", "custom_fields[sports]",
    }, "who had changed what, nobody can tell"  # fmt: skip


@pytest.mark.parametrize("odd", ["told", [], {"sections": {}}, {"sections": [1]}, "twice", "none"])
def test_fields_that_cannot_be_told_apart_are_asked_as_a_whole(odd: Json) -> None:
    assert HOW.split(None) == {}
    told = deepcopy(TOLD)
    told["sections"][0]["fields"][1]["token"] = {"twice": "goals", "none": ""}.get(str(odd), "job")
    assert HOW.split(told if odd in ("twice", "none") else odd) is None


VALUES = st.one_of(st.none(), st.sampled_from(["", "a", "b", "c"]))
CHOSEN = st.lists(st.sampled_from(["o1", "o2", "o3"]), unique=True)
TOKENS = ("f1", "f2", "f3", "c1")


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any] | None:
    """What a client may have: fields anywhere, in any order, some of them not there."""
    sections: dict[str, list[dict[str, Any]]] = {"s1": [], "s2": []}
    for token in draw(st.permutations(TOKENS)):
        if not draw(st.booleans()):
            continue
        field: dict[str, Any] = {"token": token, "name": draw(st.sampled_from("AB"))}
        if token == "c1":
            chosen = draw(CHOSEN)
            known = dict.fromkeys([*draw(CHOSEN), *chosen])
            field["type"] = "checkboxes"
            field["options"] = [{"token": each, "selected": each in chosen} for each in known]
            if draw(st.booleans()):
                field["other"] = {"selected": draw(st.booleans()), "value": draw(VALUES)}
        elif (value := draw(VALUES)) is not None:
            field["value"] = value
        sections[draw(st.sampled_from(["s1", "s2"]))].append(field)
    found = [{"token": token, "name": token, "fields": each} for token, each in sections.items()]
    return {"sections": found} if draw(st.integers(0, 9)) else None


@settings(max_examples=120, deadline=None)
@given(documents(), documents(), documents())
def test_a_merge_loses_no_answer_that_only_one_side_has_changed(
    base: dict[str, Any] | None, ours: dict[str, Any] | None, theirs: dict[str, Any] | None
) -> None:
    was, here, there = (HOW.split(each) for each in (base, ours, theirs))
    assert was is not None
    assert here is not None
    assert there is not None
    keys = {*was, *here, *there}
    taken = {key for key in keys if was.get(key) == here.get(key) != there.get(key)}
    made = HOW.merge(base, ours, theirs, taken)
    now = HOW.split(made)
    sides = {key: (there if key in taken else here).get(key) for key in keys}
    assert now == {key: each for key, each in sides.items() if each}
    assert HOW.merge(base, made, theirs, ()) == made, "merged twice it is as merged once"
    asked = {key: there.get(key) for key in keys if here.get(key) != there.get(key)}
    assert HOW.split(HOW.put(made, asked)) == there, "who takes all of theirs has all of theirs"
    if not asked and base == theirs:
        assert made == ours, "to the letter"


def test_what_a_form_saves_is_a_change_of_that_field_alone() -> None:
    fund = Definition(
        pk="fund", name="Fund", kind="dropdown", heading="Health",
        options=({"name": "Bupa", "token": "o9"},), other=False, required=False,
        in_details=True, archived_at=False, section="s9", revision=1, place=(1, 0, 0),
    )  # fmt: skip
    saved = with_answers(TOLD, {fund: Answer(chosen=frozenset({"o9"}))})
    there = saying(TOLD, goals="Row", job="Baker")
    there["sections"][0]["name"] = "Life"
    made = HOW.merge(TOLD, saved, there, {"goals", "job"})
    assert answers(made) == {"goals": "Row", "job": "Baker", "sports": "Running", "fund": "Bupa"}
    assert [HOW.label(made, each) for each in ("fund", "job")] == ["Health: Fund", "Life: Job"]


def test_the_order_of_headings_outlasts_a_catch_up(desk: Desk) -> None:
    desk.moved(only=("settings",))
    with desk.inside():
        known = {each.heading: each for each in definitions()}
        details = PracticeDetails.objects.get(pk=known["Lifestyle"].place[0])
        for each in details.custom_field_sections:
            each["archived"] = False
        details.save()
        assert move_heading(headings(definitions())[1], up=True)
    settings_there: Any = desk.practice.settings
    settings_there["account"] = {**settings_there["account"], "name": "Another name"}
    assert desk.move(only=("settings",)).balanced
    with desk.inside():
        assert PracticeDetails.objects.get(pk=details.pk).name == "Another name"
        assert [each.heading for each in headings(definitions())] == ["Lifestyle", "Health fund"]
