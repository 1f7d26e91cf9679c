"""A practice's own fields about clients: how they are defined, and what is said in them.

Both are JSON in the shape that Cliniko gives, so that what was imported stays as it came and can be
held against a later import: `PracticeDetails.custom_field_sections` has the definitions,
`Client.custom_fields` what one client has in them, under the same tokens. Two keys are our own:
`required`, and `in_details`, which is true where it is not said. Nothing is ever taken out: what is
not to be used any more is archived, and keeps what clients have in it.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as later

from handover.accounts.models import PracticeDetails
from handover.core.tenancy.changing import change_row

SEVERAL = frozenset({"checkboxes"})
CHOOSING = frozenset({"dropdown", "radiobuttons"}) | SEVERAL
#: Stands for the answer in words among the options that were chosen.
OTHER = "other"
Found = dict[str, Any]  # JSON of an object


@dataclass(frozen=True, eq=False)
class Definition:
    """One field as it is defined: `pk` is its token, `place` the row and places where it stands."""

    pk: str
    name: str
    kind: str
    heading: str
    options: tuple[Found, ...]
    other: bool
    required: bool
    in_details: bool
    archived_at: bool
    section: str
    revision: int
    place: tuple[int, int, int]

    @property
    def offered(self) -> list[str]:
        """The options that may be chosen, by their names."""
        return [str(each.get("name", "")) for each in self.options if not each.get("archived")]


@dataclass(frozen=True)
class Wanted:
    """What somebody wants a field to be."""

    name: str
    heading: str
    kind: str = "text"
    options: Sequence[str] = ()
    other: bool = False
    required: bool = False
    in_details: bool = True


@dataclass(frozen=True)
class Answer:
    """What one client has in a field: a text, or the options that were chosen."""

    value: str = ""
    chosen: frozenset[str] = frozenset()
    other: str = ""


# definitions


def definitions() -> list[Definition]:
    """Every field of the workspace, archived ones too, in the order in which they are shown."""
    rows = PracticeDetails.objects.order_by("pk").only("revision", "custom_field_sections")
    return [each for row in rows for each in _defined(row)]


def _defined(row: PracticeDetails) -> Iterator[Definition]:
    for at, section in enumerate(objects(row.custom_field_sections)):
        for place, told in enumerate(objects(section.get("fields"))):
            token = told.get("token")
            if not (isinstance(token, str) and token):
                continue  # nobody could say which one a client's answer belongs to
            yield Definition(
                pk=token,
                name=str(told.get("name") or ""),
                kind=str(told.get("type") or ""),
                heading=str(section.get("name") or ""),
                options=tuple(objects(told.get("options"))),
                other=_offers_other(told),
                required=bool(told.get("required")),
                in_details=told.get("in_details") is not False,
                archived_at=bool(told.get("archived") or section.get("archived")),
                section=str(section.get("token") or ""),
                revision=row.revision,
                place=(row.pk, at, place),
            )


def _offers_other(told: Found) -> bool:
    other = told.get("other")
    return isinstance(other, dict) and bool(other.get("enabled")) and not other.get("archived")


def define(workspace_id: int, wanted: Wanted) -> str:
    """Make a field; returns its token."""
    row = PracticeDetails.objects.order_by("pk").first()
    row = row or PracticeDetails.objects.create(workspace_id=workspace_id)
    field = _written({"token": str(uuid.uuid4()), "archived": False}, wanted)
    sections = _sections(row)
    _section_called(sections, wanted.heading)["fields"].append(field)
    change_row(row, row.revision, {"custom_field_sections": sections})
    return str(field["token"])


def redefine(known: Definition, revision: int, wanted: Wanted) -> list[str]:
    """Change a field; what it is for stays. Raises `OutdatedError`; returns what changed."""
    row, sections, section, field = _opened(known)
    before = deepcopy(sections)
    written = _written(field, wanted)
    if wanted.heading == known.heading:
        section["fields"][known.place[2]] = written
    else:
        del section["fields"][known.place[2]]
        _section_called(sections, wanted.heading)["fields"].append(written)
    if sections == before:
        return []
    return change_row(row, revision, {"custom_field_sections": sections})


def put_away(known: Definition, *, archived: bool) -> None:
    """Ask for a field no more, or again; what clients have in it stays."""
    row, sections, section, field = _opened(known)
    if not archived and section.get("archived"):  # the others under this heading stay away
        section["archived"] = False
        for each in objects(section["fields"]):
            each["archived"] = True
    field["archived"] = archived
    change_row(row, row.revision, {"custom_field_sections": sections})


def neighbour(
    known: Definition, all_of_them: Iterable[Definition], *, up: bool
) -> Definition | None:
    """The field that stands above or below another under its heading, archived ones apart."""
    alike = [
        each
        for each in all_of_them
        if each.place[:2] == known.place[:2] and not each.archived_at and each.pk != known.pk
    ]
    above = [each for each in alike if each.place < known.place]
    below = [each for each in alike if each.place > known.place]
    return next(iter(above[::-1] if up else below), None)


def move(known: Definition, *, up: bool) -> bool:
    """Let a field change places with the one above or below it; returns whether there is one."""
    other = neighbour(known, definitions(), up=up)
    if other is None or known.archived_at:
        return False
    row, sections, section, field = _opened(known)
    fields, (here, there) = section["fields"], (known.place[2], other.place[2])
    fields[here], fields[there] = fields[there], field
    change_row(row, row.revision, {"custom_field_sections": sections})
    return True


def headings(all_of_them: Iterable[Definition]) -> list[Definition]:
    """For each heading that has fields which are not archived, the first of those."""
    found: dict[tuple[int, int], Definition] = {}
    for each in all_of_them:
        if not each.archived_at:
            found.setdefault(each.place[:2], each)
    return list(found.values())


def next_heading(
    known: Definition, all_of_them: Iterable[Definition], *, up: bool
) -> Definition | None:
    """The first field of the heading above or below that of another field."""
    alike = [each for each in headings(all_of_them) if each.place[0] == known.place[0]]
    above = [each for each in alike if each.place[1] < known.place[1]]
    below = [each for each in alike if each.place[1] > known.place[1]]
    return next(iter(above[::-1] if up else below), None)


def move_heading(known: Definition, *, up: bool) -> bool:
    """Let a field's heading, with all under it, change places; returns whether there is one."""
    other = next_heading(known, definitions(), up=up)
    if other is None or known.archived_at:
        return False
    row, sections, here, _field = _opened(known)
    there = objects(sections)[other.place[1]]
    one, two = (
        next(at for at, section in enumerate(sections) if section is each) for each in (here, there)
    )
    sections[one], sections[two] = there, here
    change_row(row, row.revision, {"custom_field_sections": sections})
    return True


