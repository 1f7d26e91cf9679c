"""A resource: one kind of record at the source, and everything we do with it.

Subclasses are pure declarations. The header says where it comes from, what it becomes, how it is
matched and undone and what is left out; the body has one line per attribute of the target.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handover.core.json import Json, JsonObject
from handover.importing.engine.attached import (
    PARENT,
    Contents,
    Enclosed,
    HangsOn,
    name_of,
    parent_in,
)
from handover.importing.engine.fields import UNDECIDED, Carried, Field, Link, Rows
from handover.importing.engine.payload import decode
from handover.importing.engine.soon import Soon
from handover.importing.engine.values import UNKNOWN_FIELD, Context, Draft

if TYPE_CHECKING:  # models are not there before Django is set up; declarations name them only
    from handover.core.tenancy import WorkspaceOwned

NOTHING = (None, "")
RESERVED = frozenset({"finish", "spec", "transform"})


class Undo(enum.Enum):
    """What undoing an import does to a record that it made."""

    DELETE = "deleted"
    DELETE_UNLESS_EDITED = "deleted, unless someone has edited it since"


@dataclass(frozen=True, init=False)
class Same:
    """A rule for matching: what is equal in all these columns, and empty in none, is the same.

    `unless_differs` makes it a rule of weak evidence: where both sides have a value in one of those
    columns, and not the same, they are two. What it matches is listed, for a person to check.
    """

    columns: tuple[str, ...]
    unless_differs: tuple[str, ...] = ()

    def __init__(self, *columns: str, unless_differs: Sequence[str] = ()) -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "unless_differs", tuple(unless_differs))


@dataclass(frozen=True)
class Twin:
    """A rule for matching: what a record of another system became, if it is the same by `same`.

    `read` gives that record's id from what the payload has under `key`; `of` is written as
    `system:resource`, and `told` is what may differ, in words.
    """

    key: str
    read: Callable[[Json], str]
    of: str
    same: Same
    told: str


@dataclass(frozen=True)
class Mirror:
    """A list of ids that says once more what a link of those records says.

    `resource` is the list of those records, `link` the attribute of theirs that leads here, and
    `about` what an issue is filed under where the two do not agree.
    """

    resource: str
    link: str
    about: str


@dataclass(frozen=True)
class Total:
    """Records counted by groups, and one attribute added up, at the source and here.

    `title` is for people; totals of several types under one title are shown as one. `by` are
    attributes: a moment groups by its month on the wall clock of the place, a link by the row that
    it leads to, all else by its value. `of` is added up: one of `sums`, or "" to count only.
    """

    title: str
    by: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class Occupies:
    """A time that a row takes of somebody, who cannot be in two places at once.

    `who` is the link to them, `among` the resources whose rows take their time in the same way.
    The rest are columns: when it begins and ends, the time zone of its place, and what a row has in
    it that takes no time after all: this value, or any at all ("").
    """

    who: str
    among: tuple[str, ...]
    starts: str
    ends: str
    zone: str
    unless: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Spec:
    """A resource's header and body, as the engine reads them."""

    name: str
    title: str
    endpoint: str
    target: type[WorkspaceOwned]
    paths: tuple[str, ...]
    undo: Undo = Undo.DELETE_UNLESS_EDITED
    include: tuple[str, ...] = ()
    single: bool = False
    optional: bool = False
    match: tuple[Same, ...] = ()
    alike: tuple[str, ...] = ()
    twin: Twin | None = None
    ignored: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)
    sums_by: str = ""
    totals: tuple[Total, ...] = ()
    named_by: tuple[str, ...] = ()
    mirrors: Mapping[str, Mirror] = field(default_factory=dict)
    occupies: Occupies | None = None
    follow: str = ""
    per: HangsOn | None = None
    contents: Contents | Enclosed | None = None
    soon: Soon | None = None
    fields: tuple[Field, ...] = ()

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields that fill columns of the target itself."""
        return tuple(each for each in self.fields if not isinstance(each, Rows))

    @cached_property
    def reading(self) -> tuple[tuple[Field, str], ...]:
        """The fields, each with the key without which it is simply empty, if there is one."""
        return tuple((each, each.only_key) for each in self.fields)

    @cached_property
    def rows(self) -> tuple[Rows, ...]:
        """The fields that fill tables of their own."""
        return tuple(each for each in self.fields if isinstance(each, Rows))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The target's own links."""
        return tuple(each for each in self.fields if isinstance(each, Link))

    @cached_property
    def deferred(self) -> frozenset[str]:
        """Names of the links that are filled in when everything else is loaded."""
        return frozenset(link.name for link in self.links if link.deferred)

    @cached_property
    def carried(self) -> tuple[Carried, ...]:
        """The attributes copied from linked records."""
        return tuple(each for each in self.fields if isinstance(each, Carried))

    @cached_property
    def survivor(self) -> Link:
        """How the record is read that this one was merged into."""
        return Link(self.follow, self.name)

    @cached_property
    def sorts(self) -> Field | None:
        """The field whose values the control sums are kept apart by."""
        return next((each for each in self.fields if each.name == self.sums_by), None)

    @cached_property
    def decided(self) -> frozenset[str]:
        """Every top-level key of a payload that is mapped or ignored with a reason."""
        return frozenset(self.ignored).union(*(each.keys for each in self.fields))

    @cached_property
    def catches_up(self) -> bool:
        """Whether its list can be asked for what has changed since some moment.

        Of an optional list, which not every account has, not all filters are known.
        """
        return not (self.optional or self.single or self.named_by or self.per)

    def source_id(self, path: str, own: str) -> str:
        """A record's name in the ledger: one that comes in several lists has one for each."""
        return own if self.per is None else f"{parent_in(self.endpoint, path)}/{own}"

    @cached_property
    def needs(self) -> frozenset[str]:
        """Names of the resources that must be loaded before this one."""
        inner = [c for rows in self.rows for c in rows.columns.values() if isinstance(c, Link)]
        linked = [link for link in (*self.links, *inner) if not link.deferred]
        return frozenset(to for link in linked for to in link.to) - {self.name}


