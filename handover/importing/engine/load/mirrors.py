"""Mirrors: what a record lists, and what those records say themselves, must agree.

A source may say a thing twice: a case lists its attendances, and each attendance names its case.
The links are loaded from the one side; where the other says something else, an issue tells it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.db import connection

from handover.importing.engine.fields import Link
from handover.importing.engine.lease import working_on
from handover.importing.engine.ledger import TABLE
from handover.importing.engine.load.telling import tell_anew
from handover.importing.engine.payload import decode
from handover.importing.engine.resource import Mirror, Resource
from handover.importing.engine.values import Issue
from handover.importing.models import ImportRun, SourceRecord, Step

DISAGREES = "disagrees"
SHOWN = 3  # ids in a sentence
_ids = Link("", to=())


def compare_mirrors(
    run: ImportRun, resource: type[Resource], known: Mapping[str, type[Resource]]
) -> None:
    """File an issue on every record whose list is not what the others say."""
    for key, mirror in resource.spec.mirrors.items():
        other = known.get(mirror.resource)
        if other is None:
            continue
        with working_on(run):
            if _was_read(run, other):
                _compare(run, resource, key, mirror, _named_by(run, other, mirror))


def _was_read(run: ImportRun, other: type[Resource]) -> bool:
    """A list that this key may not read says nothing, and so contradicts nothing."""
    steps = Step.objects.filter(
        workspace_id=run.workspace_id, run=run, resource=other.spec.name, part="",
        state=Step.State.READ,
    )  # fmt: skip
    return steps.exists()


def _named_by(run: ImportRun, other: type[Resource], mirror: Mirror) -> dict[int, set[str]]:
    """For each row of ours, the source ids of the records that link to it."""
    table = other.spec.target._meta.db_table
    found: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT t."{mirror.link}_id", r.source_id FROM {TABLE} r'
            f' JOIN "{table}" t ON t.id = r.target_id'
            " WHERE r.workspace_id = %s AND r.run_id = %s AND r.resource = %s"
            f' AND t."{mirror.link}_id" IS NOT NULL',
            [run.workspace_id, run.pk, other.spec.name],
        )
        for row_id, source_id in cursor:
            found[row_id].add(source_id)
    return found


def _compare(
    run: ImportRun,
    resource: type[Resource],
    key: str,
    mirror: Mirror,
    named_by: Mapping[int, set[str]],
) -> None:
    records = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, run=run, resource=resource.spec.name, target_id__isnull=False
    ).values_list("target_id", "payload")
    found = (
        (row_id, [*_differences(payload, key, mirror, named_by.get(row_id, set()))])
        for row_id, payload in records.iterator()
        if row_id is not None
    )
    told = [(row_id, issues) for row_id, issues in found if issues]
    tell_anew(run.workspace_id, [resource.spec.name], (mirror.about, DISAGREES), told, run=run)


def _differences(payload: str, key: str, mirror: Mirror, told: set[str]) -> Iterator[Issue]:
    record = decode(payload)
    listed = record.get(key) if isinstance(record, dict) else None
    if listed is None:
        return
    ids = {_ids.linked_id(each) for each in listed} if isinstance(listed, list) else {None}
    if None in ids:
        yield Issue(mirror.about, DISAGREES, f"{key} is not a list of ids that can be read")
    mine = {each for each in ids if each is not None}
    others = mirror.resource.replace("_", " ")
    if only_here := mine - told:
        yield Issue(
            mirror.about,
            DISAGREES,
            f"it lists {others} {_shown(only_here)}, which do not name it: they are not linked",
        )
    if only_there := told - mine:
        yield Issue(
            mirror.about,
            DISAGREES,
            f"{others} {_shown(only_there)} name it, and are not in its list: they are linked",
        )


def _shown(ids: set[str]) -> str:
    first = ", ".join(sorted(ids)[:SHOWN])
    return first if len(ids) <= SHOWN else f"{first} and {len(ids) - SHOWN} more"
