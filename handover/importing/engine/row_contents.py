"""What the ledger and rows say of bytes, however those come: fetched, or enclosed in records."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from handover.importing.engine import ledger
from handover.importing.engine.errors import CannotStore
from handover.importing.engine.keeper import Keeper
from handover.importing.engine.lease import working_on
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import Issue
from handover.importing.models import ImportRun, Outcome, SourceRecord

CONTENT = "content"  # the attribute that issues about bytes are filed under
HERE = (Outcome.CREATED, Outcome.MATCHED, Outcome.UPDATED, Outcome.UNCHANGED)


@contextmanager
def storing() -> Iterator[None]:
    """What fails in storing stops the run, in words for people."""
    try:
        yield
    except OSError as problem:
        raise CannotStore(
            f"files cannot be stored or deleted: {problem.strerror or problem}. See to it that"
            " there is room, and that the place of files can be written; then go on"
        ) from None


def sweep(run: ImportRun, keeper: Keeper) -> None:
    """Delete the bytes that no row of the run's workspace holds.

    Which ones is decided by the run's holder alone: what another one stores meanwhile stays.
    """
    with storing():
        with working_on(run):
            keys = keeper.doom(run.workspace_id)
        keeper.remove(run.workspace_id, keys)


def rows_of(run: ImportRun, resource: type[Resource]) -> QuerySet[Any]:
    """The rows that one resource's records have become; to be asked inside the workspace."""
    records = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, run=run, resource=resource.spec.name, outcome__in=HERE
    )
    rows = resource.spec.target._default_manager.filter(workspace_id=run.workspace_id)
    return rows.filter(pk__in=records.values("target_id"))


@dataclass
class RowContents:
    """The bytes of one resource's rows; `keeper` is that of their model."""

    run: ImportRun
    resource: type[Resource]
    keeper: Keeper

    def adopt(self) -> None:
        """Give what was stored whole before a crash to its row."""
        with working_on(self.run):
            mine = set(rows_of(self.run, self.resource).values_list("pk", flat=True))
        with storing():
            for each in self.keeper.whole(self.run.workspace_id):
                if each.row_id in mine:
                    self.note(each.row_id, partial(self.keeper.hold, key=each.key, kept=each.kept))

    def note(self, row_id: int, act: Callable[[int], object]) -> None:
        """Write to the row; what the import writes there is no edit of anybody's."""
        target = self.resource.spec.target
        rows = target._default_manager.filter(pk=row_id)
        with working_on(self.run):
            before = rows.select_for_update().values_list("revision", flat=True).first()
            act(row_id)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {ledger.TABLE} r SET target_revision = t.revision"
                    f' FROM "{target._meta.db_table}" t WHERE t.id = r.target_id'
                    " AND r.workspace_id = %s AND r.resource = %s"
                    " AND r.target_id = %s AND r.target_revision = %s",
                    [self.run.workspace_id, self.resource.spec.name, row_id, before],
                )

    def names(self, row_ids: Sequence[int]) -> dict[int, str]:
        """The source's own name for each row."""
        with working_on(self.run):
            records = self.records().filter(target_id__in=row_ids)
            pairs = records.values_list("target_id", "source_id")
            return {row_id: source_id for row_id, source_id in pairs if row_id is not None}

    def records(self) -> QuerySet[SourceRecord]:
        """What the run has read of this resource; to be asked inside the workspace."""
        return SourceRecord.objects.filter(
            workspace_id=self.run.workspace_id, run=self.run, resource=self.resource.spec.name
        )

    def file_issues(self) -> None:
        """Have the ledger say of each record what its row says of its bytes, and no more."""
        with working_on(self.run):
            rows = rows_of(self.run, self.resource)
            told = {pk: Issue(CONTENT, code, why) for pk, code, why in self.keeper.problems(rows)}
            concerned = Q(target_id__in=list(told)) | Q(issues__contains=[{"field": CONTENT}])
            for record in self.records().filter(concerned).only("pk", "issues", "target_id"):
                others = [each for each in record.issues if each["field"] != CONTENT]
                issue = told.get(record.target_id or 0)
                record.issues = others + ([issue.as_json()] if issue else [])
                record.save(update_fields=["issues"])
