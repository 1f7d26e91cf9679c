"""Payloads: JSON exactly as the source sent it, and read without loss."""

import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import msgspec

from handover.core.json import Json, JsonObject

#: Far beyond every measure. A number that is longer than that when it is written out, as the
#: database does, many readers of JSON refuse, Python's among them.
LARGEST_EXPONENT = 4_000


def _number(text: str) -> Json:
    """A number with a fraction or an exponent, exactly; one beyond all bounds stays text."""
    number = Decimal(text)
    bounded = abs(number.adjusted()) <= LARGEST_EXPONENT
    return cast("Json", number) if bounded else text


_decoder = msgspec.json.Decoder(float_hook=_number)
_encoder = msgspec.json.Encoder(decimal_format="number")
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def decode(payload: str | bytes) -> Json:
    """Read JSON; numbers with a fraction become Decimal, so that no digit is lost.

    Raises `ValueError` for anything that is not JSON, or beyond what can be held in memory.
    """
    try:
        return cast("Json", _decoder.decode(payload))
    except (RecursionError, InvalidOperation) as problem:
        raise ValueError("nested too deeply, or with a number beyond all bounds") from problem


class Picker:
    """Reads some top-level keys of payloads and passes over the rest, in a fraction of the time."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(dict.fromkeys(keys))
        names = [(f"f{place}", Any, None) for place in range(len(self._keys))]
        renamed = {name: key for (name, _, _), key in zip(names, self._keys, strict=True)}
        picked = msgspec.defstruct("Picked", names, rename=renamed)
        self._decoder = msgspec.json.Decoder(picked, float_hook=_number)

    def pick(self, payload: str) -> JsonObject:
        """The values of the keys; None for one that is not there. Raises as `decode` does."""
        try:
            values = msgspec.structs.astuple(self._decoder.decode(payload))
        except (RecursionError, InvalidOperation) as problem:
            raise ValueError("nested too deeply, or with a number beyond all bounds") from problem
        return dict(zip(self._keys, values, strict=True))


def encode(value: object) -> str:
    """Write JSON as the database takes it: decimals as numbers, no NUL characters."""
    text = _encoder.encode(value).decode()
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text


def fingerprint(payload: str) -> str:
    """Name the content of a payload: 32 hexadecimal digits."""
    return hashlib.blake2b(payload.encode(), digest_size=16).hexdigest()


def lookup(payload: JsonObject, path: str) -> Json:
    """Read `a.b.c`; None where a step is missing."""
    if "." not in path:  # nearly all: several million times in a large account
        return payload.get(path)
    value: Json = payload
    for step in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
