"""Write: a batch becomes rows of its target, with one statement for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, models

from handover.core import bulk
from handover.importing.engine.load.rows import write_rows
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.payload import encode
from handover.importing.engine.values import NOT_PLACED, Issue
from handover.importing.models import Outcome

EDITED = "edited here"
KEPT_BY_THE_DATABASE = {"id", "workspace", "revision"}


@dataclass(frozen=True)
class Column:
    """One column of the target: the attribute that fills it, and what the database calls it."""

    attribute: str
    name: str
    is_json: bool
    default: object
    changes: bool


def write(work: Work, batch: Sequence[Waiting]) -> None:
    """Insert what is new, update what has changed and nobody has edited; note what became of it."""
    writable = [each for each in batch if each.alive]
    _spare_what_people_touched(work, writable)
    writable = [each for each in writable if each.alive]
    if not writable:
        return
    _take_ids(work, [each for each in writable if each.result.target_id is None])
    written = _upsert(work, writable)
    touched = write_rows(work, writable)
    for each in writable:
        _settle(work, each, written, touched)


def _spare_what_people_touched(work: Work, batch: Sequence[Waiting]) -> None:
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
        result.outcome, result.loaded = Outcome.UNCHANGED, False
        # somebody has seen to it
        each.draft.issues = [i for i in each.draft.issues if i.code != NOT_PLACED]
        if each.changed:
            reason = "somebody has edited this here since the import; what they wrote was kept"
            each.draft.issues.append(Issue("", EDITED, reason))


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


def columns_of(work: Work) -> list[Column]:
    """The target's columns: what the resource fills, and what keeps its default when it is made."""
    spec = work.resource.spec
    filled = {each.name for each in spec.columns}
    return [
        Column(
            field.name,
            field.attname,
            isinstance(field, models.JSONField),
            None if field.null else field.get_default(),
            changes=field.name in filled - spec.deferred,
        )
        for field in spec.target._meta.local_concrete_fields
        if field.name not in KEPT_BY_THE_DATABASE
    ]


def _upsert(work: Work, batch: Sequence[Waiting]) -> dict[int, int]:
    """Insert or update; return {id: revision} of the rows that were written."""
    table, columns = work.resource.spec.target._meta.db_table, columns_of(work)
    staged = bulk.stage(f"stage_{table}", like=table)
    names = ["id", "workspace_id", *(column.name for column in columns)]
    bulk.copy(staged, names, _rows(work, columns, batch))
    changing = [column.name for column in columns if column.changes]
    quoted = bulk.names(names)
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


def _rows(
    work: Work, columns: Sequence[Column], batch: Sequence[Waiting]
) -> Iterator[tuple[object, ...]]:
    workspace = work.run.workspace_id
    empty = [column.default for column in columns]
    places = [(place, column.attribute) for place, column in enumerate(columns)]
    documents = [place for place, column in enumerate(columns) if column.is_json]
    for each in batch:
        values, cells = each.draft.values, empty.copy()
        for place, attribute in places:
            if (value := values.get(attribute)) is not None:
                cells[place] = value
        for place in documents:
            if cells[place] is not None:
                cells[place] = encode(cells[place])
        yield each.result.target_id, workspace, *cells


def _settle(work: Work, each: Waiting, written: dict[int, int], touched: set[int]) -> None:
    result = each.result
    assert result.target_id is not None  # noqa: S101  # every writable record has a row by now
    if result.target_id in written:
        result.target_revision = written[result.target_id]
    if result.outcome is Outcome.WAITING:
        changed = result.target_id in written or result.target_id in touched
        result.outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
        if result.made_by == work.run.pk:  # loaded twice in one run, it is new all the same
            result.outcome = Outcome.CREATED
