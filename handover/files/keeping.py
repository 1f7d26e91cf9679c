"""Keeping contents: rows and bytes agree, whatever is interrupted.

A key is noted before anything is written under it, and the note goes in the transaction that gives
the key to a row. A row that is deleted, however, leaves a note by a trigger. So what lies on the
shelf is held by a row or noted; sweeping deletes the noted.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from copy import copy
from dataclasses import dataclass
from typing import Any, Self

from django.apps import apps
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from handover.core import bulk
from handover.core.tenancy import acting_in
from handover.files.models import File, FileState, HasContent, LooseKey
from handover.files.shelf import Kept, Shelf

#: The causes that equal problems are grouped by.
CODES = {
    FileState.STORED: "size differs",
    FileState.NOT_PROCESSED: "not processed",
    FileState.FAILED: "content missing",
}
NOT_PROCESSED = "its source has not finished processing it: import again later"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row whose bytes are not here; `ready` is False while its source still works on them."""

    row_id: int
    size: int | None
    ready: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """Bytes that were stored whole, and the row that waits for them."""

    row_id: int
    key: str
    kept: Kept


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are, and how many bytes, as far as their source says."""

    count: int = 0
    bytes: int = 0
    stored: int = 0
    stored_bytes: int = 0
    failed: int = 0
    not_processed: int = 0


def holders() -> list[type[HasContent]]:
    """Every kind of record that has bytes."""
    return [each for each in apps.get_models() if issubclass(each, HasContent)]


class Keeper:
    """Brings bytes and the rows of one model together, on one shelf. `put` needs no database."""

    def __init__(self, shelf: Shelf, model: type[HasContent] = File) -> None:
        self.shelf, self.model = shelf, model

    def of(self, model: type[Any]) -> Self:
        """The same for the rows of another model."""
        other = copy(self)
        other.model = model
        return other

    def wanted(self, rows: QuerySet[Any]) -> list[Wanted]:
        """Those of these rows that have not their bytes yet, in the order of the query."""
        unready = set(rows.filter(self.model.unready).values_list("pk", flat=True))
        found = rows.filter(self.model.lacking).values_list("pk", "declared_size")
        return [Wanted(pk, size, pk not in unready) for pk, size in found]

    def note(self, workspace_id: int, row_ids: Sequence[int]) -> list[str]:
        """A new key for each of these rows, noted for good before anything lies there."""
        keys = [self.shelf.new_key(workspace_id) for _ in row_ids]
        with acting_in(workspace_id):
            bulk.commit_for_good()
            LooseKey.objects.bulk_create(
                LooseKey(
                    workspace_id=workspace_id,
                    storage_key=key,
                    holder=self.model._meta.label_lower,
                    row_id=row_id,
                )
                for key, row_id in zip(keys, row_ids, strict=True)
            )
        return keys

    def put(self, key: str, chunks: Iterable[bytes]) -> Kept:
        """Store bytes under a key that was noted. Raises `OSError`, and what `chunks` raises."""
        return self.shelf.put(key, chunks)

    def hold(self, row_id: int, key: str, kept: Kept) -> bool:
        """Give bytes to their row, in the caller's transaction; False if it is gone."""
        row = self._rows.select_for_update().filter(pk=row_id).first()
        if row is None:
            return False
        bulk.commit_for_good()
        row.state, row.storage_key, row.problem = FileState.STORED, key, ""
        row.size, row.sha256, row.sniffed_type = kept.size, kept.sha256, kept.type
        if row.declared_size not in (None, kept.size):
            row.problem = f"its source says {row.declared_size:,} bytes; {kept.size:,} came"
        row.save()
        LooseKey.objects.filter(storage_key=key).delete()
        return True

    def miss(self, row_id: int, reason: str) -> None:
        """Note on the row why its bytes did not come, in the caller's transaction."""
        self._rows.filter(pk=row_id).update(state=FileState.FAILED, problem=reason)

    def postpone(self, row_ids: Sequence[int]) -> None:
        """Note on rows that their source is not ready, in the caller's transaction."""
        rows = self._rows.filter(pk__in=row_ids).exclude(problem=NOT_PROCESSED)
        rows.update(state=FileState.NOT_PROCESSED, problem=NOT_PROCESSED)

    def problems(self, rows: QuerySet[Any]) -> Iterator[tuple[int, str, str]]:
        """Row, cause and reason of everything that is not as it should be."""
        for pk, state, problem in rows.exclude(problem="").values_list("pk", "state", "problem"):
            yield pk, CODES[FileState(state)], problem

    def totals(self, rows: QuerySet[Any]) -> Totals:
        """Count them."""
        stored = Q(state=FileState.STORED)
        found = rows.aggregate(
            count=Count("pk"),
            bytes=Coalesce(Sum("declared_size"), 0),
            stored=Count("pk", filter=stored),
            stored_bytes=Coalesce(Sum("size", filter=stored), 0),
            failed=Count("pk", filter=Q(state=FileState.FAILED)),
            not_processed=Count("pk", filter=Q(state=FileState.NOT_PROCESSED)),
        )
        return Totals(**{name: int(value) for name, value in found.items()})

    def whole(self, workspace_id: int) -> Iterator[Whole]:
        """What was stored whole, then interrupted: its row still waits. Raises `OSError`."""
        with acting_in(workspace_id):
            notes = LooseKey.objects.filter(
                workspace_id=workspace_id,
                holder=self.model._meta.label_lower,
                row_id__isnull=False,
            )
            waiting = set(
                self._rows.filter(pk__in=notes.values("row_id"))
                .filter(self.model.lacking)
                .values_list("pk", flat=True)
            )
            pairs = list(notes.order_by("pk").values_list("row_id", "storage_key"))
        for row_id, key in pairs:
            if (
                row_id is not None
                and row_id in waiting
                and (kept := self.shelf.inspect(key)) is not None
            ):
                waiting.remove(row_id)
                yield Whole(row_id, key, kept)

    def sweep(self, workspace_id: int) -> int:
        """Delete the bytes that no row holds, then their notes; how many. Raises `OSError`.

        Nobody else may be storing anything of this workspace meanwhile.
        """
        return self.remove(workspace_id, self.doom(workspace_id))

    def doom(self, workspace_id: int) -> list[str]:
        """Note for good which bytes are to go, in the caller's transaction if there is one.

        From then on nobody gives them to a row, so that they may be removed at any later time. What
        somebody gives to its row just now, as people do who add a file, is left to them.
        """
        with acting_in(workspace_id):
            notes = LooseKey.objects.filter(workspace_id=workspace_id)
            keys = set(notes.values_list("storage_key", flat=True))
            held = self._held(workspace_id, keys)
            notes.filter(storage_key__in=held).delete()
            notes.filter(storage_key__in=keys - held).update(row_id=None)
            # the update waits for whoever gives a key to its row: that note is gone afterwards
            doomed = notes.filter(storage_key__in=keys - held, row_id=None)
            return sorted(doomed.values_list("storage_key", flat=True))

    def remove(self, workspace_id: int, keys: Sequence[str]) -> int:
        """Delete doomed bytes, then their notes; how many. Raises `OSError`."""
        for key in keys:
            self.shelf.remove(key)
        with acting_in(workspace_id):
            LooseKey.objects.filter(workspace_id=workspace_id, storage_key__in=keys).delete()
        return len(keys)

    def disown(self, workspace_id: int, keys: Sequence[str]) -> None:
        """Delete bytes of these keys that neither a row nor a note knows. Raises `OSError`.

        For whoever was still storing when others took over and swept: nobody else finds them.
        """
        with acting_in(workspace_id):
            notes = LooseKey.objects.filter(workspace_id=workspace_id, storage_key__in=keys)
            known = set(notes.values_list("storage_key", flat=True))
            known |= self._held(workspace_id, set(keys))
        for key in sorted(set(keys) - known):
            self.shelf.remove(key)

    @staticmethod
    def _held(workspace_id: int, keys: Set[str]) -> set[str]:
        """Those of these keys that a row of any kind holds."""
        return {
            key
            for each in holders()
            for key in each._default_manager.filter(
                workspace_id=workspace_id, storage_key__in=keys
            ).values_list("storage_key", flat=True)
        }

    @property
    def _rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()
