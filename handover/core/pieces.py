"""Columns that hold much at once as JSON, and are merged and asked about piece by piece.

A piece goes by the column and its own key, as `column[key]`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from handover.core.json import Json, JsonObject

LONGEST_KEY = 80


class Pieces(Protocol):
    """How one column comes apart into pieces, and what is made of them. All of it is pure."""

    def split(self, told: Json) -> JsonObject | None:
        """The pieces by key; one without content is left out. None: it does not come apart."""

    def merge(self, base: Json, ours: Json, theirs: Json, taken: Collection[str]) -> Json:
        """Ours with those pieces of theirs that are taken; what holds them, whoever changed it."""

    def put(self, told: Json, pieces: Mapping[str, Json]) -> Json:
        """The same with other pieces; None empties one."""

    def label(self, told: Json, key: str) -> str:
        """What people call a piece; "" if nobody knows."""

    def said(self, told: Json, key: str, piece: Json) -> str:
        """What a piece says, as people read it; "" if nothing."""


def path_of(column: str, key: str) -> str:
    """The name of a piece."""
    return f"{column}[{key}]"


def apart(path: str) -> tuple[str, str]:
    """The column and the key that a name is of; the key is "" for a whole column."""
    column, _, key = path.partition("[")
    return column, key.removesuffix("]")


def covers(one: str, other: str) -> bool:
    """Whether what goes by one name has all that goes by the other."""
    return one == other or one == apart(other)[0]


def overlap(one: str, other: str) -> bool:
    """Whether two names are of the same: alike, or one a piece of the other."""
    return covers(one, other) or covers(other, one)


def tell_apart(keys: Iterable[object]) -> bool:
    """Whether these may be keys of pieces: texts, not too long, and no two alike."""
    found = list(keys)
    return all(map(_may_be_a_key, found)) and len(set(found)) == len(found)


def _may_be_a_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and not set(key) & {*"[]"}


def are_objects(told: object) -> bool:
    """Whether it is a list of objects and of nothing else: else something of it would be lost."""
    return isinstance(told, list) and all(isinstance(each, dict) for each in told)
