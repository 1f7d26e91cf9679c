"""Fields that read one key: texts, days, moments, numbers, flags, choices, pieces of JSON."""

# ruff: noqa: ARG002  # every field has the same signature

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from handover.core import html
from handover.core.json import Json
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.field import Field, clean, shown
from handover.importing.engine.values import UNKNOWN_VALUE, Draft

LARGEST_INTEGER = 2**31 - 1


class Text(Field):
    """Text, as it stands. PostgreSQL cannot hold NUL characters: they are taken out and noted."""

    empty = ""
    words = "text"

    def __init__(
        self, *sources: str, required: bool = False, longest: int = 0, note: str = ""
    ) -> None:
        super().__init__(*sources, required=required, note=note)
        self.longest = longest

    def convert(self, value: Json, draft: Draft) -> object:
        """Take text, and numbers as they are written."""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise BadValue(f"not a text but {shown(value)}")
        text = clean(str(value), self.name, draft)
        if self.longest and len(text) > self.longest:
            raise BadValue(f"longer than {self.longest} characters: {shown(value)}")
        return text


class Html(Text):
    """Formatted text: cleaned of everything that could run; the original stays in the ledger."""

    words = "formatted text, cleaned of everything that could run"

    def convert(self, value: Json, draft: Draft) -> object:
        """Clean the markup."""
        return html.clean(str(super().convert(value, draft)))


class Date(Field):
    """A calendar day, ISO 8601 and nothing else: a day is never guessed."""

    words = "day"

    def convert(self, value: Json, draft: Draft) -> object:
        """Take `YYYY-MM-DD`."""
        try:
            if isinstance(value, str) and len(value) == len("YYYY-MM-DD"):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise BadValue(f"not a date (YYYY-MM-DD): {shown(value)}")


class Instant(Field):
    """A moment in time with its offset; kept in UTC."""

    words = "moment in time (UTC)"

    def convert(self, value: Json, draft: Draft) -> object:
        """Take ISO 8601 with `Z` or an offset; a moment without one is never guessed."""
        return instant(value)


class TimeOfDay(Field):
    """A time on the wall clock, `HH:MM`."""

    words = "time on the wall clock"

    def convert(self, value: Json, draft: Draft) -> object:
        """Take `HH:MM` or `HH:MM:SS`."""
        try:
            if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d(:\d\d)?", value, re.ASCII):
                return time.fromisoformat(value)
        except ValueError:
            pass
        raise BadValue(f"not a time of day (HH:MM): {shown(value)}")


class Integer(Field):
    """A whole number from `least` to `most`."""

    words = "whole number"

    def __init__(
        self,
        source: str,
        *,
        empty: int | None = None,
        least: int = 0,
        most: int = LARGEST_INTEGER,
        note: str = "",
    ) -> None:
        super().__init__(source, note=note)
        self.empty, self.least, self.most = empty, least, most

    def convert(self, value: Json, draft: Draft) -> object:
        """Take whole numbers, also as text and as 5.0."""
        if type(value) is int and self.least <= value <= self.most:
            return value
        number = decimal(value)
        if number != number.to_integral_value() or not self.least <= number <= self.most:
            raise BadValue(f"not a whole number in range: {shown(value)}")
        return int(number)


class Number(Field):
    """An exact decimal, sent as text or as a number."""

    words = "exact decimal"

    def __init__(
        self,
        *sources: str,
        required: bool = False,
        digits: int = 18,
        places: int = 6,
        note: str = "",
    ) -> None:
        super().__init__(*sources, required=required, note=note)
        self.digits, self.places = digits, places

    def convert(self, value: Json, draft: Draft) -> object:
        """Keep every digit that the column has room for; what goes beyond is noted."""
        number = decimal(value)
        if number.adjusted() >= self.digits - self.places:
            raise BadValue(f"too large a number: {shown(value)}")
        kept = number.quantize(Decimal(1).scaleb(-self.places))
        if kept != number:
            draft.note(self.name, "rounded", f"kept {self.places} decimals of {shown(value)}")
        return kept


class Money(Number):
    """An amount of money: an exact decimal with up to six places."""

    words = "amount of money, exact"


class Issued(Money):
    """An amount of a document that was issued: as many places as sources work out, and no fewer."""

    def __init__(self, *sources: str, note: str = "") -> None:
        super().__init__(*sources, digits=24, places=12, note=note)


class Flag(Field):
    """Yes, no, or never asked; an unknown flag counts as `unknown`."""

    words = "yes, no"

    def __init__(self, source: str, *, unknown: bool | None = None, note: str = "") -> None:
        super().__init__(source, note=note)
        self.empty = unknown

    @property
    def reads_as(self) -> str:
        """Say what counts where nothing is said."""
        if self.empty is None:
            return f"{self.words}, or not asked"
        return f"{self.words}; {'yes' if self.empty else 'no'} where nothing is said"

    def convert(self, value: Json, draft: Draft) -> object:
        """Take true and false, also as text."""
        if isinstance(value, bool):
            return value
        if value not in ("true", "false"):
            raise BadValue(f"neither true nor false: {shown(value)}")
        return value == "true"


class Not(Flag):
    """The opposite of a flag of the source."""

    words = "the opposite of it"

    def convert(self, value: Json, draft: Draft) -> object:
        """Turn it round."""
        return not super().convert(value, draft)


class Choice(Field):
    """One of a list; what is not on the list becomes `other`, and says so."""

    def __init__(
        self,
        source: str,
        table: Mapping[str, str] | Mapping[int, str],
        *,
        other: str,
        empty: str | None = None,
        note: str = "",
    ) -> None:
        super().__init__(source, note=note)
        self.named = {str(there): str(here) for there, here in table.items()}
        self.table = {there.casefold(): here for there, here in self.named.items()}
        self.other = str(other)
        self.empty = self.other if empty is None else empty

    @property
    def reads_as(self) -> str:
        """Show the list, by what it becomes."""
        told: dict[str, list[str]] = {}
        for there, here in self.named.items():
            told.setdefault(here.replace("_", " "), []).append(there)
        return "; ".join(f"{here} for {', '.join(there)}" for here, there in told.items())

    def convert(self, value: Json, draft: Draft) -> object:
        """Look the value up."""
        if (found := self.table.get(str(value).casefold())) is not None:
            return found
        draft.note(self.name, UNKNOWN_VALUE, f"{shown(value)} is not a value we know")
        return self.other


class Whole(Field):
    """A piece of JSON, kept whole."""

    words = "kept whole"

    def convert(self, value: Json, draft: Draft) -> object:
        """Keep it; an empty object means nothing, as with rules that do not repeat."""
        return self.empty if value == {} else value


class Listed(Field):
    """A list, kept whole; nothing is an empty list."""

    words = "list, kept whole"
    empty: object = ()

    def convert(self, value: Json, draft: Draft) -> object:
        """Take a list."""
        if not isinstance(value, list):
            raise BadValue(f"not a list but {shown(value)}")
        return value


def instant(value: Json, told: str = "") -> datetime:
    """Read ISO 8601 with a zone; raises `BadValue`, with `told` for the value if given."""
    if isinstance(value, str) and (moment := _moment(value)) is not None:
        return moment
    raise BadValue(f"not a moment in time with its zone: {told or shown(value)}")


@lru_cache(2048)  # what is added up is read several times in a row, and much is made at one time
def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def decimal(value: Json, told: str = "") -> Decimal:
    """Read a finite decimal from text or number; raises `BadValue`, with `told` if given."""
    try:
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite():
                return number
    except InvalidOperation:
        pass
    raise BadValue(f"not a number: {told or shown(value)}")
