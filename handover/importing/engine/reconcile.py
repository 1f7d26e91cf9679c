"""Reconcile: what the source says it has, against what is here. Nothing here is a stored count."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection

from handover.importing.engine.adding import add_up
from handover.importing.engine.keeper import Keeper, Totals
from handover.importing.engine.ledger import TABLE as LEDGER
from handover.importing.engine.ledger import VANISHED
from handover.importing.engine.resource import Resource, Spec
from handover.importing.engine.row_contents import HERE, rows_of
from handover.importing.engine.scope import Scope
from handover.importing.engine.totals import ControlSum, ControlTotal
from handover.importing.engine.values import LEFT_OUT
from handover.importing.models import ImportRun, Outcome, Step

ALL = (*HERE, Outcome.SKIPPED, Outcome.REJECTED)
EXAMPLES = 20


@dataclass(frozen=True)
class Cause:
    """Records of one type with the same problem."""

    field: str
    code: str
    count: int
    example_id: str
    example: str


@dataclass(frozen=True)
class Bytes:
    """The contents of one type: how many, how many bytes, and what became of them."""

    count: int
    bytes: int
    stored: int
    stored_bytes: int
    failed: int
    not_processed: int
    later: bool = False

    @property
    def accounted_for(self) -> bool:
        """Whether each was stored, or says why not; a rehearsal leaves them for later."""
        return self.later or self.count == self.stored + self.failed + self.not_processed


@dataclass(frozen=True)
class Gone:
    """Records that have a row here and are no longer at the source; the first of their ids."""

    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass
class Line:
    """One type of record in the report."""

    name: str
    source_total: int = 0
    fetched: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    vanished: int = 0
    rows_here: int = 0
    requests: int = 0
    seconds: Decimal = Decimal(0)
    states: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    sums: list[ControlSum] = field(default_factory=list)
    totals: list[ControlTotal] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    contents: Bytes | None = None
    gone: Gone = Gone()

    @property
    def unread(self) -> bool:
        """Whether a list of this type could not be read with this key."""
        return Step.State.NOT_PERMITTED in self.states.values()

    @property
    def partial(self) -> bool:
        """Whether something of this type may still come, if somebody sees to it."""
        return self.unread or (self.contents is not None and self.contents.failed > 0)

    @property
    def balanced(self) -> bool:
        """Whether each record that the source reports has one outcome, and its row."""
        return (
            self.fetched - self.vanished == self.source_total
            and sum(self.outcomes[each] for each in ALL) == self.fetched
            and self.rows_here == sum(self.outcomes[each] for each in HERE)
            and all(each.agrees for each in self.sums)
            and all(each.agrees for each in self.totals)
            and (self.contents is None or self.contents.accounted_for)
        )


def reconcile(run: ImportRun, resources: Iterable[type[Resource]], keeper: Keeper) -> list[Line]:
    """One line per type; call it inside the run's workspace."""
    lines = []
    for resource in resources:
        line = _line(Scope(run, resource.spec))
        if resource.spec.contents is not None:
            line.contents = _bytes(run, keeper.totals(rows_of(run, resource)))
        lines.append(line)
    return lines


def _bytes(run: ImportRun, totals: Totals) -> Bytes:
    return Bytes(
        count=totals.count,
        bytes=totals.bytes,
        stored=totals.stored,
        stored_bytes=totals.stored_bytes,
        failed=totals.failed,
        not_processed=totals.not_processed,
        later=run.rehearsal,
    )


def _line(scope: Scope) -> Line:
    line = Line(scope.spec.name)
    read: Counter[str] = Counter()
    counted = "r.path, r.outcome, r.reason = %s, count(*), count(t.id)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {counted} {scope.records} GROUP BY 1, 2, 3", [VANISHED, *scope.parameters]
        )
        for path, outcome, gone, count, here in cursor:
            read[path] += count
            line.outcomes[outcome] += count
            line.vanished += count if gone else 0
            line.rows_here += here if outcome in HERE else 0
    line.fetched = sum(read.values())
    steps = list(
        Step.objects.filter(
            workspace_id=scope.run.workspace_id, run=scope.run, resource=scope.spec.name
        ).order_by("pk")
    )
    for step in steps:
        if not step.part:
            line.source_total += read[step.path] if step.total is None else step.total
        line.requests += step.requests
        line.seconds += step.seconds
    _tell(line, scope.spec, steps)
    added = add_up(scope)
    line.sums, line.totals = added.sums, added.totals
    line.causes = list(_causes(scope))
    if scope.run.reading_began_at and set(line.states.values()) <= {Step.State.READ}:
        line.gone = _gone(scope)
    return line


def _gone(scope: Scope) -> Gone:
    """What an earlier run has brought and this one, which has read the whole list, has not seen."""
    run, spec = scope.run, scope.spec
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (array_agg(r.source_id ORDER BY r.id))[:%s]"
            f' FROM {LEDGER} r JOIN "{spec.target._meta.db_table}" t ON t.id = r.target_id'
            " WHERE r.workspace_id = %s AND r.system = %s AND r.account = %s AND r.resource = %s"
            " AND (r.run_id < %s OR r.reason = %s)",
            [EXAMPLES, run.workspace_id, run.system, run.account, spec.name, run.pk, VANISHED],
        )
        count, examples = cursor.fetchone()
        return Gone(count, tuple(examples or ()))


def _tell(line: Line, spec: Spec, steps: Sequence[Step]) -> None:
    """What there is to say of each list; of thousands that hang on records, it is said together."""
    if spec.per is None:
        line.states = {step.path: step.state for step in steps if not step.part}
        line.messages = [step.message for step in steps if step.message]
        return
    found = {step.state for step in steps}
    worst = (Step.State.READING, Step.State.NOT_PERMITTED, Step.State.READ, Step.State.ABSENT)
    if state := next((each for each in worst if each in found), None):
        line.states[spec.endpoint] = state.value
    for message, count in _alike(steps).items():
        line.messages.append(f"{count:,} of {len(steps):,} lists: {message}")


def _alike(steps: Sequence[Step]) -> Counter[str]:
    """Messages without the paths that tell them apart."""
    return Counter(step.message.replace(step.path, "it") for step in steps if step.message)


def _causes(scope: Scope) -> Iterator[Cause]:
    """Group every issue, rejection and skip by its cause, the most frequent first."""
    select = (
        r"regexp_replace(i.field, '\[[^]]*\]', '[]'), i.code, count(*),"
        " (array_agg(r.source_id ORDER BY r.source_id, i.reason))[1],"
        " (array_agg(i.reason ORDER BY r.source_id, i.reason))[1]"
    )
    each = (
        f"FROM (SELECT r.source_id, r.issues, r.outcome, r.reason {scope.records}) r,"
        " LATERAL (SELECT x->>'field' AS field, x->>'code' AS code, x->>'reason' AS reason"
        " FROM jsonb_array_elements(r.issues) x UNION ALL"
        f" SELECT '', CASE WHEN r.reason LIKE '{LEFT_OUT}%%' THEN '{LEFT_OUT}' ELSE r.outcome END,"
        " r.reason WHERE r.outcome IN ('rejected', 'skipped')) i"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {select} {each} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
            scope.parameters,
        )
        return iter([Cause(*row) for row in cursor])
