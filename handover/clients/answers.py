"""What one client has in custom fields, apart by field: so that each is merged and asked by itself.

A piece goes by its field's token, and has what somebody has answered: `value`, or the options that
are `chosen`, by token, and `other` words. Names, headings and options that may be chosen are no
answer: those hold the answers, and come from whoever changed them, the source first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import cast

from handover.clients.custom_fields import Found, objects, option_key, said
from handover.core.json import Json, JsonObject
from handover.core.pieces import are_objects, tell_apart

NOTHING = (None, "")


class CustomFieldAnswers:
    """`Client.custom_fields`, one piece a field."""

    def split(self, told: Json) -> JsonObject | None:
        """The answers by the tokens of their fields; None where those do not tell fields apart."""
        fields = list(_fields(told))
        tokens = [field.get("token") for _section, field in fields]
        if not (_is_regular(told) and tell_apart(tokens)):
            return None
        if not all(_differ(map(option_key, objects(each.get("options")))) for _, each in fields):
            return None
        return {str(each["token"]): found for _, each in fields if (found := _answer(each))}

    def merge(self, base: Json, ours: Json, theirs: Json, taken: Collection[str]) -> Json:
        """Answers of ours, but those taken; around them what the source has changed, if it has."""
        pair = (ours, theirs) if _bare(theirs) == _bare(base) else (theirs, ours)
        made: Found = deepcopy(pair[0]) if isinstance(pair[0], dict) else {}
        here, there = (_by_token(each) for each in (ours, theirs))
        for token in {**here, **there}:
            side = there if token in taken else here
            answer = _answer(side[token]) if token in side else {}
            field = _by_token(made).get(token)
            if field is None and (answer or _answer(there.get(token, {}))):
                field = _held(made, pair[1], token)
            if field is not None:
                _write(field, answer, [each[token] for each in (here, there) if token in each])
        return made or None

    def put(self, told: Json, pieces: Mapping[str, Json]) -> Json:
        """Other answers in fields that are there; one that is gone is made anew, without a name."""
        made: Found = deepcopy(told) if isinstance(told, dict) else {}
        for token, piece in pieces.items():
            field = _by_token(made).get(token)
            if field is None:
                field = {"token": token}
                _listed(made, "sections").append({"fields": [field]})
            _write(field, cast("Found", piece or {}), [])
        return made

    def label(self, told: Json, key: str) -> str:
        """The heading and the name of a field."""
        for section, field in _fields(told):
            if field.get("token") == key:
                names = (str(each.get("name") or "") for each in (section, field))
                return ": ".join(name for name in names if name)
        return ""

    def said(self, told: Json, key: str, piece: Json) -> str:
        """An answer as a client's page shows it."""
        answer, field = cast("Found", piece or {}), _by_token(told).get(key) or {}
        field = deepcopy(field)
        _write(field, answer, [])
        if answer.get("chosen") or "other" in answer:
            field.setdefault("type", "checkboxes")
        return said(field)


def _is_regular(told: Json) -> bool:
    """Whether there is nothing in it but objects where objects belong: else some would be lost."""
    if told is None:
        return True
    if not isinstance(told, dict):
        return False
    sections = told.get("sections")
    lists = [sections, *(each.get("fields") for each in objects(sections))]
    lists += [field.get("options") for _section, field in _fields(told)]
    return all(each is None or are_objects(each) for each in lists)


def _differ(tokens: Iterable[object]) -> bool:
    found = list(tokens)
    return len(set(found)) == len(found)


def _fields(told: object) -> Iterator[tuple[Found, Found]]:
    sections = objects(told.get("sections")) if isinstance(told, dict) else []
    return ((each, field) for each in sections for field in objects(each.get("fields")))


def _by_token(told: object) -> dict[str, Found]:
    return {str(field.get("token")): field for _section, field in _fields(told)}


def _listed(holder: Found, key: str) -> list[Found]:
    if not isinstance(holder.get(key), list):
        holder[key] = []
    return cast("list[Found]", holder[key])


def _answer(field: Mapping[str, object]) -> Found:
    """What somebody has answered; nothing for a field that is empty."""
    found: Found = {}
    if field.get("value") not in NOTHING:
        found["value"] = field["value"]
    if chosen := sorted(
        option_key(each) for each in objects(field.get("options")) if each.get("selected")
    ):
        found["chosen"] = chosen
    other = field.get("other")
    if isinstance(other, dict) and other.get("selected"):
        found["other"] = other.get("value") or ""
    return found


def _write(field: Found, answer: Mapping[str, object], known: Sequence[Found]) -> None:
    """Make this a field's answer; an option that it lacks is as one of those `known` has it."""
    if _answer(field) == answer:
        return  # to the letter as it was
    _empty(field)
    if "value" in answer:
        field["value"] = answer["value"]
    for key in cast("list[str]", answer.get("chosen", [])):
        _option(field, key, known)["selected"] = True
    if "other" in answer:
        field["other"] = {**(field.get("other") or {}), "selected": True, "value": answer["other"]}


def _option(field: Found, key: str, known: Sequence[Found]) -> Found:
    options = _listed(field, "options")
    for each in options:
        if option_key(each) == key:
            return each
    found = (each for one in known for each in objects(one.get("options")))
    same = next((each for each in found if option_key(each) == key), {"token": key})
    options.append(deepcopy(same))
    return options[-1]


def _empty(field: Found) -> None:
    field.pop("value", None)
    for each in objects(field.get("options")):
        each.pop("selected", None)
    if isinstance(field.get("other"), dict):
        field["other"].pop("selected", None)
        field["other"].pop("value", None)


def _bare(told: Json) -> Json:
    """What holds the answers, without any."""
    made = deepcopy(told)
    for _section, field in _fields(made):
        _empty(field)
    return made


def _held(made: Found, source: Json, token: str) -> Found:
    """Make a field as the other side has it, empty, under the heading that it has there."""
    section, field = next(pair for pair in _fields(source) if pair[1].get("token") == token)
    copy = deepcopy(field)
    _empty(copy)
    name = "token" if section.get("token") else "name"
    for each in objects(made.get("sections")):
        if each.get(name) == section.get(name):
            _listed(each, "fields").append(copy)
            return copy
    _listed(made, "sections").append({**section, "fields": [copy]})
    return copy
