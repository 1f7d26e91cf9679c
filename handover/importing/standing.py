"""How far a run is, from its rows: the same whoever asks, and wherever it is worked on."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from handover.core.tenancy import acting_in
from handover.importing.engine.keeper import Keeper
from handover.importing.engine.row_contents import rows_of
from handover.importing.models import ImportRun, Outcome, SourceRecord, State, Step
from handover.importing.systems import RESOURCES


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of record: how many its lists have, how many came, how many have an outcome."""

    name: str
    total: int
    fetched: int
    loaded: int


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

    @property
    def records(self) -> int:
        """How many records have come."""
        return sum(each.fetched for each in self.kinds)


def standing(run: ImportRun, keeper: Keeper) -> Standing:
    """Ask the ledger how far a run is."""
    with acting_in(run.workspace_id):
        now = ImportRun.objects.get(pk=run.pk)
        steps = {
            each["resource"]: each
            for each in Step.objects.filter(workspace_id=run.workspace_id, run=run)
            .values("resource")
            .annotate(of=Coalesce(Sum("total"), 0), asked=Sum("requests"))
            .order_by()
        }
        found = (
            SourceRecord.objects.filter(workspace_id=run.workspace_id, run=run)
            .values("resource")
            .annotate(fetched=Count("pk"), loaded=Count("pk", filter=~Q(outcome=Outcome.WAITING)))
            .order_by()
        )
        counts = {each["resource"]: (each["fetched"], each["loaded"]) for each in found}
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
            Kind(each.spec.name, steps[each.spec.name]["of"], *counts.get(each.spec.name, (0, 0)))
            for each in RESOURCES[run.system]
            if each.spec.name in steps
        ),
        contents=sum(each.count for each in totals),
        contents_here=sum(each.stored for each in totals),
        bytes_here=sum(each.stored_bytes for each in totals),
    )
