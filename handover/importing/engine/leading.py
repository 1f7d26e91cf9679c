"""What the ledger, and open questions, say once a row has come to stand for another."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from django.db import connection, models

from handover.core.json import Json, JsonObject
from handover.core.tenancy import WorkspaceOwned
from handover.importing.engine.conflicts import no_longer_told
from handover.importing.engine.ledger import TABLE as LEDGER
from handover.importing.engine.resource import Resource
from handover.importing.models import Conflict, MovedLinks, Outcome, Reassignment, SourceRecord

Model = type[WorkspaceOwned]
CONFLICTS = Conflict._meta.db_table


def follow_in_ledger(workspace_id: int, holder: type[models.Model], names: Sequence[str]) -> None:
    """What was as the import left it still is: moving a link is nobody's edit of the record."""
    if names:
        execute(
            f"UPDATE {LEDGER} r SET target_revision = t.revision FROM following f"
            f' JOIN "{holder._meta.db_table}" t ON t.id = f.id WHERE r.workspace_id = %s'
            " AND r.resource = ANY(%s) AND r.target_id = t.id"
            " AND r.target_revision = t.revision - 1",
            [workspace_id, list(names)],
        )


def lead_on(number: Reassignment, records: Sequence[SourceRecord]) -> None:
    """Have the source's records lead to the other row, as if they had been matched with it."""
    before: list[Json] = [
        {
            "id": each.pk,
            "outcome": each.outcome,
            "made_by": each.made_by_id,
            "revision": each.target_revision,
            "loaded_hash": each.loaded_hash,
            "run": each.run_id,
        }
        for each in records
    ]
    MovedLinks.objects.create(
        workspace_id=number.workspace_id,
        reassignment=number,
        table=LEDGER,
        column="target_id",
        rows=before,
    )
    SourceRecord.objects.filter(pk__in=[each.pk for each in records]).update(
        target_id=number.to_id, made_by=None, outcome=Outcome.MATCHED, issues=[]
    )


def lead_back(number: Reassignment, kept: Sequence[JsonObject]) -> None:
    """Have records lead to the first row again, where nothing else was done with them since."""
    for each in kept:
        record = SourceRecord.objects.filter(
            pk=cast("int", each["id"]), target_id=number.to_id
        ).first()
        if record is None:
            continue
        record.target_id, record.made_by_id = number.from_id, cast("int | None", each["made_by"])
        record.target_revision = cast("int | None", each["revision"])
        record.loaded_hash = str(each["loaded_hash"])
        later = Outcome.UNCHANGED if record.made_by_id else Outcome.MATCHED
        record.outcome = str(each["outcome"]) if record.run_id == each["run"] else later
        record.save()


def lead_conflicts_on(
    number: Reassignment, model: Model, resources: Iterable[type[Resource]]
) -> None:
    """Where people are asked about a link, ask about the row that now stands for the other."""
    sides = ("base", "ours", "theirs")
    to_other = ", ".join(
        f"{side} = CASE WHEN {side} = to_jsonb(%s::bigint) THEN to_jsonb(%s::bigint)"
        f" ELSE {side} END"
        for side in sides
    )
    pair = [number.from_id, number.to_id]
    told: set[tuple[int, str]] = set()
    for name, field in _link_fields(model, resources):
        asked = " WHERE workspace_id = %s AND resource = %s AND field = %s AND how = 'open'"
        of_field: list[Any] = [number.workspace_id, name, field]
        execute(f"UPDATE {CONFLICTS} SET {to_other}{asked}", [*pair * len(sides), *of_field])
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {CONFLICTS} SET how = 'agreed', settled_at = now(){asked}"
                " AND ours = theirs RETURNING record_id, field",
                of_field,
            )
            told |= set(cursor.fetchall())
    no_longer_told(number.workspace_id, told)


def _link_fields(model: Model, resources: Iterable[type[Resource]]) -> Iterator[tuple[str, str]]:
    for each in resources:
        for link in each.spec.links:
            if each.spec.target._meta.get_field(link.name).related_model is model:
                yield each.spec.name, link.name


def execute(statement: str, parameters: Sequence[Any]) -> int:
    """Run a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
