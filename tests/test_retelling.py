"""Sentences that records keep in plain English, said in the reader's language and words."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.accounts.words import said_with, speaking
from handover.importing import retelling
from handover.importing.collecting import collected
from handover.importing.models import Outcome
from handover.importing.retelling import GAP, recognised, retold
from handover.importing.said import CAUSES
from handover.importing.sentences import SENTENCES
from tests.moving import Moved

#: Said in this foreign language, a text of the program stands between these.
FOREIGN = "«{}»"
MANY = 4


@pytest.fixture
def abroad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retelling, "gettext", FOREIGN.format)


def test_the_list_of_sentences_is_what_the_code_says() -> None:
    assert list(SENTENCES) == collected(), "`make docs` writes it anew"


def test_all_that_a_whole_move_keeps_is_recognised(moved: Moved) -> None:
    kept = set(sentences_of(moved))
    assert len({recognised(each)[0] for each in kept}) > MANY, "there is much to recognise"
    assert [each for each in kept if not recognised(each)[0]] == []
    assert [each for each in kept if retold(each) != each] == [], "plain English stays as it is"


def sentences_of(moved: Moved) -> Iterator[str]:
    for line in moved.done.report.lines:
        yield from line.messages
    for each in moved.archive.lines("ledger"):
        yield from filter(None, [each["reason"], *(issue["reason"] for issue in each["issues"])])


def test_values_stay_as_they_are_and_sentences_within_sentences_are_said_too(
    abroad: None,
) -> None:
    assert retold("no id in the link 'Ann: not a client'") == (
        "«no id in the link 'Ann: not a client'»"
    )
    assert (
        retold("not a code: 7: taken as confidential") == "««not a code: 7»: taken as confidential»"
    )
    assert retold("patients 12 was not loaded (rejected: no id in the link 'x')") == (
        "«patients 12 was not loaded («rejected»: «no id in the link 'x'»)»"
    )
    assert retold("edited here since the import") == "«edited here since the import»"


def test_what_is_no_sentence_of_ours_is_said_as_it_was_kept(abroad: None) -> None:
    for text in ("", "Said by an older version, in other words.", "Ann: was here", "%(name)s", "%"):
        assert retold(text) == text


def test_why_a_letter_did_not_go_is_said_as_well(abroad: None) -> None:
    answer = "550 no such user"
    for kept, told in (
        ("the mail server did not answer in time", "«the mail server did not answer in time»"),
        (
            f"the mail server refused the message ({answer})",
            f"«the mail server refused the message ({answer})»",
        ),
    ):
        assert retold(kept) == told


def test_the_practices_word_is_said_and_names_keep_theirs() -> None:
    with speaking(said_with("patient")):
        assert retold("there is no client 7 in The client centre") == (
            "there is no patient 7 in The client centre"
        )


@given(
    st.sampled_from(SENTENCES),
    st.lists(st.text(max_size=30) | st.sampled_from(SENTENCES), min_size=8, max_size=8),
)
def test_whatever_stands_in_the_gaps_the_text_is_the_same_to_the_letter(
    sentence: str, values: list[str]
) -> None:
    text = sentence % dict(zip(GAP.findall(sentence), values, strict=False))
    assert recognised(text)[0]
    assert retold(text) == text


def test_each_sentence_says_enough_to_be_known_by() -> None:
    short = [each for each in SENTENCES if len(GAP.sub("", each).split()) < len(("two", "words"))]
    assert short == []
    assert not CAUSES & set(SENTENCES)
    assert not set(Outcome.values) & set(SENTENCES)
