"""Fields that become rows of a table of their own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.db import models

from handover.core.json import Json, JsonObject
from handover.importing.engine.fields.field import Field, shown
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import UNKNOWN_FIELD, Draft

UNDECIDED = "a field that nobody has decided on yet: kept whole in the ledger"


class Rows(Field):
    """A list inside the payload that becomes rows of a table of their own.

    An entry that is no object is read as `{"": entry}`, so that a list of plain ids has a key too.
    """

    def __init__(
        self,
        source: str,
        *,
        into: type[models.Model],
        ignored: Sequence[str] = (),
        note: str = "",
        **columns: Field,
    ) -> None:
        super().__init__(source, note=note)
        self.into, self.columns, self.ignored = into, columns, set(ignored)
        for name, column in columns.items():
            column.name = name

    @property
    def reads_as(self) -> str:
        """Name the columns."""
        parts = (f"{_words(c.name)} ({c.reads_as})" for c in self.columns.values())
        return f"one {self.into._meta.verbose_name} for each: {', '.join(parts)}"

    @cached_property
    def decided(self) -> set[str]:
        """Every key of an entry that is read or left out on purpose."""
        return self.ignored.union(*(column.keys for column in self.columns.values()))

    @cached_property
    def ordered(self) -> bool:
        """Whether the table keeps the order of the list."""
        return any(each.name == "position" for each in self.into._meta.concrete_fields)

    def fill(self, payload: JsonObject, draft: Draft) -> None:
        """Read every entry; one that cannot stand is left out, with an issue."""
        entries = lookup(payload, self.sources[0])
        draft.rows[self.name] = []
        if entries is None or entries == "":
            return
        if not isinstance(entries, list):
            draft.note(self.name, "bad value", f"not a list but {shown(entries)}")
            return
        for position, entry in enumerate(entries):
            self._fill_row(position, entry, draft)

    def _fill_row(self, position: int, entry: Json, draft: Draft) -> None:
        row, where = Draft(), f"{self.name}[{position}]"
        payload: JsonObject = entry if isinstance(entry, dict) else {"": entry}
        for column in self.columns.values():
            column.fill(payload, row)
        for key in payload.keys() - self.decided:
            draft.note(f"{where}.{key}", UNKNOWN_FIELD, UNDECIDED)
        for issue in row.issues:
            draft.note(f"{where}.{issue.field}", issue.code, issue.reason)
        if row.rejected:
            draft.note(where, "left out", row.rejected)
            return
        if self.ordered:
            row.values["position"] = position
        draft.rows[self.name].append(row)


def _words(name: str) -> str:
    return name.replace("_", " ")
