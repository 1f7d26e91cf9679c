"""The records of one batch, on their way."""

from dataclasses import dataclass

from handover.importing.engine.ledger import Result
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import Context, Draft
from handover.importing.models import ImportRun, Outcome, SourceRecord


@dataclass(slots=True)
class Waiting:
    """A record of the ledger with its draft and what becomes of it."""

    source_id: str
    draft: Draft
    result: Result

    @property
    def alive(self) -> bool:
        """Whether the record is still to be written."""
        return self.result.outcome is Outcome.WAITING


@dataclass(frozen=True)
class Work:
    """What every part of the loader needs to know."""

    run: ImportRun
    resource: type[Resource]
    context: Context


def read(work: Work, *, after: int, most: int) -> list[Waiting]:
    """Read and transform the next waiting records, in the order of the ledger."""
    records = SourceRecord.objects.filter(
        workspace_id=work.run.workspace_id,
        run=work.run,
        resource=work.resource.spec.name,
        outcome=Outcome.WAITING,
        pk__gt=after,
    ).order_by("pk")
    columns = (
        "pk",
        "source_id",
        "payload",
        "payload_hash",
        "target_id",
        "target_revision",
        "made_by",
    )
    return [
        Waiting(
            source_id,
            draft := work.resource.transform(payload, work.context),
            Result(
                pk,
                payload_hash,
                follows=draft.follows,
                target_id=target,
                target_revision=revision,
                made_by=made_by,
            ),
        )
        for pk, source_id, payload, payload_hash, target, revision, made_by in records.values_list(
            *columns
        )[:most]
    ]
