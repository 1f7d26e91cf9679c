"""Fields that lead to other records."""

# ruff: noqa: ARG002  # every field has the same signature

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from handover.core.json import Json, JsonObject
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.field import Field, shown
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import Draft, Ref

if TYPE_CHECKING:
    from handover.importing.engine.resource import Resource

    Target: TypeAlias = "type[Resource] | str"

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_TAIL = re.compile(r"/([a-z_]+)/([^/?#]+)/?(?:[?#].*)?$")


class Link(Field):
    """A link to a record of another resource (or of one of several that share their ids).

    `otherwise` names another link: where this one leads nowhere, the row there may have the same.
    `only_with`: the record comes only with what it leads to; if somebody chose to leave that out,
    so is this. What stands in a client's record never says so: it comes all the same.
    """

    def __init__(
        self,
        source: str,
        to: Target | Sequence[Target],
        *,
        required: bool = False,
        deferred: bool = False,
        follow: bool = True,
        where_path: str = "",
        otherwise: str = "",
        only_with: bool = False,
        note: str = "",
    ) -> None:
        super().__init__(source, required=required, note=note)
        self.otherwise, self.only_with = otherwise, only_with or required
        self._to = (to,) if isinstance(to, str | type) else tuple(to)
        self.deferred, self.follow, self.where_path = deferred, follow, where_path

    @cached_property
    def to(self) -> tuple[str, ...]:
        """The names of the resources that the link may lead to."""
        return tuple(each if isinstance(each, str) else each.spec.name for each in self._to)

    @property
    def reads_as(self) -> str:
        """Name the resources."""
        told = f"link to {' or '.join(self.to).replace('_', ' ')}"
        return f"{told}; else that of its {self.otherwise}" if self.otherwise else told

    def fill(self, payload: JsonObject, draft: Draft) -> None:
        """Note the link; the loader resolves it against the ledger."""
        source = self.sources[0]
        try:
            source_id = self.id_in(
                lookup(payload, source) if "." in source else payload.get(source)
            )
        except BadValue as problem:
            draft.note(self.name, problem.code, str(problem))
            source_id = None
        draft.values[self.name] = None
        if source_id is not None:
            draft.refs[self.name] = Ref(self.to, source_id, self.follow)
        elif self.required:
            draft.reject(f"{self.name} is missing, and nothing stands without it")

    def linked_id(self, value: Json) -> str | None:
        """Read the id from `{"links": {"self": ".../patients/1"}}`, a plain id, null or {}.

        None where there is none, and where it cannot be read: `fill` is what files issues.
        """
        try:
            return self.id_in(value)
        except BadValue:
            return None

    def id_in(self, value: Json) -> str | None:
        """Read the id as `linked_id` does; raises `BadValue` where it cannot be read."""
        if isinstance(value, dict):
            links = value.get("links")
            value = links.get("self") if isinstance(links, dict) else None
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise BadValue(f"not a link: {shown(value)}")
        return self._id_of(value) if "/" in value else _checked(value, value)

    def _id_of(self, url: str) -> str | None:
        collection, found = _end_of(url)
        if self.where_path and collection != self.where_path:
            return None
        return found or _checked(found, url)


class Carried(Field):
    """An attribute that is copied from the record that a link leads to, or from the account."""

    def __init__(self, link: str, attribute: str) -> None:
        super().__init__()
        self.link, self.attribute = link, attribute

    @property
    def reads_as(self) -> str:
        """Name the link."""
        return f"the {self.attribute.replace('_', ' ')} of its {self.link.replace('_', ' ')}"

    def fill(self, payload: JsonObject, draft: Draft) -> None:
        """The loader fills it in, once the link is resolved."""
        draft.values[self.name] = ""


@lru_cache(16_384)
def _end_of(url: str) -> tuple[str, str]:
    """The last collection and id that a URL names, "" for what is none; most come many times."""
    tail = _TAIL.search(url)
    if tail is None:
        return "", ""
    return tail[1], tail[2] if _ID.fullmatch(tail[2]) else ""


def _checked(found: str, value: str) -> str:
    if not _ID.fullmatch(found):
        raise BadValue(f"no id in the link {shown(value)}")
    return found
