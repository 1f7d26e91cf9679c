"""One batch: read, resolve, match, write and settle, in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F, Q

from handover.importing.engine import ledger
from handover.importing.engine.beside import Lanes, collector_paused
from handover.importing.engine.lease import working_on
from handover.importing.engine.load.choices import join
from handover.importing.engine.load.deferred import keep_deferred
from handover.importing.engine.load.double import DOUBLE_BOOKING
from handover.importing.engine.load.match import match, tell_alike
from handover.importing.engine.load.resolve import resolve
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
from handover.importing.engine.values import Context
from handover.importing.models import ImportRun, Outcome, SourceRecord

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
    part: str = "",
    *,
    taking_back: bool = False,
) -> None:
    """Load every waiting record of one resource, or of a part of its list that is read.

    What they link to is loaded already.

    Each batch is one transaction: rows and outcomes together. Running it again does nothing.
    `taking_back`: what is loaded is what stood before; where people were, nobody is asked.
    """
    work = Work(run, resource, context, part, taking_back)
    with collector_paused(), Lanes() as lanes:
        for rows, last in _batches(work):
            lanes.do(partial(_load_rows, work, rows), partial(on_batch, len(rows)), only=last)


def _batches(work: Work) -> Iterator[tuple[list[Row], bool]]:
    """Read the waiting records, and whether these are the last of them.

    How many belong together depends on what they are matched by.
    """
    most, after = WHOLE if work.resource.spec.match else BATCH, 0
    while rows := _fetch(work, after, most, first=not after):
        batch = rows if work.resource.spec.match else _first_of(rows)
        last = batch is rows and len(rows) < most
        yield batch, last
        if last:
            return
        after = batch[-1][0]


def _first_of(rows: list[Row]) -> list[Row]:
    """As many of them as are not too long together; one at least."""
    lengths = accumulate(text_of(row) for row in rows)
    many = 1 + sum(1 for length in lengths if length < MOST_TEXT)
    return rows[:many] if many < len(rows) else rows


def _fetch(work: Work, after: int, most: int, *, first: bool) -> list[Row]:
    with working_on(work.run):
        if first and not work.part:
            pass_unchanged(work)
        return fetch(work, after=after, most=most)


def _load_rows(work: Work, rows: Sequence[Row]) -> None:
    batch = transform(work, rows)
    with working_on(work.run):
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
        with transaction.atomic():  # the block around it holds the run
            resolve(work, batch)
            match(work, batch)
            tell_alike(work, batch)
            write(work, batch)
            join(work, batch)
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


def _settle(work: Work, batch: Sequence[Waiting]) -> None:
    for each in batch:
        each.result.issues = [issue.as_json() for issue in each.draft.issues]
        keep_deferred(work, each)
    ledger.settle([each.result for each in batch])
