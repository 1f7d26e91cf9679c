"""One batch: read, resolve, match, write and settle, in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate

from django.db import DataError, IntegrityError, connection, models
from django.db.models import F, Q

from handover.core.tenancy import acting_in
from handover.importing.engine import ledger
from handover.importing.engine.beside import Lanes, collector_paused
from handover.importing.engine.fields import Link
from handover.importing.engine.load.deferred import keep_deferred
from handover.importing.engine.load.double import DOUBLE_BOOKING
from handover.importing.engine.load.links import Links
from handover.importing.engine.load.match import match, tell_alike
from handover.importing.engine.load.waiting import (
    Row,
    Waiting,
    Work,
    fetch,
    read,
    text_of,
    transform,
)
from handover.importing.engine.load.write import write
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import Context, Draft, Ref
from handover.importing.models import ImportRun, Outcome, SourceRecord

#: A link that the record itself does not give.
TAKEN = "taken from a linked record"
CREATED, UPDATED = Outcome.CREATED, Outcome.UPDATED
BATCH = 1000  # records at most, and
MOST_TEXT = 1_500_000  # characters of them: wide ones take some ten times that on their way
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
    with collector_paused(), Lanes() as lanes:
        for rows in _batches(work):
            lanes.do(partial(_load_rows, work, rows), partial(on_batch, len(rows)))


def _batches(work: Work) -> Iterator[list[Row]]:
    """Read the waiting records; how many belong together depends on what they are matched by."""
    most, after = WHOLE if work.resource.spec.match else BATCH, 0
    while rows := _fetch(work, after, most):
        batch = rows if work.resource.spec.match else _first_of(rows)
        yield batch
        after = batch[-1][0]


def _first_of(rows: list[Row]) -> list[Row]:
    """As many of them as are not too long together; one at least."""
    lengths = accumulate(text_of(row) for row in rows)
    return rows[: 1 + sum(1 for length in lengths if length < MOST_TEXT)]


def _fetch(work: Work, after: int, most: int) -> list[Row]:
    with acting_in(work.run.workspace_id):
        return fetch(work, after=after, most=most)


def _load_rows(work: Work, rows: Sequence[Row]) -> None:
    batch = transform(work, rows)
    with acting_in(work.run.workspace_id):
        ledger.importing()
        _load_batch(work, batch)


def check_links_now() -> None:
    """Have the database check links here, where a record that it refuses can still be found."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def pass_unchanged(work: Work) -> None:
    """Settle at once what was loaded before without a flaw and has not changed at the source.

    What links to something that this run has made or changed is looked at again: a client may
    have been merged into another one, a place may have got its time zone.
    """
    spec, run = work.resource.spec, work.run
    records = SourceRecord.objects.filter(workspace_id=run.workspace_id, run=run)
    linked = {name for link in spec.links for name in link.to} | spec.needs
    if records.filter(resource__in=linked, outcome__in=(CREATED, UPDATED)).exists():
        return
    here = spec.target._default_manager.filter(workspace_id=run.workspace_id).values("pk")
    # A double booking is no flaw of its own, and is told anew once all is loaded.
    flawless = Q(issues=[]) | Q(issues__0__code=DOUBLE_BOOKING, issues__1__isnull=True)
    known = records.filter(
        flawless,
        resource=spec.name,
        outcome=Outcome.WAITING,
        target_id__in=here,
        loaded_hash=F("payload_hash"),
    )
    known.filter(made_by__isnull=True).update(outcome=Outcome.MATCHED, reason="")
    known.filter(made_by__isnull=False).update(outcome=Outcome.UNCHANGED, reason="")


def _load_batch(work: Work, batch: Sequence[Waiting]) -> None:
    """Load a batch; if the database refuses it, find the record that it refuses."""
    try:
        with acting_in(work.run.workspace_id):
            _resolve(work, batch)
            match(work, batch)
            tell_alike(work, batch)
            write(work, batch)
            _settle(work, batch)
            check_links_now()
    except (DataError, IntegrityError) as problem:
        work.known.clear()  # somebody may have deleted what a link led to
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
        _settle(work, [each])


def _resolve(work: Work, batch: Sequence[Waiting]) -> None:
    """Turn every link into a row's id, and say what could not be found."""
    deferred = work.resource.spec.deferred
    links = Links(work.run, work.known, (ref for each in batch for _, _, ref in _refs(each.draft)))
    links.drop_deleted(_linked_models(work))
    for each in batch:
        known = each.result.target_id is not None
        for draft, name, ref in _refs(each.draft):
            if known and name in deferred:
                continue  # a row that is there already changes its deferred links at the end
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
        each.leave_out()
    _take_from_others(work, batch)
    _carry(work, batch)


def _linked_models(work: Work) -> dict[str, type[models.Model]]:
    """The table that each linked resource's records became rows of."""
    spec, found = work.resource.spec, dict[str, type[models.Model]]()
    for holder, fields in (
        (spec.target, spec.fields),
        *((r.into, r.columns.values()) for r in spec.rows),
    ):
        for link in (each for each in fields if isinstance(each, Link)):
            column = holder._meta.get_field(link.name)
            if isinstance(column, models.ForeignKey):
                found |= dict.fromkeys(link.to, column.related_model)
    return found


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
        known = _of_linked(work, batch, carried.link, carried.attribute)
        for each in batch:
            linked = known.get(each.draft.values.get(carried.link))
            each.draft.values[carried.name] = linked or getattr(work.context, carried.attribute)


def _take_from_others(work: Work, batch: Sequence[Waiting]) -> None:
    """Where a link leads nowhere, take the one that another linked row has."""
    for link in (each for each in work.resource.spec.links if each.otherwise):
        without = [each for each in batch if each.draft.values.get(link.name) is None]
        known = _of_linked(work, without, link.otherwise, f"{link.name}_id")
        for each in without:
            found = known.get(each.draft.values.get(link.otherwise))
            if found is not None:
                each.draft.values[link.name] = found
                each.draft.note(link.name, TAKEN, f"taken from its {link.otherwise}")


def _of_linked(
    work: Work, batch: Sequence[Waiting], link: str, attribute: str
) -> dict[object, object]:
    """What the rows that a link of these records leads to have in one column, by row."""
    field = work.resource.spec.target._meta.get_field(link)
    ids = {each.draft.values.get(link) for each in batch} - {None}
    manager = field.related_model._default_manager  # type: ignore[union-attr]  # links link: checked at start
    rows = manager.filter(workspace_id=work.run.workspace_id, pk__in=ids)
    return dict(rows.values_list("pk", attribute))


def _settle(work: Work, batch: Sequence[Waiting]) -> None:
    for each in batch:
        each.result.issues = [issue.as_json() for issue in each.draft.issues]
        keep_deferred(work, each)
    ledger.settle([each.result for each in batch])
