"""Nothing of a note or a form is lost: from the archive alone, its content can be rebuilt."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handover.core import html
from handover.exporting.archive.write import plain
from handover.importing.cliniko.resources.patient_forms import PatientForms
from handover.importing.cliniko.resources.treatment_notes import TreatmentNotes
from handover.importing.engine import Resource
from handover.importing.engine.payload import encode
from handover.importing.engine.values import Context, Draft
from tests import rebuilding
from tests.archive import Record, Value
from tests.moving import Moved

CONTEXT = Context()
TABLES = {
    "treatment_notes": "progress_notes",
    "treatment_note_templates": "note_templates",
    "patient_forms": "client_forms",
    "patient_form_templates": "form_templates",
}
#: Keys that Cliniko may leave out or write as null, which means the same: docs/documents.md.
MAY_BE_NULL = {
    "sections", "name", "description", "questions", "type", "answer", "answers", "other",
    "required", "patient_field_connection", "options", "body_chart_ids", "signature_id", "value",
    "selected", "enabled", "label", "number", "phone_type",
}  # fmt: skip
NUMBERS_OF_RECORDS = {"body_chart_ids", "signature_id"}


def normal(value: Value, key: str = "", kind: object = None) -> Value:
    """The same on both sides: without the differences that docs/documents.md gives reasons for."""
    if isinstance(value, dict):
        of_kind = value.get("type")
        return {
            name.replace("\x00", ""): normal(each, name, of_kind)
            for name, each in value.items()
            if not ((name in MAY_BE_NULL and each is None) or (name, each) == ("questions", []))
        }
    if isinstance(value, list):
        return [normal(each, key) for each in value]
    if key in NUMBERS_OF_RECORDS and type(value) in {int, float, Decimal} and int(value) == value:
        return str(int(Decimal(str(value))))  # the digits that JSON has, not those that a float has
    if isinstance(value, str):
        formatted = key == "description" or (key == "answer" and kind == "paragraph")
        text = value.replace("\x00", "")
        return html.clean(text) if formatted else text
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return ("number", Decimal(str(value)).normalize())
    return value


# what the sandbox's practice holds, through the whole import and the whole archive


@pytest.mark.parametrize("kind", TABLES)
def test_the_content_of_every_record_can_be_rebuilt_from_the_archive_alone(
    moved: Moved, kind: str
) -> None:
    here = moved.archive.by_source(TABLES[kind], kind)
    records = moved.records[kind]
    assert len(here) == len(records) > 2
    for record in records:
        rebuilt = rebuilding.content(here[str(record["id"])]["document"])
        assert normal(rebuilt) == normal(record["content"] or None)


def test_the_archive_has_no_other_way_to_write_a_document(moved: Moved) -> None:
    """So that the properties below speak of the archive too."""
    for each in moved.archive.lines("progress_notes"):
        assert plain(each["document"]) == each["document"]


# whatever may come


words = st.text(max_size=12) | st.sampled_from(
    [
        "",
        "a\x00b",
        "<b>x</b>",
        "<script>x()</script>",
        "2025-02-27",
        "2025-02-30",
        "null",
        "\\u0000",
    ]
)
numbers = st.integers() | st.sampled_from([10**40, 2**63, -(2**70)]) | st.floats(
    allow_nan=False, allow_infinity=False
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*sorted(MAY_BE_NULL), "extra", "n\x00ul", ""]), inner, max_size=3
    ),
    max_leaves=6,
)  # fmt: skip
deep = anything.map(lambda value: _wrapped(value, 40))
odd = anything | deep


def _wrapped(value: Value, times: int) -> Value:
    for _ in range(times):
        value = [value]
    return value


def record(**values: st.SearchStrategy[Value]) -> st.SearchStrategy[Record]:
    """An object that has some of these keys."""
    return st.fixed_dictionaries({}, optional=values)


yes = st.booleans()
other = record(enabled=yes, selected=yes, value=words, label=words)
options = st.lists(record(value=words | st.none(), selected=yes), max_size=3)


def texts(*names: str) -> st.SearchStrategy[Record]:
    return st.dictionaries(st.sampled_from(names), words | st.none())


ids = st.from_regex(r"[1-9][0-9]{0,18}", fullmatch=True)
KINDS: dict[str, dict[str, st.SearchStrategy[Value]]] = {
    "text": {"answer": words},
    "paragraph": {"answer": words},
    "date": {"answer": st.dates().map(str) | words},
    "checkboxes": {"answers": options, "other": other},
    "radiobuttons": {"answers": options, "other": other},
    "select": {"options": st.lists(words, max_size=3), "other": other, "answer": words},
    "bodycharts": {"body_chart_ids": st.lists(ids, max_size=3)},
    "signature": {"signature_id": ids},
    "address": {"answer": texts("address_1", "city", "country_code")},
    "full_name": {
        "answer": texts("title", "first_name", "last_name"), "options": record(title_enabled=yes)
    },
    "pronouns": {"answer": texts("nominative", "reflexive")},
    "phone": {"answer": st.lists(record(number=words, phone_type=words), max_size=2)},
}  # fmt: skip
UNKNOWN = {"scale": {"answer": anything, "maximum": numbers}}


def _questions(kind: str) -> st.SearchStrategy[Record]:
    common = {"name": words, "required": yes, "patient_field_connection": words}
    answers = (KINDS | UNKNOWN)[kind]
    return record(**common, **answers).map(lambda each: {**each, "type": kind})


def contents(*kinds: str) -> st.SearchStrategy[Record]:
    questions = st.sampled_from(kinds).flatmap(_questions)
    sections = record(name=words, description=words, questions=st.lists(questions, max_size=4))
    return record(sections=st.lists(sections, max_size=3))


legal = contents(*KINDS)


@st.composite
def spoilt(draw: Callable[[st.SearchStrategy[Value]], Value]) -> Value:
    """Content in which something, somewhere, is not as it should be."""
    whole = draw(contents(*KINDS, *UNKNOWN))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(whole))
        if not places:
            return draw(odd)
        holder, key = draw(st.sampled_from(places))
        if draw(yes) and isinstance(holder, dict):
            key = draw(st.sampled_from(["extra", "n\x00ul", "answer", "type", "other"]))
        holder[key] = draw(odd)
    return whole


def _places(value: Value) -> Value:
    """Every place in a piece of JSON where something else could stand."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def through_the_archive(resource: type[Resource], content: Value) -> tuple[Value, Draft]:
    """Read by the resource, held by the database, written as a line, and read again."""
    payload = json.dumps({"id": "1", "draft": False, "content": content})
    draft = resource.transform(payload, CONTEXT)
    assert draft.rejected == ""
    value = draft.values["document"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [None if value is None else encode(value)])
        held = cursor.fetchone()[0]
    line = json.dumps(plain(json.loads(held or "null")), ensure_ascii=False)
    return rebuilding.content(json.loads(line)), draft


quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
either = pytest.mark.parametrize("resource", [TreatmentNotes, PatientForms])
in_the_database = pytest.mark.usefixtures("clean_tables")


@in_the_database
@either
@quick
@given(content=legal)
def test_a_legal_content_comes_back_and_nothing_unknown_is_told(
    resource: type[Resource], content: Value
) -> None:
    rebuilt, draft = through_the_archive(resource, content)
    assert normal(rebuilt) == normal(content)
    told = {issue.code for issue in draft.issues if issue.field.startswith("document")}
    assert told <= {"cleaned", "bad value"}, "tags that are taken out, dates that are none"


@in_the_database
@either
@quick
@given(content=spoilt() | odd)
@example(content=[])
@example(content={"sections": None})
@example(content={"sections": [None, {}, {"questions": [None, 5, {}]}]})
@example(content={"sections": [{"name": "", "questions": [{"type": "date", "answer": "soon"}]}]})
@example(content={"sections": [{"questions": [{"type": "text", "name": "Equal"}] * 2}]})
def test_whatever_comes_comes_back_and_what_is_odd_is_told(
    resource: type[Resource], content: Value
) -> None:
    rebuilt, draft = through_the_archive(resource, content)
    assert normal(rebuilt) == normal(None if content == "" else content)
    document = encode(draft.values["document"])
    if any(f'"{word}"' in document for word in ("kept_text", "instead_text", "instead")):
        assert [each for each in draft.issues if each.field.startswith("document")]
