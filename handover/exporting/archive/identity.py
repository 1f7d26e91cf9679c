"""Names for exported records that are the same in every export, run and machine."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handover.core.json import Json
from handover.importing.models import SourceRecord

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:handover:export")


@dataclass(frozen=True, slots=True, order=True)
class SourceName:
    """A source record's own name."""

    system: str
    type: str
    id: str
    account: str

    def as_json(self) -> dict[str, Json]:
        """As it stands in `sources`."""
        return {"system": self.system, "type": self.type, "id": self.id}


Sources = Mapping[int, tuple[SourceName, ...]]


def sources_of(workspace_id: int, resources: Iterable[str]) -> Sources:
    """Which source records went into each row of one table, by the row's id."""
    found: dict[int, list[SourceName]] = defaultdict(list)
    rows = SourceRecord.objects.filter(
        workspace_id=workspace_id, resource__in=list(resources), target_id__isnull=False
    ).values_list("target_id", "system", "resource", "source_id", "account")
    for target_id, system, resource, source_id, account in rows.iterator():
        if target_id is not None:
            found[target_id].append(SourceName(system, resource, source_id, account))
    return {target_id: tuple(sorted(names)) for target_id, names in found.items()}


def export_id(table: str, pk: int, sources: Sources, workspace: str) -> str:
    """The record's name in exports: from its source where it has one, else from its row here."""
    names = sources.get(pk)
    first = names[0] if names else None
    text = (
        f"{first.system}/{first.account}/{first.type}/{first.id}"
        if first
        else f"{workspace}/{table}/{pk}"
    )
    return str(uuid.uuid5(NAMESPACE, text))
