"""Records of another system: a link may name them as `system:resource`, whatever their account."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from handover.importing.engine.ledger import TABLE as LEDGER

#: A record's id, its row, its outcome, the reason for that, and the record that it was merged into.
Record = tuple[str, int | None, str, str, str]
SEVERAL = "several accounts have a record of this number, and which one is meant cannot be told"


def system_of(resource: str) -> str:
    """The other system that a resource belongs to; "" for one of this run's own."""
    return resource.rpartition(":")[0]


def told(resource: str, source_id: str) -> str:
    """Name a record to people."""
    system, _, name = resource.rpartition(":")
    if not system:
        return f"{resource} {source_id}"
    return f"{name.replace('_', ' ').removesuffix('s')} {source_id} of {system.capitalize()}"


def known_elsewhere(workspace_id: int, resource: str, ids: Iterable[str]) -> list[Record]:
    """What the ledger knows of these records; one whose number leads to two rows leads nowhere."""
    system, _, name = resource.rpartition(":")
    found: dict[str, list[Record]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT source_id, target_id, outcome, reason, follows FROM {LEDGER}"
            " WHERE workspace_id = %s AND system = %s AND resource = %s AND source_id = ANY(%s)"
            " ORDER BY id",
            [workspace_id, system, name, list(ids)],
        )
        for record in cursor:
            found[record[0]].append(record)
    return [_one_of(records) for records in found.values()]


def _one_of(records: list[Record]) -> Record:
    here = [each for each in records if each[1] is not None]
    if len({each[1] for each in here}) > 1:
        return here[0][0], None, "ambiguous", SEVERAL, ""
    return (here or records)[0]
