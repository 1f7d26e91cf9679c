"""Rows: the lists inside a record, each a table of its own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import cast

from django.db import connection, models

from handover.core import bulk
from handover.core.json import Json
from handover.importing.engine.fields import Rows
from handover.importing.engine.load.table import field_of
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.payload import encode
from handover.importing.models import Outcome

Cells = tuple[object, ...]


def write_rows(work: Work, batch: Sequence[Waiting]) -> set[int]:
    """Make the rows of every record those of its draft; return the targets whose rows changed."""
    touched: set[int] = set()
    for rows in work.resource.spec.rows:
        table = PartsTable(work, rows)
        fresh = [each for each in batch if each.result.outcome is Outcome.CREATED]
        known = [each for each in batch if each.result.outcome is not Outcome.CREATED]
        there = table.present([_id(each) for each in known])
        stale = [each for each in known if there[_id(each)] != list(table.cells(each))]
        table.clear(stale)
        table.fill([*fresh, *stale])
        touched |= {_id(each) for each in stale}
    return touched


class PartsTable:
    """The table of one list inside records."""

    def __init__(self, work: Work, rows: Rows) -> None:
        self.work, self.rows = work, rows
        meta = rows.into._meta
        self.name = meta.db_table
        parent = next(
            field
            for field in meta.local_concrete_fields
            if isinstance(field, models.ForeignKey)
            and field.related_model is work.resource.spec.target
            and field.name not in rows.columns
        )
        self.parent = parent.column
        names = [field.name for field in meta.local_concrete_fields]
        self.attributes = [*rows.columns, *(["position"] if "position" in names else [])]
        self.columns = [str(field_of(rows.into, name).column) for name in self.attributes]

    def cells(self, each: Waiting) -> Iterator[Cells]:
        """The draft's rows, as the database would hold them."""
        for row in each.draft.rows[self.rows.name]:
            yield tuple(row.values.get(name) for name in self.attributes)

    def as_json(self, lines: Iterable[Cells]) -> Json:
        """Rows as a conflict shows them, and as the database reads them back."""
        return [
            {name: _plain(cell) for name, cell in zip(self.columns, cells, strict=True)}
            for cells in lines
        ]

    def present(self, ids: Sequence[int]) -> dict[int, list[Cells]]:
        """The rows that are there, by target."""
        found: dict[int, list[Cells]] = defaultdict(list)
        if ids:
            rows = self.rows.into._default_manager.filter(**{f"{self.parent}__in": ids})
            for parent, *cells in rows.order_by("pk").values_list(self.parent, *self.columns):
                found[parent].append(tuple(cells))
        return found

    def replace(self, target_id: int, lines: Json) -> None:
        """Make a target's rows those that `as_json` has told."""
        self._clear([target_id])
        names = bulk.names(self.columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{self.name}" (workspace_id, "{self.parent}", {names})'
                f" SELECT %s, %s, {names} FROM jsonb_populate_recordset(NULL::"
                f'"{self.name}", %s::jsonb)',
                [self.work.run.workspace_id, target_id, encode(lines)],
            )

    def clear(self, batch: Sequence[Waiting]) -> None:
        """Delete the rows of these targets."""
        if batch:
            self._clear([_id(each) for each in batch])

    def _clear(self, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f'DELETE FROM "{self.name}" WHERE "{self.parent}" = ANY(%s)', [list(ids)]
            )

    def fill(self, batch: Sequence[Waiting]) -> None:
        """Insert the rows of these drafts."""
        names = ["workspace_id", self.parent, *self.columns]
        staged = bulk.stage(f"stage_{self.name}", columns=f"{self._order}, {self._shape(names)}")
        workspace = self.work.run.workspace_id
        lines = ((_id(each), cells) for each in batch for cells in self.cells(each))
        bulk.copy(
            staged,
            ["line", *names],
            ((n, workspace, target, *cells) for n, (target, cells) in enumerate(lines)),
        )
        quoted = bulk.names(names)
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{self.name}" ({quoted}) SELECT {quoted} FROM "{staged}"'
                " ORDER BY line"
            )

    _order = "line int"

    def _shape(self, names: Sequence[str]) -> str:
        meta = self.rows.into._meta
        types = {
            field.column: field.rel_db_type(connection)
            if field.is_relation
            else field.db_type(connection)
            for field in meta.local_concrete_fields
        }
        return ", ".join(f'"{name}" {types[name]}' for name in names)


def _plain(cell: object) -> Json:
    """A cell as JSON; equal cells become equal, which is all that is asked of it."""
    match cell:
        case Decimal():
            return f"{cell.normalize():f}"
        case datetime() | date() | time():
            return cell.isoformat()
    return cast("Json", cell)


def _id(each: Waiting) -> int:
    assert each.result.target_id is not None  # noqa: S101  # every writable record has a row by now
    return each.result.target_id
