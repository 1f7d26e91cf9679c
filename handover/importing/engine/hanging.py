"""Lists that hang on records: which of them are worth a request, by what the ledger has."""

import re
from collections.abc import Iterator

from handover.core.json import JsonObject
from handover.importing.engine.attached import HangsOn, fill
from handover.importing.engine.fields import Link
from handover.importing.engine.payload import decode, lookup
from handover.importing.engine.resource import Spec
from handover.importing.engine.values import NO_ID
from handover.importing.models import ImportRun, SourceRecord

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


def paths(run: ImportRun, spec: Spec) -> list[str]:
    """The lists to be asked for, each once, in the order of the records that they hang on."""
    hangs = spec.per
    if hangs is None:
        return list(spec.paths)
    shared = _shared(run, hangs)
    found = dict[str, None]()
    for source_id, record in _records(run, hangs.parent.spec.name):
        if shared is not None and _linked(hangs, record) not in shared:
            continue
        if hangs.names is None:
            found[fill(spec.endpoint, source_id)] = None
        else:
            # what stands in a payload becomes a part of an address: ids only
            ids = (name for name in hangs.names(record) if _ID.fullmatch(name))
            found.update(dict.fromkeys(fill(spec.endpoint, source_id, each) for each in ids))
    return list(found)


def _shared(run: ImportRun, hangs: HangsOn) -> set[str | None] | None:
    """What the other resource's records are linked to; None if that does not matter."""
    if hangs.shares is None:
        return None
    other = hangs.shares[1].spec.name
    return {_linked(hangs, record) for _, record in _records(run, other)} - {None}


def _linked(hangs: HangsOn, record: JsonObject) -> str | None:
    key, other = hangs.shares or ("", hangs.parent)
    return Link(key, other).linked_id(lookup(record, key))


def _records(run: ImportRun, name: str) -> Iterator[tuple[str, JsonObject]]:
    """The records of one resource that this run has read and that have an id."""
    rows = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, run=run, resource=name
    ).order_by("pk")
    for source_id, payload in rows.values_list("source_id", "payload").iterator():
        try:
            record = decode(payload)
        except ValueError:
            continue
        if isinstance(record, dict) and _ID.fullmatch(source_id) and NO_ID not in source_id:
            yield source_id, record
