"""Conflicts, as rows: what must be asked, what need not be asked any more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q, QuerySet
from django.utils import timezone

from handover.core.json import Json
from handover.core.pieces import covers, overlap
from handover.importing.engine.ledger import Result
from handover.importing.engine.values import Draft, Issue
from handover.importing.models import Conflict, ImportRun, SourceRecord

CONFLICT = "conflict"
OPEN, OVERTAKEN, AGREED = Conflict.How.OPEN, Conflict.How.OVERTAKEN, Conflict.How.AGREED


@dataclass(frozen=True)
class Asked:
    """One field that both sides have changed, and not to the same."""

    record_id: int
    source_id: str
    target_id: int
    field: str
    base: Json
    ours: Json
    theirs: Json
    locked: bool = False


class Loaded(Protocol):
    """What is asked of a record on its way."""

    @property
    def draft(self) -> Draft: ...  # noqa: D102  # what it is stands above
    @property
    def result(self) -> Result: ...  # noqa: D102


def issue_of(field: str) -> Issue:
    """How the ledger tells of a conflict that is open."""
    reason = "changed here and at the source: what was written here is kept until somebody chooses"
    return Issue(field, CONFLICT, reason)


def record(
    run: ImportRun,
    resource: str,
    asked: Sequence[Asked],
    agreed: Collection[tuple[int, str]],
) -> None:
    """Note what must be asked, in the transaction that merges; what both agree on is closed."""
    ask(run, resource, asked)
    if not agreed:
        return
    equal = _by_record(agreed)
    now_equal = [
        pk
        for pk, record_id, field in Conflict.objects.filter(
            workspace_id=run.workspace_id, how=OPEN, record_id__in=list(equal)
        ).values_list("pk", "record_id", "field")
        if any(covers(name, field) for name in equal[record_id])
    ]
    Conflict.objects.filter(pk__in=now_equal).update(how=AGREED, settled_at=timezone.now())


def ask(run: ImportRun, resource: str, asked: Sequence[Asked]) -> None:
    """Note what must be asked; what earlier imports have asked of the same is overtaken."""
    if not asked:
        return
    same = _by_record((each.record_id, each.field) for each in asked)
    of_records = Conflict.objects.filter(workspace_id=run.workspace_id, record_id__in=list(same))
    before = [
        pk
        for pk, record_id, field in of_records.values_list("pk", "record_id", "field")
        if any(overlap(field, name) for name in same[record_id])
    ]
    known = of_records.filter(pk__in=before)
    known.filter(run=run).delete()
    known.filter(how=OPEN).update(how=OVERTAKEN, settled_at=timezone.now())
    Conflict.objects.bulk_create(
        Conflict(workspace_id=run.workspace_id, run=run, resource=resource, **vars(each))
        for each in asked
    )


def asked_whole(
    workspace_id: int, records: Collection[int], columns: Collection[str]
) -> dict[int, dict[str, Json]]:
    """Of what comes apart, the columns that are asked as a whole: their bases, by record."""
    found: dict[int, dict[str, Json]] = defaultdict(dict)
    if columns:
        asked = Conflict.objects.filter(
            workspace_id=workspace_id, how=OPEN, record_id__in=records, field__in=list(columns)
        )
        for record_id, field, base in asked.values_list("record_id", "field", "base"):
            found[record_id][field] = base
    return found


def tell_open(run: ImportRun, edited: Iterable[Loaded]) -> None:
    """File an issue on each record for every conflict of it that is open."""
    by_record = {each.result.record_id: each for each in edited}
    if not by_record:
        return
    found = Conflict.objects.filter(
        workspace_id=run.workspace_id, how=OPEN, record_id__in=list(by_record)
    )
    for record_id, field in found.order_by("field").values_list("record_id", "field"):
        by_record[record_id].draft.issues.append(issue_of(field))


def forget(run: ImportRun, records: Collection[int] = ()) -> int:
    """Delete a run's conflicts, and those of records whose rows are gone; return how many.

    What this run had asked anew is open once more, as the import before had asked it.
    """
    mine = Conflict.objects.filter(workspace_id=run.workspace_id)
    mine = mine.filter(Q(run=run) | Q(record_id__in=records))
    asked = set(mine.values_list("record_id", "field"))
    count, _ = mine.delete()
    left = Conflict.objects.filter(workspace_id=run.workspace_id, how=OVERTAKEN)
    last = _asked_before(asked, left)
    left.filter(pk__in=last.values()).update(how=OPEN, settled_at=None)
    no_longer_told(run.workspace_id, asked - last.keys())
    return count


def _asked_before(
    asked: Collection[tuple[int, str]], overtaken: QuerySet[Conflict]
) -> dict[tuple[int, str], int]:
    """Of questions about the same, or a part of it, the last ones, by record and field."""
    names, last = _by_record(asked), dict[tuple[int, str], int]()
    opened: dict[int, set[str]] = defaultdict(set)
    of_records = overtaken.filter(record_id__in=list(names)).order_by("-pk")
    for pk, record_id, field in of_records.values_list("pk", "record_id", "field"):
        if any(overlap(field, name) for name in opened[record_id]):
            continue
        if any(overlap(field, name) for name in names[record_id]):
            last[record_id, field] = pk
            opened[record_id].add(field)
    return last


def _by_record(named: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for record_id, field in named:
        found[record_id].add(field)
    return found


def no_longer_told(workspace_id: int, settled: Iterable[tuple[int, str]]) -> None:
    """Take the issues of conflicts that are settled off the ledger's records."""
    fields = _by_record(settled)
    records = SourceRecord.objects.filter(workspace_id=workspace_id, pk__in=list(fields))
    changed = []
    for each in records.only("pk", "issues"):
        each.issues = [
            issue
            for issue in each.issues
            if issue["code"] != CONFLICT or issue["field"] not in fields[each.pk]
        ]
        changed.append(each)
    SourceRecord.objects.bulk_update(changed, ["issues"], batch_size=500)
