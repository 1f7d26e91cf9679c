"""Match: a record that the workspace has already is linked, not made twice.

Only the one with the one is matched: one record at the source, one row here, equal in every column
of the rule. Two of the same name are never guessed at, and a match by name alone is listed.

Of people whom a mistake could harm nobody is matched at all; who looks alike (`alike`) is listed.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import models

from handover.core.tenancy import WorkspaceOwned
from handover.importing.engine.load.choices import let_go, obey
from handover.importing.engine.load.elsewhere import known_elsewhere, told
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.resource import Same, Twin
from handover.importing.engine.values import Issue
from handover.importing.models import Outcome, SourceRecord

Key = tuple[str, ...]


def match(work: Work, batch: Sequence[Waiting]) -> None:
    """Settle what matches; what is ambiguous goes on to be created, with an issue."""
    if work.resource.spec.twin:
        match_twins(work, work.resource.spec.twin, batch)
    if work.resource.spec.match:
        let_go(work, batch)
    fresh = [each for each in batch if each.alive and each.result.target_id is None]
    if not fresh or not work.resource.spec.match:
        return
    fresh, taken = obey(work, fresh)
    free = [row for row in _unclaimed(work) if row.pk not in taken]
    for rule in work.resource.spec.match:
        _apply(rule, fresh, free)
        fresh = [each for each in fresh if each.alive]


def tell_alike(work: Work, batch: Sequence[Waiting]) -> None:
    """Say which records look like a row that did not come from here; they stay two all the same."""
    names = work.resource.spec.alike
    alive = [each for each in batch if each.alive]
    first = {each.draft.values.get(names[0]) for each in alive} - {None, ""} if names else None
    if not first:
        return
    here: dict[Key, int] = defaultdict(int)
    found = _unclaimed(work).filter(**{f"{names[0]}__in": first})
    for row in found.values_list(*names):
        here[_normal(row)] += 1
    for each in alive:
        key = _of_record(each, names)
        if all(key) and (count := here.get(key)):
            reason = f"equal in {_words(names)} to {count} here that did not come from the source"
            each.draft.note(names[-1], "may be here already", f"{reason}: kept apart, please check")


def _unclaimed(work: Work) -> models.QuerySet[WorkspaceOwned]:
    spec, workspace = work.resource.spec, work.run.workspace_id
    claimed = SourceRecord.objects.filter(
        workspace_id=workspace,
        system=work.run.system,
        account=work.run.account,
        resource=spec.name,
        target_id__isnull=False,
    ).values("target_id")
    rows = spec.target._default_manager.filter(workspace_id=workspace)
    return rows.exclude(pk__in=claimed).order_by("pk")


def _apply(rule: Same, fresh: list[Waiting], free: list[WorkspaceOwned]) -> None:
    here: dict[Key, list[WorkspaceOwned]] = defaultdict(list)
    for row in free:
        here[_of_row(row, rule.columns)].append(row)
    there: dict[Key, list[Waiting]] = defaultdict(list)
    for each in fresh:
        there[_of_record(each, rule.columns)].append(each)
    for key, records in there.items():
        if all(key) and (rows := here.get(key)):
            _pair(rule, records, rows, free)


def _pair(
    rule: Same, records: list[Waiting], rows: list[WorkspaceOwned], free: list[WorkspaceOwned]
) -> None:
    """Match the one with the one; where more could be meant, leave them and say so."""
    fits = [(each, row) for each in records for row in rows if not _differ(rule, each, row)]
    for record in records:
        mine = [row for each, row in fits if each is record]
        rivals = {id(each) for each, row in fits if row in mine}
        if len(mine) == len(rivals) == 1:
            _settle(rule, record, mine[0])
            free.remove(mine[0])
        else:
            record.draft.issues.append(_unmatched(rule, len(rivals), len(mine)))


def _differ(rule: Same, record: Waiting, row: WorkspaceOwned) -> bool:
    """Whether both say something, and not the same, in a column that tells two apart."""
    names = rule.unless_differs
    pairs = zip(_of_record(record, names), _of_row(row, names), strict=True)
    return any(there and here and there != here for there, here in pairs)


def _of_record(record: Waiting, names: Sequence[str]) -> Key:
    return _normal([record.draft.values.get(name) for name in names])


def _of_row(row: WorkspaceOwned, names: Sequence[str]) -> Key:
    return _normal([_value(row, name) for name in names])


def _value(row: models.Model, name: str) -> object:
    """A column's value; a link counts by the row that it leads to."""
    field = row._meta.get_field(name)
    return getattr(row, field.attname if isinstance(field, models.Field) else name)


def _settle(rule: Same, record: Waiting, row: WorkspaceOwned) -> None:
    record.result.outcome = Outcome.MATCHED
    record.result.target_id = row.pk
    record.result.target_revision = row.revision
    if rule.unless_differs:
        reason = f"{_words(rule.columns)} are equal to those of one here: check that it is the same"
        record.draft.note(rule.columns[0], "matched by name only", f"{reason} person")


def _unmatched(rule: Same, there: int, here: int) -> Issue:
    equal = _words(rule.columns)
    if not here:
        reason = f"{equal} are equal to those here, but {_words(rule.unless_differs)} is another"
        return Issue(rule.columns[0], "same name, not matched", f"{reason}: made anew")
    reason = f"{there} at the source and {here} here are equal in {equal}: nobody was matched"
    return Issue(rule.columns[0], "ambiguous match", reason)


def _words(names: Sequence[str]) -> str:
    return " and ".join(names)


def _normal(values: Sequence[object]) -> Key:
    return tuple(
        "" if value is None else " ".join(str(value).casefold().split()) for value in values
    )


def match_twins(work: Work, rule: Twin, batch: Sequence[Waiting]) -> None:
    """Settle what came from another system already; what merely has its number says so.

    What was matched with a row that went when the other import was undone is looked at anew.
    """
    ids = {each.draft.twin for each in batch if each.draft.twin and each.alive}
    known = {
        source_id: target_id
        for source_id, target_id, *_ in known_elsewhere(work.run.workspace_id, rule.of, ids)
    }
    rows = work.resource.spec.target._default_manager.in_bulk(
        [target_id for target_id in known.values() if target_id is not None]
    )
    for each in (each for each in batch if each.draft.twin and each.alive):
        target_id = known.get(each.draft.twin)
        if each.result.made_by is None and target_id is None:
            each.result.target_id = None
        row = rows.get(target_id) if target_id is not None else None
        if each.result.target_id is None and row is not None:
            _pair_twins(rule, each, row)


def _pair_twins(rule: Twin, record: Waiting, row: WorkspaceOwned) -> None:
    same = rule.same
    key = _of_record(record, same.columns)
    if all(key) and key == _of_row(row, same.columns) and not _differ(same, record, row):
        record.draft.issues.clear()
        record.result.outcome = Outcome.MATCHED
        record.result.target_id, record.result.target_revision = row.pk, row.revision
        return
    reason = f"{told(rule.of, record.draft.twin)} is here already, but with another {rule.told}"
    record.draft.note("", "same number, not matched", f"{reason}: kept beside it")
