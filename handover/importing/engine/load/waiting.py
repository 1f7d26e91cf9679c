"""The records of one batch, on their way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from handover.importing.engine.ledger import Result
from handover.importing.engine.load.links import Known
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import NO_ID, Context, Draft
from handover.importing.models import ImportRun, Outcome, SourceRecord

Row = tuple[int, str, str, str, str, int | None, int | None, int | None]
WITHOUT_ID = "it came without an id: once it changes at the source, it comes again as a new one"
DELETED = "deleted here since; not brought back"


@dataclass(slots=True)
class Waiting:
    """A record of the ledger with its draft and what becomes of it.

    `edited`: people have changed its row since the import wrote it. Of such a row, `deferred` are
    the links that the source has changed, each with the row that it led to before. `joins` is the
    record whose row it is to have: see `choices.py`.
    """

    source_id: str
    draft: Draft
    result: Result
    loaded_hash: str = ""
    edited: bool = False
    joins: str = ""
    deferred: dict[str, int | None] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether the record is still to be written."""
        return self.result.outcome is Outcome.WAITING

    @property
    def changed(self) -> bool:
        """Whether the source says something else than what was loaded last."""
        return self.loaded_hash != self.result.payload_hash

    def leave_out(self) -> None:
        """Settle what the mapping has skipped or refused."""
        if self.draft.skipped and self.alive:
            self.result.outcome, self.result.reason = Outcome.SKIPPED, self.draft.skipped
        if self.draft.rejected and self.alive:
            self.result.outcome, self.result.reason = Outcome.REJECTED, self.draft.rejected

    def leave_deleted(self) -> None:
        """What people deleted here stays deleted: in this run and in later ones."""
        self.result.outcome, self.result.reason = Outcome.SKIPPED, DELETED
        self.result.target_id = None


@dataclass(frozen=True)
class Work:
    """What every part of the loader needs to know; `known` is where links led before.

    `part`: only what was read as this part of the list; "" is all of it.
    """

    run: ImportRun
    resource: type[Resource]
    context: Context
    part: str = ""
    taking_back: bool = False
    known: dict[tuple[str, str], Known] = field(default_factory=dict)


def read(work: Work, *, after: int, most: int) -> list[Waiting]:
    """Read and transform the next waiting records, in the order of the ledger."""
    return transform(work, fetch(work, after=after, most=most))


def fetch(work: Work, *, after: int, most: int) -> list[Row]:
    """Read the next waiting records, as the ledger has them."""
    records = SourceRecord.objects.filter(
        workspace_id=work.run.workspace_id,
        run=work.run,
        resource=work.resource.spec.name,
        outcome=Outcome.WAITING,
        pk__gt=after,
    ).order_by("pk")
    if work.part:
        records = records.filter(part__startswith=work.part)
    return list(records.values_list(*COLUMNS)[:most])


def transform(work: Work, rows: Sequence[Row]) -> list[Waiting]:
    """Transform records; no database, so that it may run beside whatever uses it."""
    return [_waiting(work, *row) for row in rows]


COLUMNS = (
    "pk",
    "source_id",
    "payload",
    "payload_hash",
    "loaded_hash",
    "target_id",
    "target_revision",
    "made_by",
)


def text_of(row: Row) -> int:
    """How many characters the record's payload has."""
    return len(row[2])


def _waiting(  # noqa: PLR0917  # the columns above, in their order
    work: Work,
    pk: int,
    source_id: str,
    payload: str,
    payload_hash: str,
    loaded_hash: str,
    target_id: int | None,
    target_revision: int | None,
    made_by: int | None,
) -> Waiting:
    parent, _, own = source_id.rpartition("/")
    draft = work.resource.transform(payload, work.context, parent)
    if own.startswith(NO_ID) and not draft.rejected:
        draft.note("", "no id", WITHOUT_ID)
    result = Result(
        pk,
        payload_hash,
        follows=draft.follows,
        target_id=target_id,
        target_revision=target_revision,
        made_by=made_by,
    )
    waiting = Waiting(source_id, draft, result, loaded_hash)
    if target_id is None and loaded_hash:
        waiting.leave_deleted()
    return waiting
