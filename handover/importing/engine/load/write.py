"""Write: a batch becomes rows of its target, with one statement for all."""

from collections.abc import Sequence

from django.db import connection

from handover.core import bulk
from handover.importing.engine.conflicts import tell_open
from handover.importing.engine.load.merge import merge
from handover.importing.engine.load.rows import write_rows
from handover.importing.engine.load.table import columns_of, names_of, stage_rows
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.values import NOT_PLACED
from handover.importing.models import Outcome


def write(work: Work, batch: Sequence[Waiting]) -> None:
    """Insert what is new, update what has changed; where people were, field by field.

    Note what became of each.
    """
    writable = [each for each in batch if each.alive]
    _find_what_people_touched(work, writable)
    edited = [each for each in writable if each.edited]
    merge(work, [each for each in edited if each.alive])
    tell_open(work.run, edited)
    writable = [each for each in writable if each.alive]
    if not writable:
        return
    _take_ids(work, [each for each in writable if each.result.target_id is None])
    written = _upsert(work, writable)
    touched = write_rows(work, writable)
    for each in writable:
        _settle(work, each, written, touched)


def _find_what_people_touched(work: Work, batch: Sequence[Waiting]) -> None:
    """What exists here and is not as the import left it belongs to the people who changed it."""
    ids = [each.result.target_id for each in batch if each.result.target_id is not None]
    if not ids:
        return
    target = work.resource.spec.target
    revisions = dict(
        target._default_manager.filter(workspace_id=work.run.workspace_id, pk__in=ids)
        .select_for_update()
        .values_list("pk", "revision")
    )
    for each in batch:
        if each.result.target_id is not None:
            _spare(each, revisions.get(each.result.target_id))


def _spare(each: Waiting, revision: int | None) -> None:
    result = each.result
    if revision is None:
        each.leave_deleted()
    elif result.made_by is None:
        result.outcome = Outcome.MATCHED
    elif revision != result.target_revision:
        each.edited = True
        # somebody has seen to it
        each.draft.issues = [i for i in each.draft.issues if i.code != NOT_PLACED]
        if not each.changed:
            result.outcome, result.loaded = Outcome.UNCHANGED, False


def _take_ids(work: Work, fresh: Sequence[Waiting]) -> None:
    table = work.resource.spec.target._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, len(fresh)],
        )
        for each, (pk,) in zip(fresh, cursor.fetchall(), strict=True):
            each.result.target_id = pk
            each.result.outcome = Outcome.CREATED
            each.result.made_by = work.run.pk


def _upsert(work: Work, batch: Sequence[Waiting]) -> dict[int, int]:
    """Insert or update; return {id: revision} of the rows that were written."""
    table, columns = work.resource.spec.target._meta.db_table, columns_of(work)
    staged = stage_rows(work, f"stage_{table}", batch)
    changing = [column.name for column in columns if column.changes]
    quoted = bulk.names(names_of(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" AS t ({quoted}) SELECT {quoted} FROM "{staged}" ORDER BY id'
            f" ON CONFLICT (id) DO UPDATE SET"
            f" {bulk.assignments(changing)}"
            f" WHERE ({bulk.names(changing, 't.')})"
            f" IS DISTINCT FROM ({bulk.names(changing, 'EXCLUDED.')})"
            " RETURNING t.id, t.revision"
        )
        return dict(cursor.fetchall())


def _settle(work: Work, each: Waiting, written: dict[int, int], touched: set[int]) -> None:
    result = each.result
    assert result.target_id is not None  # noqa: S101  # every writable record has a row by now
    if result.target_id in written and not each.edited:
        result.target_revision = written[result.target_id]
    if result.outcome is Outcome.WAITING:
        changed = result.target_id in written or result.target_id in touched
        result.outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
        if result.made_by == work.run.pk:  # loaded twice in one run, it is new all the same
            result.outcome = Outcome.CREATED
