"""Taking an object apart, key by key: what nobody takes is left, and is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict, TypeVar

from handover.core import html
from handover.core.json import Json, JsonObject
from handover.importing.cliniko.content.keeping import as_text, holds
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.field import clean, is_broken, shown
from handover.importing.engine.values import CLEANED, UNKNOWN_FIELD, Draft

_T = TypeVar("_T")
UNDECIDED = "nobody has decided on this yet: kept with the document, under Cliniko's name for it"
TAKEN_OUT = "something that could run, or that no text needs, was taken out; the ledger has it"


class Place:
    """Where in a document we are, and whose issues are filed.

    There are dozens in each of thousands of documents, and hardly any is ever told of: the words
    for one are put together when they are needed.
    """

    __slots__ = ("_key", "_outer", "draft")

    def __init__(self, key: str | int, draft: Draft, outer: Place | None = None) -> None:
        self._key, self._outer, self.draft = key, outer, draft

    @property
    def path(self) -> str:
        """The way here, as issues name it: `document.sections[0].name`."""
        if self._outer is None:
            return str(self._key)
        outer = self._outer.path
        if isinstance(self._key, int):
            return f"{outer}[{self._key}]"
        return f"{outer}.{clean(self._key, outer, Draft())}"

    def at(self, key: str | int) -> Place:
        """One step further in."""
        return Place(key, self.draft, self)

    def note(self, code: str, reason: str) -> None:
        """File an issue about this place."""
        self.draft.note(self.path, code, reason)


Read = Callable[[Json, Place], _T]


class Kept(TypedDict, total=False):
    """What a part of a document keeps besides, if anything."""

    kept: dict[str, object]
    kept_text: dict[str, str]


class Instead(TypedDict, total=False):
    """What a part keeps that stands for something that is no object."""

    instead: object
    instead_text: str


class Taking:
    """One object on its way into a part of a document."""

    def __init__(self, record: JsonObject, place: Place) -> None:
        self.left, self.place = dict(record), place
        self._noted = set[str]()

    def take(self, key: str, read: Read[_T]) -> _T | None:
        """Read a key; null and nothing are the same. What cannot be read is left, with an issue."""
        value = self.left.pop(key, None)
        if value is None:
            return None
        place = Place(key, self.place.draft, self.place)
        try:
            return read(value, place)
        except BadValue as problem:
            place.note(problem.code, f"{problem}; kept as Cliniko has it")
            self._noted.add(key)
            self.left[key] = value
            return None

    def rest(self, *, silent: bool = False) -> Kept:
        """What is left, for the two places that keep it; listed as unknown unless `silent`."""
        if not self.left:  # nearly always
            return {}
        kept: dict[str, object] = {}
        kept_text: dict[str, str] = {}
        for name, value in self.left.items():
            place, key = self.place.at(name), clean(name, self.place.path, self.place.draft)
            if name not in self._noted and not silent:
                place.note(UNKNOWN_FIELD, UNDECIDED)
            if holds(value):
                kept[key] = value
            else:
                kept_text[key] = as_text(value, place.path, place.draft)
        return {"kept": kept, "kept_text": kept_text}


def instead(value: Json, place: Place) -> Instead:
    """What stands where an object should be, for a part that is to keep it."""
    place.note("bad value", f"not an object but {shown(value)}; kept as Cliniko has it")
    if holds(value):
        return {"instead": value}
    return {"instead_text": as_text(value, place.path, place.draft)}


def text(value: Json, place: Place) -> str:
    """Plain text."""
    if not isinstance(value, str):
        raise BadValue(f"not a text but {shown(value)}")
    return clean(value, place.path, place.draft) if is_broken(value) else value


def markup(value: Json, place: Place) -> str:
    """Formatted text, cleaned of everything that could run."""
    told = text(value, place)
    cleaned = html.clean(told)
    if html.loses(told, cleaned):
        place.note(CLEANED, TAKEN_OUT)
    return cleaned


def yes_or_no(value: Json, place: Place) -> bool:  # noqa: ARG001  # all readings have the same form
    """True or false."""
    if not isinstance(value, bool):
        raise BadValue(f"neither true nor false: {shown(value)}")
    return value


def number_of_record(value: Json, place: Place) -> str:
    """The id of a record, as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value, place)


def listed(read: Read[_T]) -> Read[tuple[_T, ...]]:
    """A list whose entries can all be read, or none of it."""

    def read_list(value: Json, place: Place) -> tuple[_T, ...]:
        if not isinstance(value, list):
            raise BadValue(f"not a list but {shown(value)}")
        return tuple(read(each, place.at(number)) for number, each in enumerate(value))

    return read_list


def named(read: Read[_T]) -> Read[dict[str, _T | None]]:
    """An object whose values can all be read, or are null, or none of it."""

    def read_object(value: Json, place: Place) -> dict[str, _T | None]:
        found = an_object(value)
        if any("\x00" in key for key in found):
            raise BadValue("a name in it has a NUL character")
        return {
            key: None if each is None else read(each, place.at(key)) for key, each in found.items()
        }

    return read_object


def an_object(value: Json) -> JsonObject:
    """An object, and nothing else."""
    if not isinstance(value, dict):
        raise BadValue(f"not an object but {shown(value)}")
    return value
