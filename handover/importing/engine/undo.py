"""Undo: the plan backwards. What people have worked on since stays, with all that it needs.

Everything is decided over sets, in one transaction: either the whole import is undone or nothing
has changed. The same code gives the preview, and then takes everything back.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL
from django.db.models.fields.reverse_related import ForeignObjectRel

from handover.core import bulk
from handover.importing.engine import conflicts, reassign
from handover.importing.engine.keeper import Keeper
from handover.importing.engine.lease import working_on
from handover.importing.engine.ledger import TABLE as LEDGER
from handover.importing.engine.ledger import importing
from handover.importing.engine.lists import look_again
from handover.importing.engine.load import list_double_bookings, load, resolve_deferred
from handover.importing.engine.payload import fingerprint
from handover.importing.engine.plan import load_order, undo_order
from handover.importing.engine.relations import links_to, relations
from handover.importing.engine.resource import Resource, Undo
from handover.importing.engine.settle import take_back
from handover.importing.engine.values import Context
from handover.importing.models import ImportRun, Outcome, SourceRecord, State
from handover.importing.states import ENDED

EDITED = "edited here since the import"
NEEDED = "something that stays needs it"
KEPT_BEFORE = "kept when an earlier import was undone"
BATCH = 1000
#: Runs that nobody goes on with.
CLOSED = (*ENDED, State.DELETING)

Model = type[models.Model]
Resources = Sequence[type[Resource]]


@dataclass(frozen=True)
class Undone:
    """What undoing did, or would do, with one type of record.

    `edited` and `needed` are the ids, at the source, of what stays; `contents` and `bytes` tell of
    what is on the shelf for those that go.
    """

    name: str
    removed: int
    edited: tuple[str, ...]
    needed: tuple[str, ...]
    contents: int = 0
    bytes: int = 0


def undo(
    run: ImportRun,
    resources: Iterable[type[Resource]],
    context: Context,
    keeper: Keeper,
    *,
    preview: bool = False,
) -> list[Undone]:
    """Delete what `run` made and nobody has touched since; say what went and what stays.

    What it updated becomes again what the import before had made of it; where people have worked
    on it, field by field.
    """
    ordered = undo_order(resources)
    with transaction.atomic():
        with working_on(run):
            importing()
            reassign.let_go(run)
            take_back(run, ordered)
            conflicts.forget(run, _made_by(run))
            bulk.stage("doomed", columns="holder text, id bigint, PRIMARY KEY (holder, id)")
            _doom(run, ordered)
            while _spare_what_is_needed(run, ordered):
                pass
            result = [_tell(run, resource, keeper) for resource in ordered]
            _mark_kept(run, ordered)
            _delete(ordered)
            _forget(run, ordered)
            _have_read_again(run, ordered)
            unsettled = _unsettled(run)
        for resource in load_order(ordered):
            if resource.spec.name in unsettled:
                _turn_back(run, resource, context)
        with working_on(run):
            _keep_what_was_kept_before(run)
        list_double_bookings(run.workspace_id, ordered)
        transaction.set_rollback(preview)
    return result


def _made_by(run: ImportRun) -> list[int]:
    made = SourceRecord.objects.filter(workspace_id=run.workspace_id, made_by=run)
    return list(made.values_list("pk", flat=True))


def _unsettled(run: ImportRun) -> set[str]:
    """The types of which something is to be turned back: after most first imports none."""
    ledger = SourceRecord.objects.filter(workspace_id=run.workspace_id, run=run)
    something = (
        models.Q(superseded_payload__isnull=False)
        | models.Q(outcome=Outcome.WAITING)
        | models.Q(deferred__isnull=False)
    )
    return set(ledger.filter(something).values_list("resource", flat=True).distinct())


def _turn_back(run: ImportRun, resource: type[Resource], context: Context) -> None:
    """Load once more what stood in the ledger before this run brought something newer.

    Meanwhile what it brought takes the place of what it superseded: where people have worked on
    a row, it says what of the row was this run's.
    """
    mine = SourceRecord.objects.filter(
        workspace_id=run.workspace_id,
        run=run,
        resource=resource.spec.name,
        superseded_payload__isnull=False,
    ).exclude(outcome__in=(Outcome.CREATED, Outcome.KEPT, Outcome.UNDONE))
    last = 0
    while True:
        with working_on(run):
            texts = mine.filter(pk__gt=last).order_by("pk")
            batch = list(texts.values_list("pk", "superseded_payload")[:BATCH])
            if not batch:
                break
            _exchange([(pk, fingerprint(text or "")) for pk, text in batch])
            last = batch[-1][0]
    load(run, resource, context, taking_back=True)
    resolve_deferred(run, resource, taking_back=True)
    with working_on(run):
        mine.update(superseded_payload=None)


def _exchange(records: Sequence[tuple[int, str]]) -> None:
    bulk.run(
        f"UPDATE {LEDGER} r SET payload = r.superseded_payload, superseded_payload = r.payload,"
        " payload_hash = s.hash, outcome = 'waiting'"
        " FROM unnest(%(ids)b::bigint[], %(hashes)b::text[]) AS s (id, hash) WHERE r.id = s.id",
        {"ids": [pk for pk, _ in records], "hashes": [each for _, each in records]},
    )


def _doom(run: ImportRun, resources: Resources) -> None:
    """Note every row that the run made and that is as the import left it."""
    for resource in resources:
        table = _table(resource.spec.target)
        unedited = (
            "" if resource.spec.undo is Undo.DELETE else " AND t.revision = r.target_revision"
        )
        _run(
            f'INSERT INTO doomed SELECT %s, t.id FROM {LEDGER} r JOIN "{table}" t'
            " ON t.id = r.target_id WHERE r.workspace_id = %s AND r.made_by_id = %s"
            f" AND r.resource = %s{unedited} ON CONFLICT DO NOTHING",
            [table, run.workspace_id, run.pk, resource.spec.name],
        )


def _spare_what_is_needed(run: ImportRun, resources: Resources) -> int:
    """Take off the list what a row that stays links to; return how many."""
    targets: set[Model] = {resource.spec.target for resource in resources}
    return sum(
        _spare(run, target, relation, targets)
        for target in targets
        for relation in links_to(target)
    )


def _spare(run: ImportRun, target: Model, relation: ForeignObjectRel, targets: Set[Model]) -> int:
    holder = relation.related_model
    stays = ["h.workspace_id = %s"]
    if (owner := _owner(holder, targets)) is not None:
        column, table = owner
        stays.append(
            f"NOT EXISTS (SELECT FROM doomed d WHERE d.holder = '{table}'"
            f' AND d.id = h."{column}")'
        )
    return _run(
        "DELETE FROM doomed USING ("
        f'SELECT DISTINCT h."{relation.field.column}" AS id FROM "{_table(holder)}" h'
        f' WHERE h."{relation.field.column}" IS NOT NULL AND {" AND ".join(stays)}'
        ") needed WHERE doomed.holder = %s AND doomed.id = needed.id",
        [run.workspace_id, _table(target)],
    )


def _owner(holder: Model, targets: Set[Model]) -> tuple[str, str] | None:
    """Which column tells whether a holder's row goes, and in which table that is looked up."""
    if holder in targets:
        return "id", _table(holder)
    for field in holder._meta.local_concrete_fields:
        if (
            isinstance(field, models.ForeignKey)
            and field.remote_field.on_delete is models.CASCADE
            and field.related_model in targets
        ):
            return field.column, _table(field.related_model)
    return None