class Header(TypedDict, total=False):
    """What a header may say beside endpoint and target, as `Spec` has it."""

    undo: Undo
    include: tuple[str, ...]
    single: bool
    optional: bool
    match: tuple[Same, ...]
    alike: tuple[str, ...]
    twin: Twin
    sums: Mapping[str, str]
    sums_by: str
    totals: tuple[Total, ...]
    named_by: tuple[str, ...]
    mirrors: Mapping[str, Mirror]
    occupies: Occupies
    follow: str
    per: HangsOn
    contents: Contents | Enclosed
    soon: Soon


class Resource:
    """Base of every resource; see the module's first lines."""

    spec: ClassVar[Spec]

    def __init_subclass__(
        cls,
        *,
        endpoint: str,
        target: type[WorkspaceOwned],
        also: Sequence[str] = (),
        ignored: Mapping[str, str] | None = None,
        **header: Unpack[Header],
    ) -> None:
        """Read the header; refuse attributes whose names the grammar needs for itself."""
        super().__init_subclass__()
        own = _own_fields(cls)
        cls.spec = Spec(
            name=name_of(endpoint),
            title=cls.__name__,
            endpoint=endpoint,
            target=target,
            paths=(endpoint, *also),
            ignored={**_plain_keys(own.values()), **(ignored or {})},
            fields=tuple(own.values()),
            **header,
        )

    @classmethod
    def transform(cls, payload: str, context: Context, parent: str = "") -> Draft:
        """Turn one payload, as it came, into a draft of the target. Pure; never raises.

        `parent` is the id of the record that the payload's list hangs on.
        """
        draft = Draft()
        try:
            record = decode(payload)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            draft.reject("what the source sent is not a record that can be read")
            return draft
        if cls.spec.per is not None:
            record = {**record, PARENT: parent}
        cls._fill(record, draft)
        cls.finish(draft, record, context)
        return draft

    @classmethod
    def _fill(cls, record: JsonObject, draft: Draft) -> None:
        values = draft.values
        for each, key in cls.spec.reading:
            if key and record.get(key) in NOTHING:
                values[each.name] = each.empty
            else:
                each.fill(record, draft)
        if not cls.spec.decided.issuperset(record):
            for key in record.keys() - cls.spec.decided:
                draft.note(key, UNKNOWN_FIELD, UNDECIDED)
        if cls.spec.follow:
            merged = cls.spec.survivor.linked_id(_quiet(record.get(cls.spec.follow)))
            draft.follows = merged or ""
        if cls.spec.twin:
            draft.twin = cls.spec.twin.read(record.get(cls.spec.twin.key))

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """The last door for odd cases; most resources have none."""


def _own_fields(cls: type[Resource]) -> dict[str, Field]:
    own = {name: each for name, each in vars(cls).items() if isinstance(each, Field)}
    if taken := RESERVED & own.keys():
        raise TypeError(
            f"{cls.__name__}: {', '.join(sorted(taken))} is a word of the grammar, not an"
            " attribute; give the target's field another name"
        )
    return own


def _plain_keys(own: Iterable[Field]) -> dict[str, str]:
    """Keys of every record that hardly any resource reads."""
    read = frozenset[str]().union(*(each.keys for each in own))
    plain = {"id": "kept in the ledger", "links": "URLs only"}
    return {key: why for key, why in plain.items() if key not in read}


def _quiet(value: Json) -> Json:
    return value if isinstance(value, dict | str) else None
