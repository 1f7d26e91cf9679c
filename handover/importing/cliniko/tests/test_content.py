"""What Cliniko's content becomes: every kind of question, and everything that is none."""

import json
from datetime import date

import pytest

from handover.clinical.documents import Document, body_charts, read, shape, signatures, stored
from handover.core.json import Json
from handover.importing.cliniko.content.field import read_content
from handover.importing.cliniko.content.taking import Place
from handover.importing.cliniko.resources.patient_forms import PatientForms
from handover.importing.cliniko.resources.treatment_notes import TreatmentNotes
from handover.importing.cliniko.tests import fitting
from handover.importing.engine.payload import decode, encode
from handover.importing.engine.values import CLEANED, UNKNOWN_FIELD, UNKNOWN_VALUE, Draft


def taken(content: Json) -> tuple[Document, list[tuple[str, str]]]:
    """The document, and place and cause of each issue; read from JSON, as it would come."""
    draft = Draft()
    document = read_content(decode(json.dumps(content)), Place("document", draft))
    assert read(json.loads(encode(document))) == read(stored(document)) == document
    return document, [(each.field, each.code) for each in draft.issues]


def question(**keys: Json) -> tuple[shape.Item, list[tuple[str, str]]]:
    document, issues = taken({"sections": [{"questions": [keys]}]})
    assert document.sections is not None
    place = "document.sections[0].questions[0]"
    return document.sections[0].items[0], [(f.removeprefix(place), c) for f, c in issues]


def test_a_section_description_is_a_statement_before_the_questions() -> None:
    document, issues = taken({"sections": [
        {"name": "Consent", "description": "<p>Policy</p>", "questions": [{"type": "signature"}]},
        {"description": "Only this"},
    ]})  # fmt: skip
    assert document.sections == (
        shape.Section(
            name="Consent", items=(shape.Statement(html="<p>Policy</p>"), shape.Signature())
        ),
        shape.Section(items=(shape.Statement(html="Only this"),)),
    )
    assert issues == []


@pytest.mark.parametrize(
    ("keys", "item"),
    [
        ({"type": "text", "answer": "a < b"}, shape.Text(answer="a < b")),
        ({"type": "paragraph", "answer": "<p>x</p>"}, shape.Paragraph(html="<p>x</p>")),
        ({"type": "date", "answer": "2024-02-29"}, shape.Day(day=date(2024, 2, 29))),
        ({"type": "bodycharts", "body_chart_ids": ["7", 8]}, shape.BodyCharts(charts=("7", "8"))),
        ({"type": "signature", "signature_id": "9"}, shape.Signature(signature="9")),
        (
            {
                "type": "radiobuttons",
                "answers": [{}, {"value": "L", "selected": True}],
            },
            shape.MultipleChoice(options=(shape.Option(), shape.Option(label="L", chosen=True))),
        ),
        (
            {"type": "checkboxes", "other": {"enabled": True, "selected": True, "value": "Hay"}},
            shape.Checkboxes(other=shape.Other(offered=True, chosen=True, text="Hay")),
        ),
        (
            {"type": "select", "options": ["a"], "answer": "b", "other": {"label": "More"}},
            shape.Dropdown(options=("a",), answer="b", other=shape.Other(label="More")),
        ),
        (
            {"type": "text", "patient_field_connection": "email", "required": True, "name": "Mail"},
            shape.Text(connection="email", required=True, label="Mail"),
        ),
        ({"type": "address", "answer": {"city": None}}, shape.Address(answer={"city": None})),
        (
            {"type": "phone", "answer": [{"number": "1", "phone_type": "Fax"}]},
            shape.Phones(numbers=(shape.Phone(number="1", type="Fax"),)),
        ),
        (
            {"type": "full_name", "options": {"title_enabled": True}, "answer": {"title": "Ms"}},
            shape.FullName(asks={"title_enabled": True}, answer={"title": "Ms"}),
        ),
        ({"type": "pronouns", "answer": {}}, shape.Pronouns(answer={})),
    ],
)
def test_every_kind_of_question_keeps_what_it_says(keys: dict[str, Json], item: shape.Item) -> None:
    assert question(**keys) == (item, [])


def test_a_question_of_a_kind_that_nobody_knows_is_kept_whole_and_listed() -> None:
    item, issues = question(type="scale", name="Pain", required=True, answer=7, maximum=10)
    assert item == shape.Unknown(
        type="scale", label="Pain", required=True, kept={"answer": 7, "maximum": 10}
    )
    assert issues == [(".type", UNKNOWN_VALUE)]


def test_a_date_that_is_none_is_kept_as_text() -> None:
    item, issues = question(type="date", answer="27/02/2025")
    assert item == shape.Day(text="27/02/2025")
    assert issues == [(".answer", "bad value")]


@pytest.mark.parametrize(
    ("key", "value"),
    [("answer", 7), ("required", "yes"), ("name", ["x"]), ("patient_field_connection", 1)],
)
def test_a_known_key_that_cannot_be_read_is_kept_as_it_came(key: str, value: Json) -> None:
    item, issues = question(**{"type": "text", key: value})
    assert item.kept == {key: value}
    assert issues == [(f".{key}", "bad value")]


