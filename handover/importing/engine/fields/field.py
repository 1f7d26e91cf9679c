"""What every field has in common."""

from __future__ import annotations

from typing import ClassVar

from handover.core.json import Json, JsonObject
from handover.importing.engine.errors import BadValue
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import CLEANED, Draft

LONGEST_SHOWN = 40


class Field:
    """One attribute of the target: where it is read from, and how."""

    name: str = ""
    empty: object = None
    words: ClassVar[str] = ""
    never_empty: ClassVar[bool] = False  # gives a value for every record that can stand

    def __init__(self, *sources: str, required: bool = False, note: str = "") -> None:
        self.sources = sources
        self.required = required
        self.remark = note

    def __set_name__(self, owner: type, name: str) -> None:
        """Take the attribute's name from the line it stands on."""
        self.name = name

    @property
    def keys(self) -> set[str]:
        """The top-level keys of the payload that this field decides on."""
        return {source.partition(".")[0] for source in self.sources}

    @property
    def reads_as(self) -> str:
        """How the value is read, in words for the mapping document."""
        return self.words or type(self).__name__.lower()

    @property
    def only_key(self) -> str:
        """The key that decides alone whether there is a value; "" if it is not that simple."""
        cls = type(self)
        usual = cls.fill is Field.fill and cls.read is Field.read and not self.required
        return self.sources[0] if usual and "." not in self.sources[0] else ""

    def fill(self, payload: JsonObject, draft: Draft) -> None:
        """Put this attribute's value into the draft."""
        try:
            value = self.read(payload, draft)
        except BadValue as problem:
            draft.note(self.name, problem.code, str(problem))
            value = self.empty
        draft.values[self.name] = value
        if self.required and value in (None, ""):
            draft.reject(f"{self.name} is missing, and nothing stands without it")

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Read the first source and hand it to `convert`; null and "" both mean nothing."""
        source = self.sources[0]
        value = lookup(payload, source) if "." in source else payload.get(source)
        if value is None or value == "":
            return self.empty
        return self.convert(value, draft)

    def convert(self, value: Json, draft: Draft) -> object:
        """Turn a value that is there into what the column takes; raises `BadValue`."""
        raise NotImplementedError


def shown(value: object) -> str:
    """Show a value that could not be read, short and without its content if it is long."""
    text = str(value)
    if len(text) <= LONGEST_SHOWN:
        return repr(text)
    return f"{type(value).__name__} of {len(text)} characters"


def is_broken(text: str) -> bool:
    """Whether `clean` has anything to do."""
    return "\x00" in text or "\ufffd" in text


def clean(text: str, where: str, draft: Draft) -> str:
    """Take out what PostgreSQL cannot hold as text, and note it; and note what came broken."""
    if "\ufffd" in text:
        draft.note(where, CLEANED, "a character in it could not be read: \ufffd stands for it")
    if "\x00" not in text:
        return text
    draft.note(where, CLEANED, "NUL characters were taken out; the original is in the ledger")
    return text.replace("\x00", "")
