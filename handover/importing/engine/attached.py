"""What may be attached to records: lists of their own, and bytes. Declarations, no behaviour.

Both stand in a resource's header, and both are read when the records that they belong to are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from handover.core.json import JsonObject

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from handover.importing.engine.resource import Resource

#: Names the id of the record that a list hangs on, as if it were a key of the payload.
PARENT = "{parent}"
_GAP = re.compile(r"\{\w+\}")


class Shared(NamedTuple):
    """A link under `key`, to records of `to`, that records of `other` have as well."""

    key: str
    to: type[Resource]
    other: type[Resource]


@dataclass(frozen=True)
class HangsOn:
    """Lists that hang on records: the resource's endpoint has a gap for the id of one of `parent`.

    Each costs a request, so that they are asked for only where they can give something. `shares`:
    only for records whose link is also that of a record of another resource, with the records that
    both lead to merged or not. `names` reads from a record the ids for the endpoint's second gap.
    """

    parent: type[Resource]
    shares: Shared | None = None
    names: Callable[[JsonObject], Iterable[str]] | None = None

    @property
    def needs(self) -> frozenset[str]:
        """Names of the resources that must be read before it is known what to ask for."""
        others = [self.shares.to, self.shares.other] if self.shares else []
        return frozenset(each.spec.name for each in (self.parent, *others))


@dataclass(frozen=True)
class Contents:
    """Bytes that belong to the rows of a resource, fetched one by one when all else is stored.

    `path` has a gap for a record's id; `first` puts those rows first that are needed soonest.
    """

    path: str
    first: Callable[[QuerySet[Any]], QuerySet[Any]]

    def path_of(self, source_id: str) -> str:
        """Where the bytes of one record are."""
        return fill(self.path, source_id)


@dataclass(frozen=True)
class Enclosed:
    """Bytes that stand in the records themselves: they are stored without a request.

    `read` takes them out; it gives bytes for whatever a payload holds, and never raises. `key` is
    where they stand.
    """

    key: str
    read: Callable[[JsonObject], bytes]


def fill(path: str, *ids: str) -> str:
    """Put ids into a path's gaps, from left to right."""
    given = iter(ids)
    return _GAP.sub(lambda _: next(given), path)


def name_of(endpoint: str) -> str:
    """A resource's name: its endpoint without the gaps."""
    return "_".join(part for part in endpoint.strip("/").split("/") if not _GAP.fullmatch(part))


def parent_in(endpoint: str, path: str) -> str:
    """The id in a path's first gap."""
    before = _GAP.split(endpoint)[0]
    return path.removeprefix(before).partition("/")[0]
