"""Fields for the ways of writing that only Cliniko has."""

# ruff: noqa: ARG002  # every field has the same signature

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import models

from handover.core import zones
from handover.core.json import Json, JsonObject
from handover.core.phones import PhoneType
from handover.importing.engine import fields
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.field import clean, shown
from handover.importing.engine.fields.scalars import instant
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import UNKNOWN_VALUE, Context, Draft

if TYPE_CHECKING:
    from handover.importing.engine.resource import Resource

ASSUMED = "assumed"
CONTRADICTION = "contradiction"
DAYS_OF_THE_WEEK = 7


class Archived(fields.FirstOf):
    """When a record was archived; Cliniko's older name for it is deleted."""

    def __init__(self) -> None:
        super().__init__(fields.Instant("archived_at"), fields.Instant("deleted_at"))


class Zone(fields.Text):
    """A time zone, by its identifier or by the label that Cliniko's lists show."""

    words = "time zone, as its IANA identifier"

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Take the first that names a zone; a name that nobody knows is noted."""
        for source in self.sources:
            name = lookup(payload, source)
            if name is None or name == "":
                continue
            if isinstance(name, str) and (found := zones.identifier(name)):
                return found
            draft.note(self.name, UNKNOWN_VALUE, f"{shown(name)} is no time zone that we know")
        return self.empty


def assume_zone(draft: Draft, context: Context) -> None:
    """Where a place names no zone, the practice's own one counts, and an issue says so."""
    if not draft.values["time_zone"]:
        draft.values["time_zone"] = context.time_zone
        reason = f"Cliniko names no time zone here: the practice's own, {context.time_zone}, counts"
        draft.note("time_zone", ASSUMED, reason)


class EndsAt(fields.Instant):
    """When something ends: never before it starts, and never lost for want of an end."""

    words = "moment in time (UTC); the start, where there is no end or one before the start"
    never_empty = True

    def __init__(self, source: str, *, starts: str) -> None:
        super().__init__(source, starts)

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Read the end; where there is none, or one before the start, it ends as it starts."""
        start = self._moment(payload, self.sources[1], draft)
        end = self._moment(payload, self.sources[0], draft, noted=True)
        if start is None or (end is not None and end >= start):
            return end
        if end is None:
            draft.note(self.name, ASSUMED, "no end is known: it ends when it starts")
        else:
            draft.note(self.name, ASSUMED, f"it ended at {end}, before it started: taken as empty")
        return start

    def _moment(
        self, payload: JsonObject, source: str, draft: Draft, *, noted: bool = False
    ) -> datetime | None:
        value = lookup(payload, source)
        if value is None or value == "":
            return None
        try:
            return instant(value)
        except BadValue as problem:
            if noted:
                draft.note(self.name, problem.code, str(problem))
            return None


class ClosingTime(fields.TimeOfDay):
    """Until when a practitioner works; midnight at the end of a day is its last minute."""

    def convert(self, value: Json, draft: Draft) -> object:
        """Take `24:00` too."""
        if value in ("24:00", "24:00:00"):
            draft.note(self.name, "rounded", "24:00 is kept as 23:59")
            return time(23, 59)
        return super().convert(value, draft)


class Weekday(fields.Integer):
    """A day of the week, Sunday first; 7 is Sunday too."""

    words = "day of the week"

    def convert(self, value: Json, draft: Draft) -> object:
        """Take 0 to 7."""
        number = super().convert(value, draft)
        if not isinstance(number, int) or number > DAYS_OF_THE_WEEK:
            raise BadValue(f"not a day of the week: {shown(value)}")
        return number % DAYS_OF_THE_WEEK


class Code(fields.Field):
    """A number that stands for words; one that nobody knows is kept as a number."""

    empty = ""

    def __init__(self, source: str, table: Mapping[int, str]) -> None:
        super().__init__(source)
        self.table = table

    @property
    def reads_as(self) -> str:
        """Show the table."""
        return "; ".join(f"{words} for {code}" for code, words in self.table.items())

    def convert(self, value: Json, draft: Draft) -> object:
        """Look the number up."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise BadValue(f"not a code: {shown(value)}")
        for code, words in self.table.items():
            if str(code) == str(value):
                return words
        draft.note(self.name, UNKNOWN_VALUE, f"{shown(value)} is not a code we know")
        return clean(f"code {value}", self.name, draft)


