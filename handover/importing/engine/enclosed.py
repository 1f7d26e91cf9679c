"""Enclosed contents: bytes that stand in the records, so that storing them asks for nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from handover.core.json import JsonObject
from handover.importing.engine.attached import Enclosed
from handover.importing.engine.keeper import Keeper
from handover.importing.engine.lease import Stale, working_on
from handover.importing.engine.payload import decode
from handover.importing.engine.resource import Resource
from handover.importing.engine.row_contents import RowContents, rows_of, storing
from handover.importing.models import ImportRun

BATCH = 50


def store_enclosed(
    run: ImportRun,
    resources: Iterable[type[Resource]],
    keeper: Keeper,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Store what the run's records enclose and their rows have not got yet.

    `check` is called between batches, and raises what ends the work.
    """
    for each in resources:
        enclosed = each.spec.contents
        if isinstance(enclosed, Enclosed):
            Storing(run, each, keeper.of(each.spec.target), enclosed, check).store()


@dataclass
class Storing(RowContents):
    """The storing of what one resource's records enclose."""

    enclosed: Enclosed
    check: Callable[[], None]

    def store(self) -> None:
        """Store what is missing. Raises `StopImport`; what was stored by then stays."""
        self.adopt()
        with working_on(self.run):
            rows = rows_of(self.run, self.resource).order_by("pk")
            wanted = [each.row_id for each in self.keeper.wanted(rows)]
        for start in range(0, len(wanted), BATCH):
            self.check()
            self._store(wanted[start : start + BATCH])
        self.file_issues()

    def _store(self, row_ids: Sequence[int]) -> None:
        payloads = self._payloads(row_ids)
        with working_on(self.run):
            keys = self.keeper.note(self.run.workspace_id, row_ids)
        try:
            self._put(row_ids, keys, payloads)
        except Stale:
            self.keeper.disown(self.run.workspace_id, keys)
            raise

    def _put(
        self, row_ids: Sequence[int], keys: Sequence[str], payloads: Mapping[int, JsonObject]
    ) -> None:
        for row_id, key in zip(row_ids, keys, strict=True):
            with storing():
                kept = self.keeper.put(key, [self.enclosed.read(payloads[row_id])])
                self.note(row_id, partial(self.keeper.hold, key=key, kept=kept))

    def _payloads(self, row_ids: Sequence[int]) -> dict[int, JsonObject]:
        """What each row was made from; only what could be read has become a row."""
        with working_on(self.run):
            records = self.records().filter(target_id__in=row_ids)
            pairs = records.values_list("target_id", "payload")
            found = {row_id: decode(text) for row_id, text in pairs if row_id is not None}
        return {row_id: each for row_id, each in found.items() if isinstance(each, dict)}
