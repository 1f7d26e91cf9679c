"""The ledger's records of one type in one run, with their rows, for plain SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from handover.importing.engine.ledger import TABLE as LEDGER
from handover.importing.engine.resource import Spec
from handover.importing.models import ImportRun

#: Rows of an answer that come together: a note's payload may have 200 kB, most have one or two.
AT_ONCE = 400


@dataclass(frozen=True)
class Scope:
    """What is asked about: `r` is the record, `t` the row that it became, if any."""

    run: ImportRun
    spec: Spec

    @property
    def records(self) -> str:
        """The FROM and WHERE that every question begins with."""
        return (
            f'FROM {LEDGER} r LEFT JOIN "{self.spec.target._meta.db_table}" t ON t.id = r.target_id'
            " WHERE r.workspace_id = %s AND r.run_id = %s AND r.resource = %s"
        )

    @property
    def parameters(self) -> list[int | str | list[str]]:
        """What the WHERE needs."""
        return [self.run.workspace_id, self.run.pk, self.spec.name]

    def ask(self, select: str, rest: str = "", *before: list[str]) -> Iterator[tuple[Any, ...]]:
        """Stream the answer to `SELECT <select> <records> <rest>`.

        `before` fills the gaps of `select`.
        """
        with connection.chunked_cursor() as cursor:
            cursor.cursor.itersize = AT_ONCE
            cursor.execute(f"SELECT {select} {self.records} {rest}", [*before, *self.parameters])
            yield from cursor
