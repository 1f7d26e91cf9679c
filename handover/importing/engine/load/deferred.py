"""Deferred links: circles, and records that link to others of their own kind.

They are left out at first and filled in once everything that they may lead to is loaded. What is
still to be filled in stands in the ledger, so that a crash in between loses nothing.
"""

from collections.abc import Sequence
from typing import cast

from django.db import connection

from handover.core import bulk
from handover.core.json import Json
from handover.importing.engine.lease import working_on
from handover.importing.engine.ledger import TABLE, importing
from handover.importing.engine.load.links import Found, Links
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.payload import encode
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import Ref
from handover.importing.models import ImportRun, Outcome, SourceRecord

BATCH = 2000


def keep_deferred(work: Work, each: Waiting) -> None:
    """Note on the result which links are still to be filled in, or to be taken away."""
    result = each.result
    if result.target_id is None or not result.loaded or result.outcome is Outcome.MATCHED:
        return
    names = work.resource.spec.deferred
    if result.outcome is Outcome.CREATED:
        names = names & each.draft.refs.keys()
    if names:
        result.deferred = {name: _noted(each.draft.refs.get(name)) for name in sorted(names)}


def _noted(ref: Ref | None) -> Json:
    return [list(ref.resources), ref.source_id, ref.follow] if ref else None


def resolve_deferred(run: ImportRun, resource: type[Resource]) -> None:
    """Fill in the deferred links of one resource, batch by batch."""
    last = 0
    while resource.spec.deferred:
        with working_on(run):
            records = list(
                SourceRecord.objects.filter(
                    workspace_id=run.workspace_id,
                    run=run,
                    resource=resource.spec.name,
                    deferred__isnull=False,
                    pk__gt=last,
                )
                .order_by("pk")
                .only("pk", "deferred", "issues", "target_id", "target_revision")[:BATCH]
            )
            if not records:
                return
            last = records[-1].pk
            _fill(run, resource, records)


def _fill(run: ImportRun, resource: type[Resource], records: Sequence[SourceRecord]) -> None:
    """Fill in the links of rows that nobody has touched since; others stay as people left them."""
    untouched = _untouched(resource, records)
    refs = [
        {name: _ref(each) for name, each in (record.deferred or {}).items()} for record in records
    ]
    links = Links(run, {}, (ref for each in refs for ref in each.values() if ref))
    links.drop_deleted({resource.spec.name: resource.spec.target})
    pairs: dict[str, list[tuple[int, int | None]]] = {}
    for record, names in zip(records, refs, strict=True):
        for name, ref in names.items():
            found = links.find(name, ref) if ref else Found()
            if found.issue:
                record.issues.append(found.issue.as_json())
            if record.target_id in untouched:
                pairs.setdefault(name, []).append((record.target_id, found.target_id))
    importing()
    for name, values in pairs.items():
        _update(resource, name, values)
    _settle(resource, records, untouched)


def _untouched(resource: type[Resource], records: Sequence[SourceRecord]) -> set[int]:
    """The rows that are as the import left them, held until the end of the transaction."""
    left = {each.target_id: each.target_revision for each in records}
    rows = resource.spec.target._default_manager.filter(pk__in=left).select_for_update()
    return {pk for pk, revision in rows.values_list("pk", "revision") if left[pk] == revision}


def _ref(kept: Json) -> Ref | None:
    if kept is None:
        return None
    resources, source_id, follow = cast("tuple[list[str], str, bool]", kept)
    return Ref(tuple(resources), source_id, follow)


def _update(resource: type[Resource], name: str, values: Sequence[tuple[int, int | None]]) -> None:
    table = resource.spec.target._meta.db_table
    column = f"{name}_id"
    bulk.stage("filled", columns="id bigint, value bigint")
    bulk.copy("filled", ("id", "value"), values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" t SET "{column}" = s.value FROM filled s'
            f' WHERE t.id = s.id AND t."{column}" IS DISTINCT FROM s.value'
        )


def _settle(resource: type[Resource], records: Sequence[SourceRecord], untouched: set[int]) -> None:
    """Nothing is left to fill in; a row that changed by it is no longer `unchanged`."""
    table = resource.spec.target._meta.db_table
    bulk.stage("settled", columns="id bigint, target_id bigint, issues jsonb, untouched boolean")
    bulk.copy(
        "settled",
        ("id", "target_id", "issues", "untouched"),
        (
            (each.pk, each.target_id, encode(each.issues), each.target_id in untouched)
            for each in records
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} r SET deferred = NULL, issues = s.issues,"
            " outcome = CASE WHEN r.outcome = %s AND s.untouched"
            " AND t.revision <> r.target_revision THEN %s ELSE r.outcome END,"
            " target_revision = CASE WHEN s.untouched THEN t.revision ELSE r.target_revision END"
            f' FROM settled s LEFT JOIN "{table}" t ON t.id = s.target_id WHERE r.id = s.id'
            " AND r.id BETWEEN %s AND %s",
            [Outcome.UNCHANGED, Outcome.UPDATED, records[0].pk, records[-1].pk],
        )
