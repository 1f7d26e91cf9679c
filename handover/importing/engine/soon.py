"""What of a list is needed first, and how the list can be cut for it. Declarations, no behaviour.

They stand in a resource's header, as `soon=ByTime("starts_at")`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from handover.importing.engine.resource import Resource

FROM, BEFORE, ONE_OF = "from", "before", "one of"


class Filter(NamedTuple):
    """A condition on a key of records; a source knows how it is written.

    `relation` is `FROM` (at or after) or `BEFORE` a moment (`2026-11-23T00:00:00Z`), or `ONE_OF`
    several ids.
    """

    key: str
    relation: str
    values: tuple[str, ...]


class Portion(NamedTuple):
    """A list, or the part of it that passes all filters; `part` names it, "" is the whole list."""

    path: str
    part: str = ""
    filters: tuple[Filter, ...] = ()

    @property
    def name(self) -> str:
        """Path and part: no two portions of a run have the same."""
        return f"{self.path} {self.part}".strip()


@dataclass(frozen=True)
class ByTime:
    """The list can be cut by the moment that is under `key`: coming weeks are read first."""

    key: str


@dataclass(frozen=True)
class Along:
    """The list cannot be cut by time, but asked for what belongs to certain records.

    `key` is what it is asked by; `of` are the resources whose coming records are meant.
    """

    key: str
    of: tuple[type[Resource], ...]


@dataclass(frozen=True)
class Entire:
    """All of the list is needed first."""


Soon = ByTime | Along | Entire
