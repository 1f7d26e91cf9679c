"""Every page in a language that marks each text of the program: the rest is of records.

`test_translatable` looks for texts where they are written, and cannot know all the ways in which a
text reaches a page. Here the pages are read as they come.
"""

import re

import pytest

from handover.accounts.models import Role
from handover.web import words
from tests.test_who_sees_what import ENDS_SESSION, PLACES, House
from tests.test_words import OK, house, read

__all__ = ["house"]  # the fixture
WORD = re.compile(r"[^\W\d]{3,}")
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
#: What the rows of the practice say, and names; zones are told by themselves.
RECORDS = frozenset(
    """
    Ann Bea Gray Mary Ours Owner Handover Cliniko CSV PDF VIP SOAP API UTC owed csv pdf
    Busy_Time_Type Cancellation_Reason Location Recall_Type Referral_Type Service Tag Tax Due Number
    Feet Shoe size Follow Intake Knee Late Latex Nov practice example ours owner accountant
    practice_manager practitioner practitioner_admin receptionist support unknown
    """.split()  # noqa: SIM905  # read as words, not as a list of them
)
#: Users of the house are called by their roles; and what the audit log keeps, is kept as it was.
ROLES = re.compile(
    r"[A-Z][a-z ]+ of Ours|Account owner|on paper|preview of follow-ups|[A-Z]\w+/[\w/+-]+"
    r"|(Clients|Patients|Participants|Residents|Customers)$|{{[\w.]+}}"
)
#: Instructions that quote Cliniko's screens within one sentence, and are marked around the quotes.
QUOTING = ("settings/imports/new/key/",)


def test_no_page_says_a_word_that_cannot_be_translated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "said_with", lambda _word: lambda text: f"⟦{text}⟧" if text else "")
    owner = house.people[Role.OWNER].browser
    found, asked = [], 0
    for place in (each for each in PLACES if each.access and each.access.may):
        if place.name in ENDS_SESSION or place.route in QUOTING:
            continue
        answer = owner.get(place.of(house))
        if answer.status_code != OK or "html" not in answer.headers.get("Content-Type", ""):
            continue
        asked += 1
        found += [f"{place.route}: {text}" for text in read(answer.text) if unmarked(text)]
    assert asked > 50
    assert "\n".join(found) == ""


def unmarked(text: str) -> set[str]:
    """The words of a text that did not come out of gettext and are no record's."""
    before = ""
    while before != text:
        before, text = text, MARKED.sub(" ", text)
    return {word for word in WORD.findall(ROLES.sub(" ", text)) if word not in RECORDS}


def test_a_word_without_a_mark_is_seen() -> None:
    assert unmarked("⟦Day of ⟦Monday⟧⟧ Ann Week") == {"Week"}
    assert unmarked("⟦Day⟧ 12:30, Ann - Handover") == set()
