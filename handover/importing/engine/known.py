"""What the ledger has of a list: how many different records, which of them are still there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max, Q, QuerySet

from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.scalars import instant
from handover.importing.engine.ledger import TABLE, VANISHED
from handover.importing.engine.lists import OVERLAP, Steps
from handover.importing.engine.order import COMING, Weeks
from handover.importing.engine.payload import Picker
from handover.importing.engine.resource import Resource
from handover.importing.engine.soon import ByTime
from handover.importing.models import ImportRun, Outcome, SourceRecord, State, Step

#: Runs that have read what they were to read.
FINISHED = (State.REHEARSED, State.DONE, State.PARTLY_DONE)
GONE = "deleted at the source"


@dataclass(frozen=True)
class Basis:
    """An earlier run that has read a list whole: what it left is known, what came later is not.

    `total` is how many records the list had then.
    """

    run_id: int
    since: datetime
    total: int


def bases(run: ImportRun) -> dict[str, Basis]:
    """For each list, by its path, the newest finished run of the account that has read it.

    None for lists of which something has been undone since: numbers alone cannot tell that from
    records that were deleted at the source, so those lists are read whole.
    """
    if run.whole:
        return {}
    undone = SourceRecord.objects.filter(
        workspace_id=run.workspace_id,
        system=run.system,
        account=run.account,
        outcome=Outcome.UNDONE,
    )
    last_undone = dict(undone.values_list("path").annotate(Max("run")).order_by())
    steps = Step.objects.filter(
        workspace_id=run.workspace_id,
        part="",
        state=Step.State.READ,
        message="",
        run__system=run.system,
        run__account=run.account,
        run__state__in=FINISHED,
        run__reading_began_at__isnull=False,
        run__lt=run.pk,
    ).order_by("run")
    found = steps.values_list("path", "run_id", "run__reading_began_at", "total")
    return {
        path: Basis(run_id, began - OVERLAP, total or 0)
        for path, run_id, began, total in found
        if began and last_undone.get(path, 0) < run_id
    }


def note_since(run: ImportRun, found: Iterable[Basis]) -> None:
    """Note on the run from when on it asks for changes; call it inside the run's workspace."""
    run.since = min((each.since for each in found), default=None)
    ImportRun.objects.filter(pk=run.pk).update(since=run.since)


def records(run: ImportRun, step: Step) -> QuerySet[SourceRecord]:
    """What this run has read of a list, or of the part of it that the step is for."""
    found = SourceRecord.objects.filter(
        workspace_id=run.workspace_id,
        run=run,
        resource=step.resource,  # with it an index leads to the list
        path=step.path,
    )
    return found.filter(part=step.part) if step.part else found


def seen_last(run: ImportRun, step: Step) -> QuerySet[SourceRecord]:
    """What the latest reading of them has seen."""
    return records(run, step).filter(part=step.part, sweep=step.sweep)


def newest(run: ImportRun, step: Step) -> int:
    """The last that the ledger has of a list: what it gets from now on is new to it."""
    return records(run, step).aggregate(newest=Max("pk"))["newest"] or 0


def still_there(run: ImportRun, step: Step, basis: Basis | None) -> int:
    """How many different records of a list are known not to be gone, by this run or its basis.

    Of what was undone since, the ledger has nothing but the name: that is not known any more.
    """
    of_runs = Q(run=run) | (Q(run__gte=basis.run_id) if basis else Q())
    found = SourceRecord.objects.filter(of_runs, **_of_list(run, step))
    return found.exclude(reason=VANISHED).exclude(outcome=Outcome.UNDONE).count()


def adopt(run: ImportRun, step: Step, basis: Basis) -> None:
    """Make records that the basis left, and that have not changed, records of this run."""
    names = " AND ".join(f"{column} = %s" for column in _of_list(run, step))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} SET run_id = %s, part = '', outcome = 'waiting', superseded_payload ="
            " CASE WHEN loaded_hash = payload_hash THEN NULL ELSE superseded_payload END"
            f" WHERE run_id >= %s AND run_id <> %s AND reason <> %s AND {names}",
            [run.pk, basis.run_id, run.pk, VANISHED, *_of_list(run, step).values()],
        )


def _of_list(run: ImportRun, step: Step) -> dict[str, int | str]:
    return {
        "workspace_id": run.workspace_id,
        "system": run.system,
        "account": run.account,
        "resource": step.resource,
        "path": step.path,
    }


def mark_vanished(run: ImportRun, step: Step) -> None:
    """The last reading was whole: what only an earlier one saw is no longer there.

    What has been loaded by then stays: nothing is deleted here because it was deleted elsewhere.
    """
    missed = ~Q(part=step.part) | Q(sweep__lt=step.sweep)
    gone = records(run, step).filter(missed).exclude(reason=VANISHED)
    gone.filter(outcome=Outcome.WAITING).update(outcome=Outcome.SKIPPED, reason=VANISHED)
    mark_forgotten(run, step)
    gone.exclude(outcome__in=(Outcome.WAITING, Outcome.SKIPPED)).update(reason=VANISHED)


def mark_forgotten(run: ImportRun, step: Step) -> None:
    """All is read: what went with a deleted import and was not seen again is no longer there."""
    gone = records(run, step).filter(outcome=Outcome.UNDONE)
    gone.update(outcome=Outcome.SKIPPED, reason=VANISHED)


def read_forgotten_again(run: ImportRun, found: Mapping[str, Steps]) -> None:
    """Lists of which the run has read what went with an import that was deleted since begin anew.

    The ledger has only the name of it; what the reading that goes on will see again may wait.
    """
    gone = SourceRecord.objects.filter(
        workspace_id=run.workspace_id,
        run=run,
        resource__in={step.resource for steps in found.values() for step in steps.values()},
        outcome=Outcome.UNDONE,
    )
    seen = gone.values_list("path", "part").annotate(Max("sweep")).order_by()
    for path, part, sweep in seen:
        steps = found.get(path, {})
        if part in steps and sweep >= steps[part].sweep:
            whole = steps[""]
            whole.state, whole.message = Step.State.READING, ""
            whole.sweep, whole.next_page = whole.sweep + 1, 1
            whole.save()


def coming(run: ImportRun, resources: Iterable[type[Resource]], weeks: Weeks) -> list[str]:
    """Ids of the records of these resources that are of the coming weeks, as far as known."""
    return [name for each in resources for name in _coming(run, each, weeks)]


def _coming(run: ImportRun, resource: type[Resource], weeks: Weeks) -> Iterator[str]:
    spec = resource.spec
    rows = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, run=run, resource=spec.name
    ).order_by("pk")
    yield from rows.filter(part=COMING).values_list("source_id", flat=True)
    if isinstance(spec.soon, ByTime):
        is_coming = _reader(spec.soon.key, weeks)
        others = rows.filter(part="").values_list("source_id", "payload")
        yield from (name for name, payload in others.iterator() if is_coming(payload))


def _reader(key: str, weeks: Weeks) -> Callable[[str], bool]:
    picker = Picker([key])

    def is_coming(payload: str) -> bool:
        try:
            return weeks.are_coming(instant(picker.pick(payload)[key]))
        except (ValueError, BadValue):
            return False

    return is_coming
