"""Match: a record that the workspace has already is linked, not made twice.

Only what is unmistakable is matched: one record at the source, one row here, equal in every
attribute of the rule. Two of the same name are never guessed at.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import models

from handover.core.tenancy import WorkspaceOwned
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.values import Issue
from handover.importing.models import Outcome, SourceRecord

Key = tuple[str, ...]


def match(work: Work, batch: Sequence[Waiting]) -> None:
    """Settle what matches; what is ambiguous goes on to be created, with an issue."""
    fresh = [each for each in batch if each.alive and each.result.target_id is None]
    if not fresh or not work.resource.spec.match:
        return
    free = _unclaimed(work)
    for rule in work.resource.spec.match:
        _apply(rule, fresh, free)
        fresh = [each for each in fresh if each.alive]


def _unclaimed(work: Work) -> list[WorkspaceOwned]:
    spec, workspace = work.resource.spec, work.run.workspace_id
    claimed = SourceRecord.objects.filter(
        workspace_id=workspace,
        system=work.run.system,
        account=work.run.account,
        resource=spec.name,
        target_id__isnull=False,
    ).values("target_id")
    rows = spec.target._default_manager.filter(workspace_id=workspace)
    return list(rows.exclude(pk__in=claimed).order_by("pk"))


def _apply(rule: Key, fresh: list[Waiting], free: list[WorkspaceOwned]) -> None:
    here: dict[Key, list[WorkspaceOwned]] = defaultdict(list)
    for row in free:
        here[_normal([_value(row, name) for name in rule])].append(row)
    there: dict[Key, list[Waiting]] = defaultdict(list)
    for each in fresh:
        there[_normal([each.draft.values.get(name) for name in rule])].append(each)
    for key, records in there.items():
        rows = here.get(key, []) if all(key) else []
        if len(rows) == 1 and len(records) == 1:
            _settle(records[0], rows[0])
            free.remove(rows[0])
        elif rows:
            _leave(rule, records, len(rows))


def _value(row: models.Model, name: str) -> object:
    """A column's value; a link counts by the row that it leads to."""
    field = row._meta.get_field(name)
    return getattr(row, field.attname if isinstance(field, models.Field) else name)


def _settle(record: Waiting, row: WorkspaceOwned) -> None:
    record.result.outcome = Outcome.MATCHED
    record.result.target_id = row.pk
    record.result.target_revision = row.revision


def _leave(rule: Key, records: list[Waiting], rows: int) -> None:
    reason = (
        f"{len(records)} at the source and {rows} here are equal in {' and '.join(rule)}:"
        " nobody was matched"
    )
    for each in records:
        each.draft.issues.append(Issue(rule[0], "ambiguous match", reason))


def _normal(values: Sequence[object]) -> Key:
    return tuple(
        "" if value is None else " ".join(str(value).casefold().split()) for value in values
    )
