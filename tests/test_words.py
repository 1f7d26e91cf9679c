"""In which words pages speak: a practice that cares for patients reads of no client."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.utils.translation import get_language, gettext, ngettext

from conftest import Emptying
from handover.accounts.models import PracticeDetails, Role
from handover.accounts.words import known_word, said_with, speaking
from handover.core.tenancy import acting_in
from tests.test_who_sees_what import ENDS_SESSION, PLACES, House, a_house

OK = 200
#: What an account says is of no workspace, and the details offer every word.
ITS_OWN = ("settings/second-step/", "settings/passkeys/", "settings/details/")
ATTRIBUTES = {"title", "aria-label", "alt", "placeholder", "label"}


@pytest.fixture(scope="module")
def house(emptying: Emptying) -> Iterator[House]:
    with emptying():
        made = a_house("Ours")
        with acting_in(made.workspace.pk):
            PracticeDetails.objects.create(workspace_id=made.workspace.pk, terminology="Patient")
        yield made


class Read(HTMLParser):
    """What people read of a page, or hear of it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The attributes that are read out."""
        self.texts += [value or "" for name, value in attrs if name in ATTRIBUTES]

    def handle_data(self, data: str) -> None:
        """The text itself."""
        self.texts.append(data)


def read(page: str) -> list[str]:
    reader = Read()
    reader.feed(re.sub(r"<(script|style|code)\b.*?</\1>", "", page, flags=re.DOTALL))
    return [" ".join(text.split()) for text in reader.texts]


#: Not the names of settings.
CLIENT = re.compile("(?<!_)client(?!_)", re.IGNORECASE)


def test_where_clients_are_patients_no_page_says_client(house: House) -> None:
    owner = house.people[Role.OWNER].browser
    found, asked = [], 0
    for place in (each for each in PLACES if each.access and each.access.may):
        if place.name in ENDS_SESSION or place.route.startswith(ITS_OWN):
            continue
        answer = owner.get(place.of(house))
        if answer.status_code != OK or "html" not in answer.headers.get("Content-Type", ""):
            continue
        asked += 1
        said = [text for text in read(answer.text) if CLIENT.search(text)]
        found += [f"{place.route}: {text}" for text in said]
    assert asked > 50
    assert "\n".join(found) == ""
    page = owner.get("/clients/").text
    assert "<h1" in page
    assert "Patients" in read(page)


def test_only_the_word_changes_and_only_in_texts_of_the_program() -> None:
    say = said_with("patient")
    assert say("A client's form, Clients, CLIENTS") == "A patient's form, Patients, PATIENTS"
    assert say("%(client)s is {client} of clientele") == "%(client)s is {client} of clientele"
    with speaking(say):
        assert gettext("%(name)s is a client") % {"name": "Client Lee"} == "Client Lee is a patient"
        assert ngettext("%d client", "%d clients", 2) % 2 == "2 patients"
        assert get_language() == "en-au"
    assert gettext("client") == "client"


@pytest.mark.parametrize(
    ("told", "word"), [("", "client"), ("Patient ", "patient"), ("dog", "client")]
)
def test_a_word_that_an_import_brings_is_taken_if_pages_know_it(told: str, word: str) -> None:
    assert known_word(told) == word