def _opened(known: Definition) -> tuple[PracticeDetails, list[Any], Found, Found]:
    pk, at, place = known.place
    row = PracticeDetails.objects.get(pk=pk)
    sections = _sections(row)
    section = objects(sections)[at]
    section["fields"] = objects(section.get("fields"))
    return row, sections, section, section["fields"][place]


def _sections(row: PracticeDetails) -> list[Any]:
    told = row.custom_field_sections
    return deepcopy(told) if isinstance(told, list) else []


def _section_called(sections: list[Any], heading: str) -> Found:
    """The section of a heading; one that is archived, or not there, is made anew."""
    for each in objects(sections):
        if str(each.get("name") or "") == heading and not each.get("archived"):
            each["fields"] = objects(each.get("fields"))
            return each
    made: Found = {"name": heading, "token": str(uuid.uuid4()), "archived": False, "fields": []}
    sections.append(made)
    return made


def _written(field: Found, wanted: Wanted) -> Found:
    kind = field.get("type") or wanted.kind
    made = {**field, "name": wanted.name, "type": kind}
    for name, value, usual in (
        ("required", wanted.required, False),
        ("in_details", wanted.in_details, True),
    ):
        if bool(made.get(name, usual)) != value:
            made[name] = value
    if kind in CHOOSING:
        made["options"] = _options(objects(field.get("options")), wanted.options)
        if _offers_other(field) != wanted.other:
            made["other"] = {**_other(field), "enabled": wanted.other, "archived": False}
    return made


