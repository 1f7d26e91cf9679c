"""E-mail templates: what they show, what they refuse, and what hostile ones come to."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.followups.variables import gaps
from handover.followups.writing import BadTemplate, Values, as_html, check, fill, used

KNOWN = gaps("invoice")


def groups() -> dict[str, Values]:
    return {
        "Patient": Values("Patient", {"FirstName": "Ann", "Title": "", "Email": "a@b.example"}),
        "Invoice": Values("Invoice", {"DaysOverdue": 8, "Number": "1", "Link": ""}),
    }


@pytest.mark.parametrize(
    "name", ["Patient.FirstName", "patient.firstname", "patient.first_name", "PATIENT.firstName"]
)
def test_names_are_known_however_they_are_written(name: str) -> None:
    assert check(f"{{{{ {name} }}}}", KNOWN) == []
    assert fill(f"{{{{{name}}}}}", groups()) == "Ann"


def test_conditions_hide_what_there_is_nothing_to_say_about() -> None:
    source = (
        "{% if Invoice.DaysOverdue > 7 %}late{% else %}soon{% endif %}"
        "{% if Invoice.Link != blank %} {{Invoice.Link}}{% endif %}"
    )
    assert fill(source, groups()) == "late"
    assert used(source, "Invoice.Link")
    assert not used(source, "Invoice.Total")


def test_empty_gaps_are_noted() -> None:
    known = groups()
    fill("{{Patient.Title}} {{Patient.FirstName}}", known)
    assert known["Patient"].empty == {"Patient.Title"}


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("Hi\n {{Patient.Nme}}", 2, 4, "there is no {{Patient.Nme}} here"),
        ("{% if false %}{{Nobody.Here}}{% endif %}", 1, 17, "there is no {{Nobody.Here}} here"),
        ("{{Patient}}", 1, 3, "there is no {{Patient}} here"),
        ("a\n\nb {{ Patient.FirstName", 3, 3, "expected '}}'"),
        ("{% for x in (1..3) %}{% endfor %}", 1, 4, "unexpected tag 'for'"),
        ("{{ Patient.FirstName | where: 'a' }}", 1, 24, "there is no filter where here"),
        ("{{{Patient.FirstName}}}", 1, 1, "three braces"),
    ],
)
def test_a_mistake_is_said_with_its_place(source: str, line: int, column: int, words: str) -> None:
    (mistake,) = check(source, KNOWN)
    assert (mistake.line, mistake.column) == (line, column)
    assert words in mistake.words


HOSTILE = {
    "loops without end": "{% for i in (1..1000000000) %}{% endfor %}",
    "a list of a thousand million": "{{ (1..1000000000) | join: ',' }}",
    "a word that doubles": "{% assign a = 'x' %}" + "{% assign a = a | append: a %}" * 60,
    "repeated replacing": "{{ 'xxxx' | replace: 'x', 'xxxx' }}",
    "very wide dates": "{{ 'now' | date: '%999999999d' }}",
    "braces for the parser": "{" * 10_000,
    "blocks in blocks": "{% if Patient.Email %}" * 900,
    "the class of a text": "{{ Patient.Email.__class__.__mro__ }}",
    "the class of a group": "{{ Patient['__class__'] }}",
    "insides of a group": "{{ Patient.known }}",
    "another template": "{% include '/etc/passwd' %}",
    "rendering another": "{% render 'x' %}",
    "too long": "x" * 30_000,
    "capturing": "{% capture a %}x{% endcapture %}",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_templates_end_soon_and_show_nothing(source: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadTemplate):
        fill(source, groups())
    assert check(source, KNOWN) or "append" in source, "said when it is saved"
    assert time.monotonic() - began < 5, "seconds; they take milliseconds"


@given(st.text(alphabet="{}%|.()[]'\" \nPatientif0123456789#-", max_size=300))
def test_whatever_somebody_types_is_shown_or_refused_with_a_place(source: str) -> None:
    for mistake in check(source, KNOWN):
        assert mistake.line >= 1
        assert mistake.column >= 1
    with suppress(BadTemplate):  # and nothing else
        fill(source, groups())


def test_what_a_client_is_called_is_never_markup_and_never_a_template() -> None:
    name = '<script>alert(1)</script> {{Patient.Email}} http://evil.example/"onclick="x'
    text = fill("Dear {{Patient.FirstName}}", {"Patient": Values("Patient", {"FirstName": name})})
    assert text == f"Dear {name}"
    html = as_html(text)
    assert "<script" not in html
    assert 'onclick="' not in html.replace("&quot;", "'").replace("%22", "'")
