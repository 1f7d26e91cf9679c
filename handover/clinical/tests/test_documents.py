"""Documents as they are shown: as the practice knows them, and harmless."""

from datetime import date

import pytest
from django.utils import translation

from handover.clinical.documents import Document, Item, Section, UnreadableDocument, read, shape
from handover.clinical.documents.render import as_text, plain, render
from handover.clinical.tests.everywhere import every_text
from handover.core import html

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def of(*items: Item, name: str | None = None) -> Document:
    return Document(version=1, sections=(Section(name=name, items=items),))


NOTE = of(
    shape.Statement(html="<p>Range of <b>motion</b></p>"),
    shape.Text(label="Complaint", answer="Sore left knee"),
    shape.Paragraph(label="Progress", html="<p>Walking better</p><p>Stairs</p>"),
    shape.Day(label="Onset", day=date(2025, 2, 27)),
    shape.Checkboxes(
        label="Tests",
        options=(shape.Option(label="McMurray", chosen=True), shape.Option(label="Lachman")),
        other=shape.Other(offered=True, chosen=True, text="Thessaly"),
    ),
    shape.BodyCharts(label="Chart", charts=("77", "78")),
    shape.Text(label="Unanswered"),
    shape.Unknown(label="Pain", type="scale", kept={"answer": 7, "maximum": 10}),
    name="Objective",
)
TEXT = """\
OBJECTIVE
Range of motion
Complaint:
  Sore left knee
Progress:
  Walking better
  Stairs
Onset:
  27 Feb 2025
Tests:
  [x] McMurray
  [ ] Lachman
  [x] Other: Thessaly
Chart:
  2 body charts stayed in Cliniko: 77, 78
Unanswered:
  No answer
Pain:
  A kind of question that is not known here (scale)
  answer: 7
  maximum: 10"""


def test_a_note_reads_as_the_practice_knows_it() -> None:
    assert as_text(NOTE) == TEXT


def test_a_form_reads_as_the_client_filled_it_in() -> None:
    document = of(
        shape.FullName(answer={"first_name": "Sam", "last_name": "O'Sample", "title": "Ms"}),
        shape.Address(answer={"city": "Richmond", "state": None, "address_1": "1 Swan Street"}),
        shape.Phones(numbers=(shape.Phone(number="0400", type="Mobile"),)),
        shape.Pronouns(answer={"accusative": "them", "nominative": "they"}),
        shape.Dropdown(options=("Female", "Male"), answer="Fluid"),
        shape.Signature(signature="99"),
    )
    text = as_text(document)
    for told in ("Ms Sam O'Sample", "1 Swan Street\n  Richmond", "0400 (Mobile)", "they / them",
                 "[ ] Female", "[x] Other: Fluid", "Signed (signature 99)"):  # fmt: skip
        assert told in text


def test_dates_are_written_in_the_manner_of_the_place() -> None:
    document = of(shape.Day(day=date(2025, 2, 27)))
    with translation.override("en-us"):
        assert "Feb. 27, 2025" in render(document)
    with translation.override("de"):
        assert "27. Februar 2025" in render(document)


def test_ticked_and_unticked_are_told_apart_without_looking_at_marks() -> None:
    shown = render(of(shape.MultipleChoice(
        options=(shape.Option(label="Left", chosen=True), shape.Option(label="Right"))
    )))  # fmt: skip
    words = " ".join(plain(shown).split())
    assert "Chosen: Left" in words
    assert "Not chosen: Right" in words


@pytest.mark.parametrize("evil", [EVIL, '"><svg onload=alert(1)>', "{{ 1|add:1 }}{% now 'Y' %}"])
def test_nothing_in_a_document_can_run(evil: str) -> None:
    shown = render(every_text(evil), place=f"https://x/{evil}", signatures={evil: evil})
    for tag in ("<script", "<img src=x", "<svg"):
        assert tag not in shown
    assert "{{" not in evil or "{{ 1|add:1 }}" in shown


def test_a_place_that_is_no_address_is_no_link() -> None:
    document = of(shape.BodyCharts(charts=("1",)))
    assert "<a " not in render(document, place="javascript:alert(1)")
    assert "1 body chart stayed in Cliniko" in render(document)
    assert 'href="https://a.au1.cliniko.com/x"' in render(
        document, place="https://a.au1.cliniko.com/x"
    )


def test_a_signature_whose_image_is_here_is_shown() -> None:
    document = of(shape.Signature(signature="9"))
    assert '<img src="/files/1"' in render(document, signatures={"9": "/files/1"})


@pytest.mark.parametrize("address", ["data:image/svg+xml,<svg/>", "javascript:alert(1)", ""])
def test_a_signature_is_never_written_into_the_page(address: str) -> None:
    shown = render(of(shape.Signature(signature="9")), signatures={"9": address})
    assert "<img" not in shown
    assert "Signed (signature 9)" in shown


@pytest.mark.parametrize("document", [None, Document(version=1), Document(version=1, sections=())])
def test_a_record_without_content_says_so(document: Document | None) -> None:
    assert "No content" in render(document)
    assert as_text(document) == ""


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"version": 2},
        {"version": 1, "more": 1},
        [],
        {"version": 1, "sections": [{"items": [{}]}]},
    ],
)
def test_what_is_no_document_is_refused_and_not_guessed_at(stored: object) -> None:
    with pytest.raises(UnreadableDocument):
        read(stored)  # type: ignore[arg-type]  # whatever a column may hold


@pytest.mark.parametrize(
    ("markup", "loses"),
    [
        ("<p>a</p>", False),
        ("<B>a</B>", False),
        ("a<br/>b", False),
        ("a<!-- b -->", True),
        ("<?php x ?>a", True),
        ("<![CDATA[x]]>", True),
        ("<![", True),
        ("<font>a</font>", True),
        ('<a href="javascript:x">a</a>', True),
        ("<style>a</style>", True),
    ],
)
def test_cleaning_tells_whether_it_took_something(markup: str, loses: bool) -> None:
    assert html.loses(markup, html.clean(markup)) is loses