def _mark_kept(run: ImportRun, resources: Resources) -> None:
    """Note what stays. The ledger goes on to know that an import made it, and what of it.

    So a later import brings what has changed at the source, and asks where people have too: as a
    row that was merely matched, it would be passed by in silence. What another import has read
    since is as that one has it: it may still be about to load it.
    """
    bulk.stage("staying", columns="id bigint PRIMARY KEY")
    for resource in resources:
        table = _table(resource.spec.target)
        _run(
            f'INSERT INTO staying SELECT r.id FROM {LEDGER} r JOIN "{table}" t'
            " ON t.id = r.target_id WHERE r.workspace_id = %s AND r.made_by_id = %s"
            " AND r.resource = %s AND NOT EXISTS"
            " (SELECT FROM doomed d WHERE d.holder = %s AND d.id = t.id)",
            [run.workspace_id, run.pk, resource.spec.name, table],
        )
        _run(
            f"UPDATE {LEDGER} r SET outcome = %s, reason = CASE"
            " WHEN t.revision <> r.target_revision THEN %s ELSE %s END"
            f' FROM staying s, "{table}" t WHERE s.id = r.id AND t.id = r.target_id'
            " AND r.resource = %s AND r.run_id = %s",
            [Outcome.KEPT, EDITED, NEEDED, resource.spec.name, run.pk],
        )


def _tell(run: ImportRun, resource: type[Resource], keeper: Keeper) -> Undone:
    """Say what becomes of each row that the run made."""
    table = _table(resource.spec.target)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.source_id, d.id IS NOT NULL, t.revision <> r.target_revision"
            f' FROM {LEDGER} r JOIN "{table}" t ON t.id = r.target_id'
            " LEFT JOIN doomed d ON d.holder = %s AND d.id = t.id"
            " WHERE r.workspace_id = %s AND r.made_by_id = %s AND r.resource = %s"
            " ORDER BY r.source_id",
            [table, run.workspace_id, run.pk, resource.spec.name],
        )
        rows = cursor.fetchall()
    contents, size = _contents(resource, keeper)
    return Undone(
        resource.spec.name,
        sum(1 for _, goes, _ in rows if goes),
        tuple(source_id for source_id, goes, edited in rows if edited and not goes),
        tuple(source_id for source_id, goes, edited in rows if not edited and not goes),
        contents,
        size,
    )


