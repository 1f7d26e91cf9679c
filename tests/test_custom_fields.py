"""A practice's own fields: defined in Settings, answered in clients, kept as they were imported."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest

from conftest import Emptying, a_workspace
from handover.accounts.definitions import KINDS
from handover.accounts.models import PracticeDetails, Role, Workspace
from handover.clients.custom_fields import (
    Definition,
    answers_in,
    definitions,
    said,
)
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from tests.people import Person, a_person
from tests.reception import EMPTY_FORM

OK, FOUND, FORBIDDEN, REFUSED = 200, 302, 403, 422
#: As Cliniko gives them, with an option, a field and a section that are archived.
SECTIONS: list[dict[str, Any]] = [
    {
        "name": "Sport", "token": "s1", "archived": False, "rank": 1,
        "fields": [
            {"name": "Goals", "token": "f-goals", "type": "paragraph", "archived": False},
            {"name": "Since", "token": "f-since", "type": "date", "archived": False},
            {"name": "Sports", "token": "f-sports", "type": "checkboxes", "archived": False,
             "options": [{"name": "Running", "token": "o1", "archived": False},
                         {"name": "Netball", "token": "o2", "archived": True}],
             "other": {"enabled": True, "archived": False}},
            {"name": "Shoe size", "token": "f-shoe", "type": "text", "archived": True},
        ],
    },
    {"name": "Old", "token": "s2", "archived": True,
     "fields": [{"name": "Fund", "token": "f-fund", "type": "text", "archived": False}]},
]  # fmt: skip


def of_a_client() -> dict[str, Any]:
    """What Cliniko says of one: odd days, archived options and unknown keys among it."""
    told: dict[str, Any] = {"sections": deepcopy(SECTIONS), "version": 3}
    goals, since, sports, shoe = told["sections"][0]["fields"]
    goals["value"], since["value"], shoe["value"] = "Run 10 km.\r\nSleep. ", "31/02/2019", "43"
    sports["options"][1]["selected"] = True
    sports["other"] |= {"selected": True, "value": "Chess boxing"}
    told["sections"][1]["fields"][0]["value"] = "Bupa"
    return told


@dataclass(frozen=True)
class Practice:
    workspace: Workspace
    manager: Person
    desk: Person

    def client(self, told: object = None) -> Client:
        with acting_in(self.workspace.pk):
            return Client.objects.create(
                workspace_id=self.workspace.pk, first_name="A", last_name="B", custom_fields=told
            )

    def fresh(self, client: Client) -> Client:
        with acting_in(self.workspace.pk):
            return Client.objects.get(pk=client.pk)

    def edit(self, client: Client, **given: object) -> Any:  # noqa: ANN401  # what Django's own test client answers
        """Save the form of a client as it stands, but for what is given."""
        page = f"/clients/{client.pk}/edit/"
        form = self.desk.browser.get(page).context["form"]
        told = {name: value for field in form if (value := field.value()) not in (None, "")
                for name in [field.html_name]}  # fmt: skip
        return self.desk.browser.post(page, {**EMPTY_FORM, **told, **given})

    def fields(self) -> dict[str, Definition]:
        with acting_in(self.workspace.pk):
            return {each.name: each for each in definitions()}

    def make(self, name: str, kind: str, **more: object) -> str:
        told = {"name": name, "kind": kind, "heading": "Ours", "in_details": "on", **more}
        answer = self.manager.browser.post("/settings/custom-fields/new/", told)
        assert answer.status_code == FOUND, answer.context["form"].errors
        return f"custom_{self.fields()[name].pk}"

    def redefine(self, field: str, **given: object) -> int:
        known = self.fields()[field]
        told = {
            "revision": known.revision, "name": known.name, "heading": known.heading,
            "kind": known.kind, "options": "\n".join(known.offered),
            "required": known.required and "on", "other": known.other and "on",
            "in_details": known.in_details and "on", **given,
        }  # fmt: skip
        page = f"/settings/custom-fields/{known.pk}/"
        told = {name: value for name, value in told.items() if value is not False}
        return self.manager.browser.post(page, told).status_code


@pytest.fixture(scope="module")
def house(emptying: Emptying) -> Iterator[Practice]:
    with emptying():
        workspace = a_workspace("Practice")
        people = (a_person(workspace, each) for each in (Role.PRACTICE_MANAGER, Role.RECEPTIONIST))
        yield Practice(workspace, *people)


@pytest.fixture
def practice(house: Practice) -> Practice:
    with acting_in(house.workspace.pk):
        PracticeDetails.objects.all().delete()
        PracticeDetails.objects.create(
            workspace_id=house.workspace.pk, custom_field_sections=deepcopy(SECTIONS)
        )
    return house


def test_saving_a_client_leaves_what_was_imported_as_it_came(practice: Practice) -> None:
    """To the letter: a later import would ask about it otherwise."""
    client = practice.client(of_a_client())
    assert practice.edit(client).status_code == FOUND
    now = practice.fresh(client)
    assert (now.custom_fields, now.revision) == (of_a_client(), 1)


def test_one_answer_is_changed_and_nothing_else(practice: Practice) -> None:
    client = practice.client(of_a_client())
    assert practice.edit(client, **{"custom_f-since": "2019-02-28"}).status_code == FOUND
    expected = of_a_client()
    expected["sections"][0]["fields"][1]["value"] = "2019-02-28"
    assert practice.fresh(client).custom_fields == expected
    assert practice.edit(client, **{"custom_f-sports": ["o1"]}).status_code == FOUND
    sports = expected["sections"][0]["fields"][2]
    sports["options"] = [
        {"name": "Running", "token": "o1", "archived": False, "selected": True},
        {"name": "Netball", "token": "o2", "archived": True},
    ]
    sports["other"] = {"enabled": True, "archived": False}
    assert practice.fresh(client).custom_fields == expected


def test_what_a_client_has_in_an_archived_field_is_shown_and_not_asked_for(
    practice: Practice,
) -> None:
    client = practice.client(of_a_client())
    page = practice.desk.browser.get(f"/clients/{client.pk}/").text
    assert [word for word in ("43", "Bupa", "Netball, Chess boxing") if word not in page] == []
    form = practice.desk.browser.get(f"/clients/{client.pk}/edit/").context["form"]
    assert [name for name in form.fields if name.startswith("custom_")] == [
        *("custom_f-goals", "custom_f-since", "custom_f-sports", "custom_f-sports_words"),
    ]
    practice.manager.browser.post("/settings/custom-fields/f-fund/archive/", {"back": "yes"})
    form = practice.desk.browser.get(f"/clients/{client.pk}/edit/").context["form"]
    assert form["custom_f-fund"].value() == "Bupa"


#: What is written into a field of each kind, and what is to be read.
ANSWERS: dict[str, tuple[str | list[str], str]] = {
    "text": ("Blue", "Blue"),
    "paragraph": ("Two\nlines", "Two\nlines"),
    "number": ("12.50", "12.50"),
    "date": ("2026-11-23", "2026-11-23"),
    "dropdown": (["Red"], "Red"),
    "radiobuttons": (["Green"], "Green"),
    "checkboxes": (["Red", "Green"], "Red, Green"),
}


def test_fields_of_every_kind_are_made_answered_and_emptied(practice: Practice) -> None:
    assert set(ANSWERS) == set(KINDS)
    names = {kind: practice.make(kind, kind, options="Red\nGreen") for kind in KINDS}
    known = practice.fields()
    told: dict[str, object] = {}
    for kind, (given, _read) in ANSWERS.items():
        keys = {each["name"]: each["token"] for each in known[kind].options}
        several = [keys[each] for each in given] if isinstance(given, list) else given
        told[names[kind]] = several
    client = practice.client()
    assert practice.edit(client, **told).status_code == FOUND
    answers = answers_in(practice.fresh(client).custom_fields)
    for kind, (_given, read) in ANSWERS.items():
        assert said(answers[known[kind].pk]).replace("\r\n", "\n") == read
    assert practice.edit(client).status_code == FOUND
    assert practice.fresh(client).revision == 2
    empty = {name: [] if name == names["checkboxes"] else "" for name in told}
    assert practice.edit(client, **empty).status_code == FOUND
    assert "Ours" not in practice.desk.browser.get(f"/clients/{client.pk}/").text


def test_what_is_no_answer_is_refused(practice: Practice) -> None:
    number, day = practice.make("Weight", "number"), practice.make("Seen", "date")
    choice = practice.make("Side", "dropdown", options="Left\nRight")
    client = practice.client()
    for name, odd in ((number, "heavy"), (day, "2026-02-30"), (choice, "Up")):
        assert practice.edit(client, **{name: odd}).status_code == REFUSED
    told = {"name": "Empty", "kind": "dropdown", "heading": "Ours", "options": " \n"}
    answer = practice.manager.browser.post("/settings/custom-fields/new/", told)
    assert answer.status_code == REFUSED


def test_a_required_field_is_asked_for_and_one_apart_from_the_details_is_not_shown_there(
    practice: Practice,
) -> None:
    asked = practice.make("Needed", "text", required="on", in_details="")
    client = practice.client()
    assert practice.edit(client).status_code == REFUSED
    told = EMPTY_FORM | {"first_name": "New", "last_name": "Person"}
    assert practice.desk.browser.post("/clients/new/", told).status_code == REFUSED
    assert practice.edit(client, **{asked: "Secretly"}).status_code == FOUND
    assert "Secretly" not in practice.desk.browser.get(f"/clients/{client.pk}/").text
    assert "Secretly" in practice.desk.browser.get(f"/clients/{client.pk}/edit/").text


def test_an_imported_field_is_renamed_moved_and_keeps_what_the_source_said(
    practice: Practice,
) -> None:
    client = practice.client(of_a_client())
    assert practice.redefine("Sports", options="Running\nSwimming", heading="Fitness") == FOUND
    sports = practice.fields()["Sports"]
    assert sports.offered == ["Running", "Swimming"]
    assert [each["token"] for each in sports.options if each["name"] == "Netball"] == ["o2"]
    assert practice.redefine("Sports", name="Games") == FOUND
    page = practice.desk.browser.get(f"/clients/{client.pk}/").text
    told = ("Fitness", "Games", "Netball, Chess boxing")
    assert [each for each in told if each not in page] == []
    with acting_in(practice.workspace.pk):
        now = PracticeDetails.objects.get().custom_field_sections
    assert (now[0]["rank"], now[0]["fields"][0]) == (1, SECTIONS[0]["fields"][0])


def test_looking_at_a_definition_and_saving_it_changes_nothing(practice: Practice) -> None:
    for name in ("Goals", "Since", "Sports", "Shoe size", "Fund"):
        assert practice.redefine(name) == FOUND
    with acting_in(practice.workspace.pk):
        row = PracticeDetails.objects.get()
        assert (row.custom_field_sections, row.revision) == (SECTIONS, 1)


def test_a_definition_that_somebody_else_has_changed_is_not_overwritten(practice: Practice) -> None:
    assert practice.redefine("Goals", name="Aims") == FOUND
    assert practice.redefine("Aims", name="Goals", revision=1) == REFUSED
    assert "Aims" in practice.fields()


def test_what_two_people_write_at_once_is_shown_to_the_second(practice: Practice) -> None:
    client = practice.client(of_a_client())
    practice.edit(client, **{"custom_f-goals": "Walk"})
    answer = practice.edit(client, **{"custom_f-goals": "Swim", "revision": 1})
    assert answer.status_code == REFUSED
    assert "here now: Walk; you wrote: Swim" in answer.text


def test_definitions_of_an_import_stand_beside_those_made_before(practice: Practice) -> None:
    """A practice that has filled in its details gets a second row of them with the import."""
    practice.make("Made here", "text")
    with acting_in(practice.workspace.pk):
        more = [{"name": "Later", "fields": [{"name": "New", "token": "n", "type": "text"}]}]
        PracticeDetails.objects.create(
            workspace_id=practice.workspace.pk, custom_field_sections=more
        )
    assert {"Made here", "Goals", "New"} <= set(practice.fields())
    assert practice.redefine("New", name="Newer") == FOUND
    assert "Newer" in practice.manager.browser.get("/settings/custom-fields/").text


@pytest.mark.parametrize("odd", [None, {}, [1, {"fields": {}}, {"fields": [1, {"token": 3}]}]])
def test_odd_definitions_and_odd_answers_stop_no_page(
    practice: Practice, odd: list[object] | None
) -> None:
    with acting_in(practice.workspace.pk):
        PracticeDetails.objects.update(custom_field_sections=odd if odd is not None else [])
    assert practice.manager.browser.get("/settings/custom-fields/").status_code == OK
    made = practice.make("Sure", "text")
    for told in (odd, {"sections": odd}):
        client = practice.client(told)
        assert practice.edit(client, **{made: "Yes"}).status_code == FOUND
        assert "Sure" in practice.desk.browser.get(f"/clients/{client.pk}/").text


def test_only_those_who_may_change_settings_define_fields(practice: Practice) -> None:
    for page in ("", "new/", "f-goals/"):
        answer = practice.desk.browser.get(f"/settings/custom-fields/{page}")
        assert answer.status_code == FORBIDDEN


def test_fields_change_places_under_their_heading_and_the_button_keeps_the_focus(
    practice: Practice,
) -> None:
    press = practice.manager.browser.post
    page = "/settings/custom-fields/"
    told = press(f"{page}f-since/move/", {"to": "up"}, follow=True).text
    assert list(practice.fields()) == ["Since", "Goals", "Sports", "Shoe size", "Fund"]
    focused = re.findall(r'value="(\w+)"\s+class="[^"]*"\s+autofocus', told)
    assert focused == ["down"], "no button is further up"
    assert len(re.findall(r"disabled\s*>", told)) == len(["Since up", "Sports down"])
    press(f"{page}f-since/move/", {"to": "up"})  # it is the first
    press(f"{page}f-sports/move/", {"to": "down"})  # only an archived one is below
    assert list(practice.fields()) == ["Since", "Goals", "Sports", "Shoe size", "Fund"]
    press(f"{page}f-since/move/", {"to": "down"})
    press(f"{page}f-since/move/", {"to": "down"})
    assert list(practice.fields()) == ["Goals", "Sports", "Since", "Shoe size", "Fund"]
    assert practice.desk.browser.post(f"{page}f-since/move/").status_code == FORBIDDEN
    assert "Move Since" not in practice.desk.browser.get(page).text


def test_headings_change_places_with_all_under_them_and_the_button_keeps_the_focus(
    practice: Practice,
) -> None:
    page = "/settings/custom-fields/"
    client = practice.client(of_a_client())
    practice.edit(client, **{practice.make("Weight", "number"): "70"})
    press = practice.manager.browser.post
    token = practice.fields()["Weight"].pk
    told = press(f"{page}{token}/move-heading/", {"to": "up"}, follow=True).text
    assert re.findall(r'value="(\w+)"\s+class="[^"]*"\s+autofocus', told) == ["down"]
    assert len(re.findall(r"disabled\s*>", told)) == len(["Ours up", "Sport down"])
    named = ["Weight", "Fund", "Goals", "Since", "Sports", "Shoe size"]
    assert sorted(practice.fields()) == sorted(named)
    assert next(iter(practice.fields())) == "Weight"
    shown = practice.desk.browser.get(f"/clients/{client.pk}/").text
    assert shown.index("Weight") < shown.index("Goals")
    press(f"{page}{token}/move-heading/", {"to": "up"})  # it is the first
    press(f"{page}f-goals/move-heading/", {"to": "down"})  # only an archived one is below
    assert next(iter(practice.fields())) == "Weight"
    press(f"{page}{token}/move-heading/", {"to": "down"})
    assert next(iter(practice.fields())) == "Goals"
    assert practice.desk.browser.post(f"{page}f-goals/move-heading/").status_code == FORBIDDEN
    assert "Order of headings" in practice.manager.browser.get(page).text