def test_one_option_that_cannot_be_read_keeps_the_list_whole() -> None:
    answers: Json = [{"value": "a"}, "b"]
    item, issues = question(type="checkboxes", answers=answers)
    assert item == shape.Checkboxes(kept={"answers": answers})
    assert issues == [(".answers", "bad value")]


def test_a_key_that_nobody_knows_is_kept_and_listed_wherever_it_stands() -> None:
    document, issues = taken(
        {"a": 1, "sections": [{"b": 2, "questions": [
            {"type": "checkboxes", "c": 3, "answers": [{"d": 4}], "other": {"e": 5}}
        ]}]}
    )  # fmt: skip
    assert document.kept == {"a": 1}
    assert {code for _, code in issues} == {UNKNOWN_FIELD}
    assert {place.rpartition(".")[2] for place, _ in issues} == set("abcde")


@pytest.mark.parametrize("content", [[], "text", 5, True, {"sections": {}}, {"sections": "x"}])
def test_content_that_is_none_is_kept(content: Json) -> None:
    document, issues = taken(content)
    assert content in (document.instead, document.kept)
    assert issues


def test_entries_that_are_no_objects_stand_where_they_stood() -> None:
    document, issues = taken({"sections": [None, {"questions": ["x", {"type": "text"}]}]})
    assert document.sections is not None
    assert document.sections[0].instead is None
    assert document.sections[1].items[0] == shape.Unknown(instead="x")
    assert [code for _, code in issues] == ["bad value", "bad value"]


@pytest.mark.parametrize("value", ["a\x00b", {"a\x00": 1}, 10**400, [[[[1]]]], 1e300])
def test_what_no_database_holds_is_kept_as_its_json(value: Json) -> None:
    for _ in range(30):
        value = [value]
    document, _ = taken({"extra": value})
    assert document.kept == {}
    assert json.loads(document.kept_text["extra"]) == value


def test_what_could_run_is_taken_out_of_formatted_text_and_told() -> None:
    item, issues = question(type="paragraph", answer='<p onclick="x()">Hi<script>x()</script></p>')
    assert item == shape.Paragraph(html="<p>Hi</p>")
    assert issues == [(".answer", CLEANED)]


@pytest.mark.parametrize(
    "markup",
    [
        "<div>Walking</div><div><br></div><div>Stairs &lt; 1</div>",
        '<p><a href="https://x.example/?a=1&amp;b=2">Plan</a></p>',
        "<ul><li>One<li>Two</ul>&quot;It clicks&quot;",
        "old\r\nlines",
    ],
)
def test_formatted_text_that_is_merely_written_otherwise_is_no_issue(markup: str) -> None:
    assert question(type="paragraph", answer=markup)[1] == []


def test_plain_text_is_text_whatever_it_looks_like() -> None:
    told = "<script>x()</script> & more"
    assert question(type="text", answer=told) == (shape.Text(answer=told), [])


def test_body_charts_and_signatures_of_a_document_can_be_asked_for() -> None:
    document, _ = taken({"sections": [{"questions": [
        {"type": "bodycharts", "body_chart_ids": ["1", "2"]}, {"type": "bodycharts"},
        {"type": "signature", "signature_id": "3"}, {"type": "signature"},
    ]}]})  # fmt: skip
    assert body_charts(document) == ["1", "2"]
    assert signatures(document) == ["3"]
    assert body_charts(None) == signatures(None) == []


# the notes and forms around it


@pytest.mark.parametrize(
    ("told", "finished", "state", "noted"),
    [
        (True, None, "draft", False),
        (False, None, "final", False),
        (True, "2024-01-01T00:00:00Z", "draft", False),
        (None, "2024-01-01T00:00:00Z", "final", True),
        (None, None, "draft", True),
        ("maybe", None, "draft", True),
    ],
)
def test_a_note_is_a_draft_or_final_as_cliniko_says(
    told: Json, finished: Json, state: str, noted: bool
) -> None:
    record = {**fitting.sample(TreatmentNotes), "draft": told, "finalized_at": finished}
    draft = fitting.read(TreatmentNotes, record)
    assert draft.values["state"] == state
    assert bool([each for each in draft.issues if each.field == "state"]) == noted


def test_the_place_of_a_note_is_read_from_links_to_cliniko_only() -> None:
    record = fitting.sample(TreatmentNotes)
    place = "au1.cliniko.com/patients/1387000000000001701/treatment_notes/1387000000000003201"
    assert fitting.read(TreatmentNotes, record).values["source_place"] == place
    for link in ("https://api.evil.example/v1/treatment_notes/1", "javascript:x", 5, None):
        other = fitting.with_value(record, "links.self", link)
        assert fitting.read(TreatmentNotes, other).values["source_place"] == ""


@pytest.mark.parametrize("several", [True, False])
def test_a_form_knows_its_signatures_from_one_link_or_several(several: bool) -> None:
    link: Json = {"links": {"self": "https://api.au1.cliniko.com/v1/patient_forms/1/signatures/99"}}
    record = {**fitting.sample(PatientForms), "signatures": [link] if several else link}
    assert fitting.read(PatientForms, record).values["signature_ids"] == ["99"]