def _contents(resource: type[Resource], keeper: Keeper) -> tuple[int, int]:
    """How many contents go with the rows that go, and how many bytes those are."""
    target = resource.spec.target
    if resource.spec.contents is None:
        return 0, 0
    doomed = RawSQL("SELECT id FROM doomed WHERE holder = %s", [_table(target)])  # a table of ours
    totals = keeper.of(target).totals(target._default_manager.filter(pk__in=doomed))
    return totals.stored, totals.stored_bytes


def _delete(resources: Resources) -> None:
    for resource in resources:
        target = resource.spec.target
        for relation in relations(target):
            if relation.on_delete is models.CASCADE:
                _delete_where(relation.related_model, relation.field.column, target)
        _delete_where(target, "id", target)


def _delete_where(model: Model, column: str | None, target: Model) -> None:
    _run(
        f'DELETE FROM "{_table(model)}" USING doomed d'
        f' WHERE d.holder = %s AND d.id = "{_table(model)}"."{column}"',
        [_table(target)],
    )


def _forget(run: ImportRun, resources: Resources) -> None:
    """What was read in this run leaves the ledger too, but for its name and what became of it.

    Rows that people had made before are let go of with the last import that knows them. What was
    merely matched cannot be found again without a rule for it, and must not be made twice.
    """
    unmade = "run_id = %s AND target_id IS NULL"
    scope: list[int | str | list[str]] = [run.pk]
    if not _is_known_to_another(run):
        unmade = "system = %s AND account = %s AND (target_id IS NULL OR resource = ANY(%s))"
        scope = [
            run.system,
            run.account,
            [r.spec.name for r in resources if r.spec.match or r.spec.twin],
        ]
        _run(
            f"UPDATE {LEDGER} SET outcome = %s, reason = %s WHERE workspace_id = %s"
            " AND outcome <> %s AND made_by_id IS NULL AND target_id IS NOT NULL"
            " AND run_id <> ALL(%s) AND system = %s AND account = %s AND resource <> ALL(%s)",
            [Outcome.KEPT, KEPT_BEFORE, run.workspace_id, Outcome.KEPT, _open(run), *scope],
        )
    _run(
        f"UPDATE {LEDGER} SET outcome = %s, reason = '', issues = '[]', deferred = NULL,"
        " payload = '', payload_hash = '', loaded_hash = '', superseded_payload = NULL,"
        " follows = '', target_id = NULL, target_revision = NULL, made_by_id = NULL"
        " WHERE workspace_id = %s AND outcome <> %s"
        " AND ((made_by_id = %s AND id NOT IN (SELECT id FROM staying))"
        f" OR (made_by_id IS NULL AND {unmade}))",
        [Outcome.UNDONE, run.workspace_id, Outcome.KEPT, run.pk, *scope],
    )


def _keep_what_was_kept_before(run: ImportRun) -> None:
    """With the last import that knows it, what outlived the one that made it is kept once more.

    Unless a run that is not over has read it, and is about to load it.
    """
    if _is_known_to_another(run):
        return
    known = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, system=run.system, account=run.account
    )
    outlived = known.filter(made_by__state=State.DELETED, target_id__isnull=False)
    outlived = outlived.exclude(outcome=Outcome.KEPT).exclude(run__in=_open(run))
    outlived.update(outcome=Outcome.KEPT, reason=KEPT_BEFORE)


def _have_read_again(run: ImportRun, resources: Resources) -> None:
    """A run that is not over has read some of it already, and would never bring it."""
    forgotten = SourceRecord.objects.filter(workspace_id=run.workspace_id, outcome=Outcome.UNDONE)
    others = forgotten.exclude(run=run).exclude(run__state__in=CLOSED)
    names: dict[int, set[str]] = {}
    for number, name in others.values_list("run_id", "resource").distinct():
        names.setdefault(number, set()).add(name)
    for other in ImportRun.objects.filter(pk__in=names):
        look_again(other, [each for each in resources if each.spec.name in names[other.pk]])


def _open(run: ImportRun) -> list[int]:
    """The other runs of the workspace that somebody may go on with."""
    others = ImportRun.objects.filter(workspace_id=run.workspace_id).exclude(pk=run.pk)
    return list(others.exclude(state__in=CLOSED).values_list("pk", flat=True))


def _is_known_to_another(run: ImportRun) -> bool:
    others = ImportRun.objects.filter(
        workspace_id=run.workspace_id, system=run.system, account=run.account, rehearsal=False
    )
    return others.exclude(pk=run.pk).exclude(state=State.DELETED).exists()


def _table(model: Model) -> str:
    return model._meta.db_table


def _run(statement: str, parameters: Sequence[int | str | list[str] | list[int]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
