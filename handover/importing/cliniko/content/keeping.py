"""Keeping what nobody knows what to make of: whole, and so that a database can hold it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from handover.core.json import Json
from handover.importing.engine.values import CLEANED, Draft

DEEPEST = 32
LARGEST = 2**1000
WHOLE_DIGITS = 300
TOO_DEEP = '"nested too deeply to be kept here; the original is in the ledger"'

_encoder = msgspec.json.Encoder(decimal_format="number")


def holds(value: Json, depth: int = 0) -> bool:
    """Whether the database can hold a value, and give it back, exactly as it is."""
    match value:
        case dict():
            inner: list[Json] = [*value, *value.values()]
        case list():
            inner = value
        case _:
            return _holds_one(value)
    return depth < DEEPEST and all(holds(each, depth + 1) for each in inner)


def _holds_one(value: Json | Decimal) -> bool:
    match value:
        case str():
            return "\x00" not in value
        case Decimal():
            return _is_plain(value)
        case int():
            return abs(value) < LARGEST
    return True


def as_text(value: Json, where: str, draft: Draft) -> str:
    """The JSON of a value that the database cannot hold, to be kept as text."""
    draft.note(where, CLEANED, "kept as its JSON, for the database cannot hold the value itself")
    try:
        return _encoder.encode(value).decode()
    except RecursionError:
        return TOO_DEEP


def _is_plain(number: Decimal) -> bool:
    """Whether a number survives being read as the whole number or binary fraction nearest it."""
    if number == number.to_integral_value():
        return number.adjusted() < WHOLE_DIGITS
    return Decimal(repr(float(number))) == number
