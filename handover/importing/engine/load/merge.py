"""Merge: rows that people have changed here, and that have changed at the source, field by field.

What one side alone has changed is as that side has it. What both have changed, and not to the same,
is a conflict: the row keeps what people wrote, until somebody chooses.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

from django.db import connection

from handover.core.json import Json, JsonObject
from handover.core.pieces import apart, path_of
from handover.core.tenancy import WorkspaceOwned
from handover.importing.engine.conflicts import Asked, asked_whole, record
from handover.importing.engine.load.links import Links
from handover.importing.engine.load.resolve import resolve
from handover.importing.engine.load.rows import PartsTable
from handover.importing.engine.load.table import field_of, rows_here, stage_rows
from handover.importing.engine.load.waiting import Waiting, Work, transform
from handover.importing.engine.payload import decode
from handover.importing.engine.values import Draft
from handover.importing.models import Outcome, SourceRecord


@dataclass(frozen=True)
class Sides:
    """One field three times: as the import left it, as it is here, as the source has it now.

    Without a base nobody can tell who has changed it: then both have.
    """

    base: Json
    ours: Json
    theirs: Json
    has_base: bool = True

    @property
    def differ(self) -> bool:
        """Whether there is anything to decide."""
        return self.ours != self.theirs

    @property
    def here(self) -> bool:
        """Whether people have made it something that the source has not."""
        return self.differ and not (self.has_base and self.base == self.ours)

    @property
    def there(self) -> bool:
        """Whether the source has made it something that people have not."""
        return self.differ and not (self.has_base and self.base == self.theirs)


class Decision(NamedTuple):
    """Which fields become what the source says, and which somebody must choose between."""

    taken: frozenset[str]
    asked: frozenset[str]


def decide(
    sides: Mapping[str, Sides], together: Iterable[Collection[str]] = (), *, locked: bool = False
) -> Decision:
    """Decide on every field of one record. Pure.

    Fields that mean something only together are taken or asked together. A locked row takes
    nothing.
    """
    taken, asked = set[str](), set[str]()
    for group in _groups(sides, together):
        here = any(sides[name].here for name in group)
        there = {name for name in group if sides[name].there}
        if there and (here or locked):
            asked |= {name for name in group if sides[name].differ}
        else:
            taken |= there
    return Decision(frozenset(taken), frozenset(asked))


def _groups(names: Iterable[str], together: Iterable[Collection[str]]) -> Iterator[list[str]]:
    left = dict.fromkeys(names)
    for group in together:
        if found := [name for name in group if name in left]:
            yield found
            left = {name: None for name in left if name not in found}
    yield from ([name] for name in left)


def merge(work: Work, batch: Sequence[Waiting]) -> None:
    """Make each draft what its row is to become. Conflicts are noted, and stand as issues too."""
    if not batch:
        return
    bases = _bases(work, batch)
    rows = work.resource.spec.target._default_manager.in_bulk([_id(each) for each in batch])
    merging = _Merging(work, bases, rows, batch)
    asked = [one for each in batch for one in merging.merge(each)]
    if not work.taking_back:
        record(work.run, work.resource.spec.name, asked, merging.agreed)


def _bases(work: Work, batch: Sequence[Waiting]) -> dict[int, Waiting]:
    """What the import had made of each, by the ledger's record; links as they would lead today."""
    ids = {each.result.record_id: each for each in batch}
    superseded = SourceRecord.objects.filter(pk__in=ids, superseded_payload__isnull=False)
    found = [
        (pk, ids[pk].source_id, text or "", "", "", _id(ids[pk]), None, None)
        for pk, text in superseded.values_list("pk", "superseded_payload")
    ]
    bases = transform(work, found)
    resolve(work, bases)
    return {each.result.record_id: each for each in bases if each.alive}


