"""Settle: somebody has chosen between what was written here and what the source says."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, ProgrammingError, connection
from django.db.models import Q
from django.utils import timezone

from handover.core import bulk
from handover.core.json import Json, JsonObject
from handover.core.pieces import apart, path_of
from handover.core.tenancy import acting_in
from handover.importing.engine.conflicts import AGREED, OPEN, no_longer_told
from handover.importing.engine.load.batch import check_links_now
from handover.importing.engine.load.rows import PartsTable
from handover.importing.engine.load.table import field_of, rows_here
from handover.importing.engine.load.waiting import Work
from handover.importing.engine.payload import encode
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import Context
from handover.importing.models import Conflict, ImportRun

OURS, THEIRS = Conflict.How.OURS, Conflict.How.THEIRS
CHANGED = "it was changed here once more since: look at it again"
LOCKED = "it is final, and takes nothing any more: keep ours, and write an addendum"
GONE = "its record was deleted here"
REFUSED = "the database does not take it any more: what it links to may be gone"


@dataclass(frozen=True)
class Wanted:
    """Which of the open conflicts: all, or those of a type, of a record, of a field."""

    resource: str = ""
    source_id: str = ""
    field: str = ""


@dataclass(frozen=True)
class Chosen(Wanted):
    """These, by their numbers."""

    numbers: Collection[int] = ()


@dataclass
class Settled:
    """What settling did: how many conflicts are closed, and why others are not."""

    count: int = 0
    left: list[tuple[Conflict, str]] = field(default_factory=list)


def open_conflicts(run: ImportRun, wanted: Wanted) -> list[Conflict]:
    """What is still open of the run's account, by type, record and field; inside the workspace.

    Whichever import has asked: a later one that brings nothing new leaves the question open.
    """
    found = Conflict.objects.filter(
        workspace_id=run.workspace_id,
        run__system=run.system,
        run__account=run.account,
        how=OPEN,
    )
    if wanted.resource:
        found = found.filter(resource=wanted.resource)
    if wanted.source_id:
        found = found.filter(source_id=wanted.source_id)
    if wanted.field:
        pieces = Q(field__startswith=path_of(wanted.field, "").removesuffix("]"))
        found = found.filter(Q(field=wanted.field) | pieces)
    if isinstance(wanted, Chosen):
        found = found.filter(pk__in=wanted.numbers)
    return list(found)


def settle(
    run: ImportRun,
    wanted: Wanted,
    how: Conflict.How,
    resources: Iterable[type[Resource]],
    *,
    by: str = "",
) -> Settled:
    """Keep ours or take theirs, in one transaction. Calling it again does nothing more.

    Fields that mean something only together are settled together, whichever was named.
    """
    settled = Settled()
    known = {each.spec.name: each for each in resources}
    with acting_in(run.workspace_id):
        of_workspace = Conflict.objects.filter(workspace_id=run.workspace_id, how=OPEN)
        list(of_workspace.select_for_update().values_list("pk"))
        by_type: dict[str, list[Conflict]] = defaultdict(list)
        for each in _with_those_that_belong(run, wanted, known):
            by_type[each.resource].append(each)
        for name, conflicts in by_type.items():
            done = conflicts
            if how is THEIRS:
                done = Putting(run, known[name], settled).put_theirs(conflicts)
            _close(done, how, by)
            settled.count += len(done)
    return settled


def take_back(run: ImportRun, resources: Iterable[type[Resource]]) -> None:
    """Give rows back what was written here before somebody took what `run` had brought."""
    known = {each.spec.name: each for each in resources}
    taken: dict[str, list[Conflict]] = defaultdict(list)
    for each in Conflict.objects.filter(workspace_id=run.workspace_id, run=run, how=THEIRS):
        taken[each.resource].append(each)
    for name, conflicts in taken.items():
        Putting(run, known[name], Settled()).put_ours(conflicts)


def _with_those_that_belong(
    run: ImportRun, wanted: Wanted, known: Mapping[str, type[Resource]]
) -> list[Conflict]:
    chosen = open_conflicts(run, wanted)
    if not (wanted.field or isinstance(wanted, Chosen)):
        return chosen
    names = {(each.record_id, each.field) for each in chosen}
    for each in chosen:
        for group in known[each.resource].spec.target.together:
            if each.field in group:
                names |= {(each.record_id, name) for name in group}
    others = open_conflicts(run, Wanted(wanted.resource, wanted.source_id))
    return [each for each in others if (each.record_id, each.field) in names]


def _close(conflicts: Sequence[Conflict], how: Conflict.How, by: str) -> None:
    now = timezone.now()
    for each in conflicts:
        each.how, each.settled_by, each.settled_at = how, by, now
    Conflict.objects.bulk_update(
        conflicts, ["how", "settled_by", "settled_at", "ours"], batch_size=500
    )
    if conflicts:
        told = {(each.record_id, each.field) for each in conflicts}
        no_longer_told(conflicts[0].workspace_id, told)


class Putting:
    """Puts values of conflicts into rows of one type, where nobody has changed them meanwhile."""

    def __init__(self, run: ImportRun, resource: type[Resource], settled: Settled) -> None:
        self.run, self.target, self.settled = run, resource.spec.target, settled
        work = Work(run, resource, Context())
        self.parts = {each.name: PartsTable(work, each) for each in resource.spec.rows}

    def put_theirs(self, conflicts: Sequence[Conflict]) -> list[Conflict]:
        """Take what the source says; return those that could be taken."""
        here = self._here(conflicts)
        ready: list[Conflict] = []
        for each in conflicts:
            now = here.get((each.target_id, each.field))
            if each.locked or each.target_id not in self.there:
                self.settled.left.append((each, LOCKED if each.locked else GONE))
            elif now == each.theirs:
                _close([each], AGREED, "")
                self.settled.count += 1
            elif now != each.ours:
                each.ours = now
                self.settled.left.append((each, CHANGED))
            else:
                ready.append(each)
        Conflict.objects.bulk_update([each for each, _ in self.settled.left], ["ours"])
        return self._put(self._whole(ready), THEIRS)

    def _whole(self, ready: Sequence[Conflict]) -> list[Conflict]:
        """Those of records of which nothing was left: half a record may mean another one."""
        left = {each.target_id for each, _ in self.settled.left}
        self.settled.left += [(each, CHANGED) for each in ready if each.target_id in left]
        return [each for each in ready if each.target_id not in left]

    def put_ours(self, conflicts: Sequence[Conflict]) -> None:
        """Put back what was here, where it still is what was taken."""
        here = self._here(conflicts)
        same = [each for each in conflicts if here.get((each.target_id, each.field)) == each.theirs]
        self._put(same, OURS)

    def _here(self, conflicts: Sequence[Conflict]) -> dict[tuple[int, str], Json]:
        """What stands in the rows now; they are held until the end of the transaction."""
        ids = {each.target_id for each in conflicts}
        rows = self.target._default_manager.select_for_update().filter(pk__in=ids)
        self.there = set(rows.values_list("pk", flat=True))
        values = rows_here(self.target, self.there)
        parts = {name: table.present(list(self.there)) for name, table in self.parts.items()}
        found: dict[tuple[int, str], Json] = {}
        for each in (one for one in conflicts if one.target_id in self.there):
            name = each.target_id, each.field
            if each.field in self.parts:
                lines = parts[each.field][each.target_id]
                found[name] = self.parts[each.field].as_json(lines)
            else:
                found[name] = self._value(each.field, values[each.target_id])
        self.values = values
        return found

    def _value(self, name: str, row: JsonObject) -> Json:
        """A column of a row, or the piece of it that is named."""
        column, key = apart(name)
        told = row[self._column(column)]
        if not key:
            return told
        split = self.target.pieces[column].split(told)
        return told if split is None else split.get(key)

    def _put(self, conflicts: Sequence[Conflict], side: Conflict.How) -> list[Conflict]:
        """Write all of them; if the database refuses some, find out which."""
        by_row: dict[int, list[Conflict]] = defaultdict(list)
        for each in conflicts:
            by_row[each.target_id].append(each)
        if not by_row:
            return []
        try:
            with acting_in(self.run.workspace_id):
                self._write(by_row, side)
                check_links_now()
        except (DataError, IntegrityError, ProgrammingError):
            rows = list(by_row)
            if len(rows) == 1:
                self.settled.left += [(each, REFUSED) for each in conflicts]
                return []
            first = set(rows[: len(rows) // 2])
            halves = (
                [c for c in conflicts if (c.target_id in first) is half] for half in (True, False)
            )
            return [each for half in halves for each in self._put(half, side)]
        return list(conflicts)

    def _write(self, by_row: Mapping[int, Sequence[Conflict]], side: Conflict.How) -> None:
        columns: dict[int, JsonObject] = {}
        names = set[str]()
        for row_id, conflicts in by_row.items():
            for each in conflicts:
                value = each.theirs if side is THEIRS else each.ours
                if each.field in self.parts:
                    self.parts[each.field].replace(row_id, value)
                else:
                    name, key = apart(each.field)
                    column, row = self._column(name), columns.setdefault(row_id, {})
                    if key:
                        now = row.get(column, self.values[row_id][column])
                        value = self.target.pieces[name].put(now, {key: value})
                    names.add(column)
                    row[column] = value
        if columns:
            self._update(columns, sorted(names))

    def _update(self, columns: Mapping[int, JsonObject], names: Sequence[str]) -> None:
        """One statement for all: what a row does not name, it keeps."""
        table = self.target._meta.db_table
        bulk.stage("chosen", columns="row_id bigint, chosen jsonb")
        bulk.copy(
            "chosen", ("row_id", "chosen"), ((pk, encode(each)) for pk, each in columns.items())
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" t SET {bulk.assignments(names, "v")} FROM (SELECT v.* FROM'
                f' "{table}" h JOIN chosen c ON c.row_id = h.id,'
                " LATERAL jsonb_populate_record(h, c.chosen) v) v WHERE v.id = t.id"
            )

    def _column(self, name: str) -> str:
        return str(field_of(self.target, name).column)
