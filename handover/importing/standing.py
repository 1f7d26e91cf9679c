"""How far a run is, from its rows: the same whoever asks, and wherever it is worked on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from handover.core.tenancy import acting_in
from handover.importing.engine.keeper import Keeper
from handover.importing.engine.row_contents import rows_of
from handover.importing.models import ImportRun, Outcome, SourceRecord, State, Step
from handover.importing.systems import RESOURCES

#: A list that is read by parts has a step for each, beside the one that tells its whole length.
WHOLE = Q(part="")
READING = Q(state=Step.State.READING)
NOTHING = {"fetched": 0, "loaded": 0, "problems": 0}


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of record: how many its lists have, how many came, how many have an outcome.

    `problems` were rejected, or came with something to know. `reading` is how many of its lists are
    not read to their end yet, `uncounted` how many of those have not said how long they are.
    """

    name: str
    total: int
    fetched: int
    loaded: int
    problems: int = 0
    reading: int = 0
    uncounted: int = 0

    @property
    def coming(self) -> int:
        """How many records are still to be read, as far as that is known."""
        return max(0, self.total - self.fetched) if self.reading else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """One run as it stands now. Contents are counted, and their bytes, for all types together."""

    run_id: int
    state: State
    message: str
    requests: int
    seconds: Decimal
    alive_at: datetime | None
    kinds: tuple[Kind, ...]
    contents: int
    contents_here: int
    bytes_here: int
    bytes: int = 0
    read_seconds: Decimal = Decimal(0)
    read_requests: int = 0
    waits_until: datetime | None = None
    calendar_ready_at: datetime | None = None
    wish: str = ""

    @property
    def records(self) -> int:
        """How many records have come."""
        return sum(each.fetched for each in self.kinds)


def standing(run: ImportRun, keeper: Keeper) -> Standing:
    """Ask the ledger how far a run is."""
    with acting_in(run.workspace_id):
        now = ImportRun.objects.get(pk=run.pk)
        steps, counts = _steps(run), _counts(run)
        totals = [
            keeper.of(each.spec.target).totals(rows_of(run, each))
            for each in RESOURCES[run.system]
            if each.spec.contents is not None
        ]
    return Standing(
        run_id=run.pk,
        state=State(now.state),
        message=now.message,
        requests=now.requests + sum(each["asked"] for each in steps.values()),
        seconds=now.seconds,
        alive_at=now.beat_at,
        kinds=tuple(
            _kind(each.spec.name, steps[each.spec.name], counts.get(each.spec.name, NOTHING))
            for each in RESOURCES[run.system]
            if each.spec.name in steps
        ),
        contents=sum(each.count for each in totals),
        contents_here=sum(each.stored for each in totals),
        bytes_here=sum(each.stored_bytes for each in totals),
        bytes=sum(each.bytes for each in totals),
        read_seconds=sum((each["took"] for each in steps.values()), Decimal(0)),
        read_requests=sum(each["asked"] for each in steps.values()),
        waits_until=now.waits_until,
        calendar_ready_at=now.calendar_ready_at,
        wish=now.wish,
    )


def _steps(run: ImportRun) -> Mapping[str, Mapping[str, Any]]:
    """How far the lists of each type are read."""
    found = Step.objects.filter(workspace_id=run.workspace_id, run=run).values("resource")
    counted = found.order_by().annotate(
        of=Coalesce(Sum("total", filter=WHOLE), 0),
        asked=Sum("requests"),
        took=Sum("seconds"),
        reading=Count("pk", filter=WHOLE & READING),
        uncounted=Count("pk", filter=WHOLE & READING & Q(total=None)),
    )
    return {each["resource"]: each for each in counted}


def _counts(run: ImportRun) -> Mapping[str, Mapping[str, Any]]:
    """What became of the records of each type."""
    found = SourceRecord.objects.filter(workspace_id=run.workspace_id, run=run).values("resource")
    counted = found.order_by().annotate(
        fetched=Count("pk"),
        loaded=Count("pk", filter=~Q(outcome=Outcome.WAITING)),
        problems=Count("pk", filter=Q(outcome=Outcome.REJECTED) | ~Q(issues=[])),
    )
    return {each["resource"]: each for each in counted}


def _kind(name: str, step: Mapping[str, Any], count: Mapping[str, Any]) -> Kind:
    return Kind(
        *(name, step["of"], count["fetched"], count["loaded"], count["problems"]),
        reading=step["reading"],
        uncounted=step["uncounted"],
    )