class _Merging:
    """What all records of one batch have in common."""

    def __init__(
        self,
        work: Work,
        bases: Mapping[int, Waiting],
        rows: Mapping[int, WorkspaceOwned],
        batch: Sequence[Waiting],
    ) -> None:
        self.work, self.bases, self.rows = work, bases, rows
        self.spec = work.resource.spec
        self.names = [
            each.name for each in self.spec.columns if each.name not in self.spec.deferred
        ]
        self.base_rows = _as_the_database_has_them(work, "base", list(bases.values()))
        self.their_rows = _as_the_database_has_them(work, "theirs", batch)
        self.our_rows = rows_here(self.spec.target, rows)
        self.parts = [PartsTable(work, each) for each in self.spec.rows]
        self.our_parts = {each.rows.name: each.present(list(rows)) for each in self.parts}
        self.locked = _locked(work, rows)
        self.whole = asked_whole(
            work.run.workspace_id,
            [each.result.record_id for each in batch],
            self.spec.target.pieces,
        )
        self.agreed: set[tuple[int, str]] = set()

    def merge(self, each: Waiting) -> list[Asked]:
        """Merge one record into its draft; return what must be asked."""
        whole = self._sides(each)
        sides = self._apart(whole)
        locked = _id(each) in self.locked
        decision = decide(sides, self.spec.target.together, locked=locked)
        self.agreed |= {
            (each.result.record_id, name) for name, side in sides.items() if not side.differ
        }
        changed = self._put_together(each, whole, decision.taken, locked=locked)
        self._keep_ours(each, decision.taken | changed)
        if not locked:
            each.deferred = self._changed_deferred(each)
        if not decision.taken and not changed and not each.deferred:
            own = each.result.made_by == self.work.run.pk
            each.result.outcome = Outcome.CREATED if own else Outcome.UNCHANGED
        asked = self._still_asked(each, sides, decision)
        asked |= {name: sides[name] for name in decision.asked}
        return [
            Asked(
                *(each.result.record_id, each.source_id, _id(each), name),
                *(side.base, side.ours, side.theirs, locked),
            )
            for name, side in sorted(asked.items())
        ]

    def _sides(self, each: Waiting) -> dict[str, Sides]:
        base = self.bases.get(each.result.record_id)
        row_id, found = _id(each), dict[str, Sides]()
        theirs, ours = self.their_rows[row_id], self.our_rows[row_id]
        was = self.base_rows[row_id] if base else {}
        for name in self.names:
            column = str(field_of(self.spec.target, name).column)
            found[name] = Sides(was.get(column), ours[column], theirs[column], base is not None)
        for table in self.parts:
            name = table.rows.name
            found[name] = Sides(
                table.as_json(table.cells(base)) if base else None,
                table.as_json(self.our_parts[name][row_id]),
                table.as_json(table.cells(each)),
                base is not None,
            )
        return found

    def _apart(self, sides: Mapping[str, Sides]) -> dict[str, Sides]:
        """The same, but what comes apart into pieces by those."""
        found: dict[str, Sides] = {}
        for name, side in sides.items():
            found |= self._pieces(name, side) if side.differ else {name: side}
        return found

    def _pieces(self, name: str, whole: Sides) -> dict[str, Sides]:
        """The pieces of a column; the column itself where it does not come apart on each side."""
        if (how := self.spec.target.pieces.get(name)) is None:
            return {name: whole}
        was, ours, theirs = (how.split(each) for each in (whole.base, whole.ours, whole.theirs))
        if ours is None or theirs is None:
            return {name: whole}
        base, has_base = was or {}, whole.has_base and was is not None
        return {
            path_of(name, key): Sides(
                base.get(key), ours.get(key), theirs.get(key), has_base=has_base
            )
            for key in {**base, **ours, **theirs}
        }

    def _still_asked(
        self, each: Waiting, sides: Mapping[str, Sides], decision: Decision
    ) -> dict[str, Sides]:
        """Pieces that stay ours although an earlier import has asked for all of their column.

        That question is overtaken by those about its pieces; where none is left, it is closed.
        """
        found: dict[str, Sides] = {}
        for column, base in self.whole.get(each.result.record_id, {}).items():
            mine = {name: side for name, side in sides.items() if apart(name)[0] == column}
            if column in mine:
                continue
            known = None if base is None else self.spec.target.pieces[column].split(base)
            for name in mine.keys() - decision.taken:
                was = (known or {}).get(apart(name)[1])
                side = replace(mine[name], base=was, has_base=known is not None)
                if side.there:
                    found[name] = side
            if not (found.keys() | decision.asked) & mine.keys():
                self.agreed.add((each.result.record_id, column))
        return found

    def _put_together(
        self, each: Waiting, sides: Mapping[str, Sides], taken: Collection[str], *, locked: bool
    ) -> frozenset[str]:
        """Put the pieces that are taken among ours; return the columns that change by it."""
        changed = set[str]()
        for name, how in self.spec.target.pieces.items():
            side = sides.get(name)
            if locked or side is None or not side.differ or name in self._pieces(name, side):
                continue
            keys = {key for column, key in map(apart, taken) if column == name and key}
            base = side.base if side.has_base else side.theirs
            made = how.merge(base, side.ours, side.theirs, keys)
            if made != side.ours:
                each.draft.values[name] = made
                changed.add(name)
        return frozenset(changed)

    def _keep_ours(self, each: Waiting, taken: frozenset[str]) -> None:
        row = self.rows[_id(each)]
        for name in self.names:
            if name not in taken:
                each.draft.values[name] = getattr(row, field_of(self.spec.target, name).attname)
        for table in self.parts:
            name = table.rows.name
            if name not in taken:
                each.draft.rows[name] = [
                    Draft(values=dict(zip(table.attributes, cells, strict=True)))
                    for cells in self.our_parts[name][_id(each)]
                ]

    def _changed_deferred(self, each: Waiting) -> dict[str, int | None]:
        """The deferred links that the source has changed, each with where it led before."""
        base = self.bases.get(each.result.record_id)
        if base is None:
            return {}
        changed = {
            name: base.draft.refs.get(name)
            for name in self.spec.deferred
            if base.draft.refs.get(name) != each.draft.refs.get(name)
        }
        links = Links(self.work.run, {}, (ref for ref in changed.values() if ref))
        return {
            name: links.find(name, ref).target_id if ref else None for name, ref in changed.items()
        }


def _as_the_database_has_them(
    work: Work, side: str, batch: Sequence[Waiting]
) -> dict[int, JsonObject]:
    """Drafts as rows, so that nothing differs but what would differ when it is written."""
    staged = stage_rows(work, f"{side}_{work.resource.spec.target._meta.db_table}", batch)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id, to_jsonb(s)::text FROM "{staged}" s')
        return {pk: cast("JsonObject", decode(text)) for pk, text in cursor}


def _locked(work: Work, ids: Iterable[int]) -> set[int]:
    target = work.resource.spec.target
    if target.unchanging is None:
        return set()
    rows = target._default_manager.filter(target.unchanging, pk__in=list(ids))
    return set(rows.values_list("pk", flat=True))


def _id(each: Waiting) -> int:
    assert each.result.target_id is not None  # noqa: S101  # only what has a row is merged
    return each.result.target_id
