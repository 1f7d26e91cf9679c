"""Lists that hang on records: which of them are worth a request, by what the ledger has."""

import re
from collections.abc import Iterator

from handover.core.json import JsonObject
from handover.importing.engine.attached import Shared, fill
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
    sharing = _Sharing(run, hangs.shares) if hangs.shares else None
    found = dict[str, None]()
    for source_id, record in _records(run, hangs.parent.spec.name):
        if sharing and record not in sharing:
            continue
        if hangs.names is None:
            found[fill(spec.endpoint, source_id)] = None
        else:
            # what stands in a payload becomes a part of an address: ids only
            ids = (name for name in hangs.names(record) if _ID.fullmatch(name))
            found.update(dict.fromkeys(fill(spec.endpoint, source_id, each) for each in ids))
    return list(found)


class _Sharing:
    """The records whose link leads to where one of another resource leads too.

    Where two were merged, either side may still name the one that is gone: what counts is which is
    left. That is read from the payloads, since nothing need be loaded yet.
    """

    def __init__(self, run: ImportRun, shared: Shared) -> None:
        self._link = Link(shared.key, shared.to)
        self._merged = dict(_merges(run, shared.to.spec))
        self._ends = {self._end(each) for _, each in _records(run, shared.other.spec.name)}

    def __contains__(self, record: JsonObject) -> bool:
        end = self._end(record)
        return end is not None and end in self._ends

    def _end(self, record: JsonObject) -> str | None:
        found = self._link.linked_id(lookup(record, self._link.sources[0]))
        way = list[str]()
        while found in self._merged and found not in way:
            way.append(found)
            found = self._merged[found]
        # of records that were merged in a ring, one stands for all
        return min(way[way.index(found) :]) if found in way else found


def _merges(run: ImportRun, spec: Spec) -> Iterator[tuple[str, str]]:
    """Each record that was merged, and into which."""
    if spec.follow:
        for source_id, record in _records(run, spec.name):
            if merged := spec.survivor.linked_id(lookup(record, spec.follow)):
                yield source_id, merged


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