def _options(before: Sequence[Found], names: Sequence[str]) -> list[Found]:
    """The options in the order that is wanted; those that are wanted no more are archived."""
    left = {str(each.get("name")): each for each in before}
    made = []
    for name in dict.fromkeys(names):
        known = left.pop(name, None) or {"name": name, "token": str(uuid.uuid4())}
        made.append({**known, "archived": False})
    return made + [{**each, "archived": True} for each in left.values()]


# what clients have in them


def answers_in(told: object) -> dict[str, Found]:
    """The fields that a client's JSON has, by token."""
    return {str(each["token"]): each for _section, each in _fields(told) if each.get("token")}


def _fields(told: object) -> Iterator[tuple[Found, Found]]:
    sections = objects(told.get("sections")) if isinstance(told, Mapping) else []
    return ((each, field) for each in sections for field in objects(each.get("fields")))


def said(field: Mapping[str, Any]) -> str:
    """What a field says, as people read it; "" if nothing."""
    if field.get("type") in CHOOSING:
        names = [str(each.get("name")) for each in _selected(field)]
        other = _other(field)
        if other.get("selected"):
            names.append(str(other.get("value") or later("Other")))
        return ", ".join(names)
    value = field.get("value")
    return "" if value is None else str(value)


def answer_in(field: Mapping[str, Any] | None) -> Answer:
    """What a field says, as a form takes it."""
    if field is None:
        return Answer()
    other = _other(field)
    chosen = {option_key(each) for each in _selected(field)}
    if other.get("selected"):
        chosen.add(OTHER)
    value = field.get("value")
    return Answer(
        "" if value is None else str(value), frozenset(chosen), str(other.get("value") or "")
    )


def option_key(option: Mapping[str, Any]) -> str:
    """What tells an option from the others of its field."""
    return str(option.get("token") or option.get("name"))


def _selected(field: Mapping[str, Any]) -> list[Found]:
    return [each for each in objects(field.get("options")) if each.get("selected")]


def with_answers(told: object, given: Mapping[Definition, Answer]) -> Found | None:
    """A client's JSON with these answers; everything else in it is as it was. Pure."""
    made: Found = deepcopy(told) if isinstance(told, dict) else {}
    for definition, answer in given.items():
        field = answers_in(made).get(definition.pk)
        if field is None:
            field = {"name": definition.name, "token": definition.pk, "type": definition.kind}
            _section_for(made, definition)["fields"].append(field)
        _answer(field, definition, answer)
    return made or None


def _section_for(made: Found, definition: Definition) -> Found:
    sections = made["sections"] = objects(made.get("sections"))
    for each in sections:
        if each.get("token") == definition.section:
            each["fields"] = objects(each.get("fields"))
            return each
    sections.append({"name": definition.heading, "token": definition.section, "fields": []})
    return sections[-1]


def _answer(field: Found, definition: Definition, answer: Answer) -> None:
    if definition.kind not in CHOOSING:
        field.pop("value", None)  # an empty field has none
        if answer.value:
            field["value"] = answer.value
        return
    options = objects(field.get("options"))
    known = {option_key(each) for each in options}
    options += [dict(each) for each in definition.options if option_key(each) not in known]
    for each in options:
        each.pop("selected", None)
        if option_key(each) in answer.chosen:
            each["selected"] = True
    field["options"] = options
    other = {key: value for key, value in _other(field).items() if key not in {"selected", "value"}}
    if OTHER in answer.chosen:
        other |= {"selected": True, "value": answer.other}
    if other:
        field["other"] = other


def in_sections(told: object, known: Sequence[Definition]) -> list[tuple[str, list[Found]]]:
    """A client's fields under their headings: as they are defined today, then what is left.

    Left out are those that are not to stand in the details.
    """
    here = answers_in(told)
    found: dict[str, list[Found]] = {}
    for each in known:
        field = here.pop(each.pk, None)
        if field is not None and each.in_details:
            found.setdefault(each.heading, []).append({**field, "name": each.name})
    defined = {each.pk for each in known}
    for section, field in _fields(told):
        if str(field.get("token") or "") not in defined:
            found.setdefault(str(section.get("name") or ""), []).append(field)
    return list(found.items())


def _other(field: Mapping[str, Any]) -> Found:
    other = field.get("other")
    return dict(other) if isinstance(other, dict) else {}


def objects(told: object) -> list[Found]:
    """The objects of a list; what is none of either is passed over."""
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
