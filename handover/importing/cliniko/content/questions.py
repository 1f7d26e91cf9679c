"""Questions: each kind that Cliniko has, and what is made of one that it did not have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias, TypedDict

from handover.clinical.documents import shape
from handover.core.json import Json
from handover.importing.cliniko.content.taking import (
    Place,
    Taking,
    an_object,
    instead,
    listed,
    markup,
    named,
    number_of_record,
    text,
    yes_or_no,
)
from handover.importing.engine.fields.field import shown
from handover.importing.engine.values import UNKNOWN_FIELD, UNKNOWN_VALUE

Values: TypeAlias = dict[str, object]


class Common(TypedDict):
    """What every question has."""

    label: str | None
    required: bool | None
    connection: str | None


ISO_DAY = len("YYYY-MM-DD")
ADDRESS = ("address_1", "address_2", "address_3", "city", "state", "post_code", "country_code")
NAME = ("title", "first_name", "last_name", "preferred_first_name")
PRONOUNS = (
    "nominative",
    "accusative",
    "pronominal_possessive",
    "predicative_possessive",
    "reflexive",
)
NAME_OPTIONS = ("title_enabled", "preferred_first_name_enabled")


def read_question(value: Json, place: Place) -> shape.Item:
    """Read one entry of a section's questions, whatever it is."""
    if not isinstance(value, dict):
        return shape.Unknown(**instead(value, place))
    taking = Taking(value, place)
    common = Common(
        label=taking.take("name", text),
        required=taking.take("required", yes_or_no),
        connection=taking.take("patient_field_connection", text),
    )
    kind = taking.take("type", text)
    if kind not in KINDS:
        told = "no kind" if kind is None else f"{shown(kind)}, which nobody knows"
        place.at("type").note(UNKNOWN_VALUE, f"a question of {told}; kept whole")
        return shape.Unknown(type=kind, **common, **taking.rest(silent=True))
    made, answers = KINDS[kind]
    return made(**common, **answers(taking), **taking.rest())


def _text(taking: Taking) -> Values:
    return {"answer": taking.take("answer", text)}


def _paragraph(taking: Taking) -> Values:
    return {"html": taking.take("answer", markup)}


def _day(taking: Taking) -> Values:
    told = taking.take("answer", text)
    if not told:
        return {"text": told}
    try:
        if len(told) == ISO_DAY:
            return {"day": date.fromisoformat(told)}
    except ValueError:
        pass
    reason = f"not a date (YYYY-MM-DD): {shown(told)}; kept as text"
    taking.place.at("answer").note("bad value", reason)
    return {"text": told}


def _options(taking: Taking) -> Values:
    return {
        "options": taking.take("answers", listed(_option)),
        "other": taking.take("other", _other),
    }


def _option(value: Json, place: Place) -> shape.Option:
    taking = Taking(an_object(value), place)
    label, chosen = taking.take("value", text), taking.take("selected", yes_or_no)
    return shape.Option(label=label, chosen=chosen, **taking.rest())


def _other(value: Json, place: Place) -> shape.Other:
    taking = Taking(an_object(value), place)
    return shape.Other(
        offered=taking.take("enabled", yes_or_no),
        chosen=taking.take("selected", yes_or_no),
        text=taking.take("value", text),
        label=taking.take("label", text),
        **taking.rest(),
    )


def _dropdown(taking: Taking) -> Values:
    return {
        "options": taking.take("options", listed(text)),
        "other": taking.take("other", _other),
        "answer": taking.take("answer", text),
    }


def _body_charts(taking: Taking) -> Values:
    return {"charts": taking.take("body_chart_ids", listed(number_of_record))}


def _signature(taking: Taking) -> Values:
    return {"signature": taking.take("signature_id", number_of_record)}


def _fields(*known: str) -> Callable[[Taking], Values]:
    def read(taking: Taking) -> Values:
        answer = taking.take("answer", named(text))
        for key in (answer or {}).keys() - set(known):
            place = taking.place.at("answer").at(key)
            place.note(UNKNOWN_FIELD, "nobody has decided on this yet: kept with the answer")
        return {"answer": answer}

    return read


def _full_name(taking: Taking) -> Values:
    asks = taking.take("options", named(yes_or_no))
    for key in (asks or {}).keys() - set(NAME_OPTIONS):
        place = taking.place.at("options").at(key)
        place.note(UNKNOWN_FIELD, "nobody has decided on this yet: kept with the options")
    return {"asks": asks, **_fields(*NAME)(taking)}


def _phones(taking: Taking) -> Values:
    return {"numbers": taking.take("answer", listed(_phone))}


def _phone(value: Json, place: Place) -> shape.Phone:
    taking = Taking(an_object(value), place)
    number, kind = taking.take("number", text), taking.take("phone_type", text)
    return shape.Phone(number=number, type=kind, **taking.rest())


#: Cliniko's name of a kind of question: ours, and how its answer is read.
KINDS: dict[str | None, tuple[Callable[..., shape.Item], Callable[[Taking], Values]]] = {
    "text": (shape.Text, _text),
    "paragraph": (shape.Paragraph, _paragraph),
    "date": (shape.Day, _day),
    "checkboxes": (shape.Checkboxes, _options),
    "radiobuttons": (shape.MultipleChoice, _options),
    "select": (shape.Dropdown, _dropdown),
    "bodycharts": (shape.BodyCharts, _body_charts),
    "signature": (shape.Signature, _signature),
    "address": (shape.Address, _fields(*ADDRESS)),
    "full_name": (shape.FullName, _full_name),
    "pronouns": (shape.Pronouns, _fields(*PRONOUNS)),
    "phone": (shape.Phones, _phones),
}
