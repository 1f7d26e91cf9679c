"""How custom fields are defined, apart by field and heading: each is merged and asked by itself.

A piece goes by its token. A heading's is what it says of itself, a field's says besides which
heading it stands `under`. Order is none: where it was changed here it stays as it is here, and what
is new stands after what it follows at the source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.core.json import Json, JsonObject
from handover.core.pieces import are_objects, tell_apart

#: The kinds by their names in the JSON. Cliniko has five of them.
KINDS = {
    "text": later("Short text"),
    "paragraph": later("Long text"),
    "dropdown": later("Single dropdown"),
    "checkboxes": later("Multiple dropdown"),
    "radiobuttons": later("Multiple choice"),
    "number": later("Numerical"),
    "date": later("Date"),
}
Section = dict[str, Any]  # JSON of an object
Order = Mapping[str, Sequence[str]]  # of headings under "", of fields under their heading


class CustomFieldDefinitions:
    """`PracticeDetails.custom_field_sections`, one piece a heading and one a field."""

    def split(self, told: Json) -> JsonObject | None:
        """Headings and fields by their tokens; None where those do not tell them apart."""
        sections = cast("list[Section]", told if told is not None else [])
        if not are_objects(sections):
            return None
        lists = [section.get("fields") or [] for section in sections]
        if not all(map(are_objects, lists)):
            return None
        tokens = [each.get("token") for each in (*sections, *(one for two in lists for one in two))]
        return dict(_pieces(sections)) if tell_apart(tokens) else None

    def merge(self, base: Json, ours: Json, theirs: Json, taken: Collection[str]) -> Json:
        """Ours, with what is taken of theirs; in their order, unless that was changed here."""
        here, there = ({**(self.split(each) or {})} for each in (ours, theirs))
        sides = {key: (there if key in taken else here).get(key) for key in {**here, **there}}
        pieces = {key: each for key, each in sides.items() if each}
        known = {**there, **here}
        return _made(pieces, known, [_order(each) for each in (base, ours, theirs)])

    def put(self, told: Json, pieces: Mapping[str, Json]) -> Json:
        """The same with other definitions; None takes one out, but no heading that has fields."""
        before = self.split(told)
        if before is None:
            return told
        sides = {**before, **pieces}
        return _made({key: each for key, each in sides.items() if each}, before, [_order(told)] * 3)

    def label(self, told: Json, key: str) -> str:
        """The heading, and the name of a field under it."""
        pieces = self.split(told) or {}
        piece = cast("Section", pieces.get(key) or {})
        above = cast("Section", pieces.get(str(piece.get("under"))) or {})
        names = [str(each.get("told", {}).get("name") or "") for each in (above, piece)]
        return ": ".join(name for name in names if name)

    def said(self, told: Json, key: str, piece: Json) -> str:  # noqa: ARG002  # told by the piece
        """All that may differ in a definition; "" where there is none."""
        found = cast("Section", piece or {})
        pieces = self.split(told) or {}
        above = cast("Section", pieces.get(str(found.get("under"))) or {})
        parts = _said(found.get("told", {}), str(above.get("told", {}).get("name") or ""))
        return "; ".join(each for each in parts if each)


def _pieces(sections: Iterable[Section]) -> Iterator[tuple[str, Json]]:
    for section in sections:
        yield section["token"], {"told": {k: v for k, v in section.items() if k != "fields"}}
        for field in section.get("fields") or []:
            yield field["token"], {"under": section["token"], "told": field}


def _order(told: Json) -> dict[str, list[str]]:
    """The tokens in the order in which they stand."""
    sections = cast("list[Section]", told) if are_objects(told) else []
    order = {"": [str(section.get("token")) for section in sections]}
    for section in sections:
        fields = section.get("fields")
        found = cast("list[Section]", fields) if are_objects(fields) else []
        order[str(section.get("token"))] = [str(each.get("token")) for each in found]
    return order


def _made(
    pieces: Mapping[str, Json], known: Mapping[str, Json], orders: Sequence[Order]
) -> list[Json]:
    """The JSON of these pieces; a heading that fields need is as it is `known`."""
    under: dict[str, dict[str, None]] = {"": {}}
    for key, piece in pieces.items():
        place = str(cast("Section", piece).get("under") or "")
        under.setdefault(place, {})[key] = None
    under[""] |= dict.fromkeys(key for key in under if key)
    made: list[Json] = []
    for token in _ordered(under[""], "", orders):
        section = pieces.get(token) or known.get(token) or {"told": {"token": token}}
        fields = _ordered(under.get(token, {}), token, orders)
        told = [cast("Section", pieces[each])["told"] for each in fields]
        made.append({**cast("Section", section)["told"], "fields": told})
    return made


def _ordered(keys: Collection[str], place: str, orders: Sequence[Order]) -> list[str]:
    """As the source has them, or as they stand here if that was changed here; others fit in."""
    base, ours, theirs = ([key for key in each.get(place, []) if key in keys] for each in orders)
    both = {*base} & {*ours}
    changed = [key for key in base if key in both] != [key for key in ours if key in both]
    first, second = (ours, theirs) if changed else (theirs, ours)
    found = [*first]
    for at, key in enumerate(second):
        if key not in found:
            found.insert(found.index(second[at - 1]) + 1 if at else 0, key)
    return [*found, *(key for key in keys if key not in found)]


def _said(told: Section, heading: str) -> Iterator[str]:
    yield ": ".join(str(each) for each in (heading, told.get("name")) if each)
    if kind := str(told.get("type") or ""):
        yield str(KINDS.get(kind, kind))
    if options := [_named(each) for each in _listed(told.get("options"))]:
        yield ", ".join(options)
    other = told.get("other")
    if isinstance(other, dict) and other.get("enabled") and not other.get("archived"):
        yield _("Other")
    if told.get("required"):
        yield _("Required")
    if told.get("in_details") is False:
        yield _("Not in the details")
    if told.get("archived"):
        yield _("Archived")


def _named(option: Section) -> str:
    name = str(option.get("name") or "")
    return _("%(name)s (archived)") % {"name": name} if option.get("archived") else name


def _listed(told: object) -> list[Section]:
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
