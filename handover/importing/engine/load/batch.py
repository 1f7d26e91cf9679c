"""One batch: read, resolve, match, write and settle, in one transaction."""

from collections.abc import Callable, Iterator, Sequence

from django.db import DataError, IntegrityError, connection

from handover.core.tenancy import acting_in
from handover.importing.engine import ledger
from handover.importing.engine.fields import Link
from handover.importing.engine.load.deferred import keep_deferred
from handover.importing.engine.load.links import Links
from handover.importing.engine.load.match import match
from handover.importing.engine.load.waiting import Waiting, Work, read
from handover.importing.engine.load.write import write
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import Context, Draft, Ref
from handover.importing.models import ImportRun, Outcome, SourceRecord

BATCH = 2000
#: Matching must see all records of a resource together, or it could not tell namesakes apart.
WHOLE = 1_000_000


def load(
    run: ImportRun,
    resource: type[Resource],
    context: Context,
    on_batch: Callable[[int], None] = lambda _: None,
) -> None:
    """Load every waiting record of one resource; what it links to is loaded already.

    Each batch is one transaction: rows and outcomes together. Running it again does nothing.
    """
    work = Work(run, resource, context)
    with acting_in(run.workspace_id):
        pass_unchanged(work)
    last, most = 0, WHOLE if resource.spec.match else BATCH
    while True:
        with acting_in(run.workspace_id):
            batch = read(work, after=last, most=most)
            if not batch:
                return
            last = batch[-1].result.record_id
            importing()
            _load_batch(work, batch)
        on_batch(len(batch))


def importing() -> None:
    """Tell the database, for this transaction, that the import notes revisions itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.importing', 'on', true)")


def pass_unchanged(work: Work) -> None:
    """Settle at once what was loaded before without a flaw and has not changed at the source."""
    spec = work.resource.spec
    here = spec.target._default_manager.filter(workspace_id=work.run.workspace_id).values("pk")
    SourceRecord.objects.filter(
        workspace_id=work.run.workspace_id,
        run=work.run,
        resource=spec.name,
        outcome=Outcome.WAITING,
        issues=[],
        target_id__in=here,
    ).extra(where=["loaded_hash = payload_hash"]).update(
        outcome=Outcome.UNCHANGED, reason=""
    )  # a constant


def _load_batch(work: Work, batch: Sequence[Waiting]) -> None:
    """Load a batch; if the database refuses it, find the record that it refuses."""
    try:
        with acting_in(work.run.workspace_id):
            _resolve(work, batch)
            match(work, batch)
            write(work, batch)
            _settle(batch)
    except (DataError, IntegrityError) as problem:
        ids = [each.result.record_id for each in batch]
        if len(ids) == 1:
            _refuse(work, ids[0], problem)
            return
        for half in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            again = read(work, after=half[0] - 1, most=len(half))
            _load_batch(work, again)


def _refuse(work: Work, record_id: int, problem: Exception) -> None:
    """Reject one record that the database does not take; its words may quote data: not kept."""
    kind = type(problem.__cause__ or problem).__name__
    for each in read(work, after=record_id - 1, most=1):
        each.draft.reject(f"the database does not take this record ({kind})")
        each.result.outcome, each.result.reason = Outcome.REJECTED, each.draft.rejected
        _settle([each])


def _resolve(work: Work, batch: Sequence[Waiting]) -> None:
    """Turn every link into a row's id, and say what could not be found."""
    deferred = {link.name for link in work.resource.spec.links if link.deferred}
    links = Links(work.run, (ref for each in batch for _, _, ref in _refs(each.draft)))
    for each in batch:
        for draft, name, ref in _refs(each.draft):
            found = links.find(name, ref)
            if found.target_id is None and name in deferred and found.waits:
                continue
            draft.values[name] = found.target_id
            draft.refs = {key: kept for key, kept in draft.refs.items() if key != name}
            if found.issue:
                each.draft.issues.append(found.issue)
            if found.target_id is None and _is_required(work, name):
                draft.reject(found.issue.reason if found.issue else f"{name} is missing")
        _drop_rejected_rows(each.draft)
        if each.draft.rejected and each.alive:
            each.result.outcome, each.result.reason = Outcome.REJECTED, each.draft.rejected
    _carry(work, batch)


def _refs(draft: Draft) -> Iterator[tuple[Draft, str, Ref]]:
    """All links of a draft and of its rows, with the draft that they stand in."""
    for name, ref in tuple(draft.refs.items()):
        yield draft, name, ref
    for rows in draft.rows.values():
        for row in rows:
            for name, ref in tuple(row.refs.items()):
                yield row, name, ref


def _is_required(work: Work, name: str) -> bool:
    spec = work.resource.spec
    inner = (column for rows in spec.rows for column in rows.columns.values())
    fields = (*spec.fields, *inner)
    return any(f.required for f in fields if isinstance(f, Link) and f.name == name)


def _drop_rejected_rows(draft: Draft) -> None:
    for name, rows in draft.rows.items():
        draft.rows[name] = [row for row in rows if not row.rejected]


def _carry(work: Work, batch: Sequence[Waiting]) -> None:
    """Copy what is taken from linked rows, or from the account where there is no link."""
    for carried in work.resource.spec.carried:
        field = work.resource.spec.target._meta.get_field(carried.link)
        ids = {each.draft.values.get(carried.link) for each in batch} - {None}
        manager = field.related_model._default_manager  # type: ignore[union-attr]  # links link: checked at start
        known = dict(
            manager.filter(workspace_id=work.run.workspace_id, pk__in=ids).values_list(
                "pk", carried.attribute
            )
        )
        for each in batch:
            linked = known.get(each.draft.values.get(carried.link))
            each.draft.values[carried.name] = linked or getattr(work.context, carried.attribute)


def _settle(batch: Sequence[Waiting]) -> None:
    for each in batch:
        each.result.issues = [issue.as_json() for issue in each.draft.issues]
        keep_deferred(each)
    ledger.settle([each.result for each in batch])