class CodeAndWords(fields.Choice):
    """A number that Cliniko explains in words beside it: either will do, and they must agree."""

    def __init__(
        self,
        code: str,
        words: str,
        table: Mapping[int, tuple[str, str]],
        *,
        other: str,
        note: str = "",
    ) -> None:
        known = {str(number): here for number, (_, here) in table.items()}
        super().__init__(code, known | dict(table.values()), other=other, note=note)
        self.sources = (code, words)

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """The number counts, then the words; what is not known, or disagrees, is noted."""
        said = [(source, payload.get(source)) for source in self.sources]
        given = [(source, value) for source, value in said if value is not None and value != ""]
        found = [self.table.get(str(value).casefold()) for _, value in given]
        for (_, value), here in zip(given, found, strict=True):
            if here is None:
                draft.note(self.name, UNKNOWN_VALUE, f"{shown(value)} is not a value we know")
        known = [here for here in found if here is not None]
        if len(set(known)) > 1:
            told = " and ".join(f"{source} {shown(value)}" for source, value in given)
            draft.note(self.name, CONTRADICTION, f"{told} do not agree: the first one counts")
        return known[0] if known else self.empty


class Nowhere(fields.Field):
    """The id of a record that Cliniko's API gives no way to read: kept, for it may be asked for."""

    words = "its id, as text; the record itself cannot be read"
    empty = ""

    def __init__(self, source: str, *, note: str = "") -> None:
        super().__init__(source, note=note)
        self.link = fields.Link(source, to=())

    def convert(self, value: Json, draft: Draft) -> object:
        """Take the id out of the link."""
        return self.link.id_in(value) or self.empty


class Status(fields.Field):
    """Where a booking stands, from several keys; the first answer counts."""

    def __init__(
        self, *answers: tuple[str, Mapping[bool, str]], cancelled: str, empty: str
    ) -> None:
        super().__init__("cancelled_at", *(key for key, _ in answers))
        self.answers = [(key, {a: str(s) for a, s in table.items()}) for key, table in answers]
        self.cancelled, self.empty = str(cancelled), str(empty)

    @property
    def reads_as(self) -> str:
        """Show the order."""
        told = [
            f"{s} if {key} is {str(a).lower()}" for key, t in self.answers for a, s in t.items()
        ]
        return "; else ".join([f"{self.cancelled} if cancelled_at is set", *told, str(self.empty)])

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Cancelled counts most; an answer that cannot be read is noted and passed over."""
        if payload.get("cancelled_at") not in (None, ""):
            return self.cancelled
        for key, table in self.answers:
            answer = payload.get(key)
            if isinstance(answer, bool):
                if answer in table:
                    return table[answer]
            elif answer is not None and answer != "":
                draft.note(
                    self.name, "bad value", f"{key}: neither true nor false: {shown(answer)}"
                )
        return self.empty


class Rest(fields.Field):
    """Every key that the resource does not name, so that nothing of it is lost."""

    words = "every key that is not named here, kept whole"
    empty: object = {}
    owner: type[Resource]

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember the resource, to know what it names."""
        super().__set_name__(owner, name)
        self.owner = owner

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Keep what is left."""
        return {key: payload[key] for key in payload if key not in self.owner.spec.decided}


class OneRow(fields.Rows):
    """One object, or none, that becomes a row of a table of its own."""

    def fill(self, payload: JsonObject, draft: Draft) -> None:
        """Read it as a list of one; an empty object is none."""
        entry = lookup(payload, self.sources[0])
        super().fill({self.sources[0]: [entry] if entry else None}, draft)


PHONE_TYPES = {
    "Mobile": PhoneType.MOBILE,
    "Home": PhoneType.HOME,
    "Work": PhoneType.WORK,
    "Fax": PhoneType.FAX,
    "Other": PhoneType.OTHER,
}


def phone_rows(source: str, into: type[models.Model]) -> fields.Rows:
    """The phone numbers of a person: `{phone_type, number, normalized_number}` each."""
    return fields.Rows(
        source,
        into=into,
        type=fields.Choice("phone_type", PHONE_TYPES, other=PhoneType.OTHER),
        number=fields.FirstOf(
            fields.Text("number"), fields.Text("normalized_number"), required=True
        ),
        normalized_number=fields.Text("normalized_number"),
    )
