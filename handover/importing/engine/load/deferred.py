"""Deferred links: circles, and records that link to others of their own kind.

They are left out at first and filled in once everything that they may lead to is loaded. What is
still to be filled in stands in the ledger, so that a crash in between loses nothing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from django.db import connection

from handover.core import bulk
from handover.core.json import Json
from handover.importing.engine.conflicts import Asked, ask, issue_of
from handover.importing.engine.lease import working_on
from handover.importing.engine.ledger import TABLE, importing
from handover.importing.engine.load.links import Found, Links
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.payload import encode
from handover.importing.engine.resource import Resource
from handover.importing.engine.values import Ref
from handover.importing.models import ImportRun, Outcome, SourceRecord

BATCH = 2000
FIELDS = ("pk", "source_id", "deferred", "issues", "outcome", "target_id", "target_revision")
GUARD = 3  # where, in a link as it is kept, the row stands that it led to before


def keep_deferred(work: Work, each: Waiting) -> None:
    """Note on the result which links are still to be filled in, or to be taken away."""
    result = each.result
    if result.target_id is None or not result.loaded or result.outcome is Outcome.MATCHED:
        return
    names = work.resource.spec.deferred
    if each.edited:
        names = names & each.deferred.keys()
    elif result.outcome is Outcome.CREATED:
        names = names & each.draft.refs.keys()
    if names:
        result.deferred = {name: _noted(each, name) for name in sorted(names)}


def _noted(each: Waiting, name: str) -> Json:
    """A link as the ledger keeps it; where people were, with the row that it led to before."""
    ref = each.draft.refs.get(name)
    kept: list[Json] = [list(ref.resources), ref.source_id, ref.follow] if ref else [[], "", True]
    if each.edited:
        kept.append(each.deferred[name])
    return kept


def resolve_deferred(
    run: ImportRun, resource: type[Resource], *, taking_back: bool = False
) -> None:
    """Fill in the deferred links of one resource, batch by batch.

    `taking_back`: where people were, nobody is asked.
    """
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
                .only(*FIELDS)[:BATCH]
            )
            if not records:
                return
            last = records[-1].pk
            _fill(run, resource, records, ask_people=not taking_back)


def _fill(
    run: ImportRun,
    resource: type[Resource],
    records: Sequence[SourceRecord],
    *,
    ask_people: bool,
) -> None:
    """Fill in links; where people were, only those that are as the import had left them."""
    untouched = _untouched(resource, records)
    refs = [
        {name: _ref(each) for name, each in (record.deferred or {}).items()} for record in records
    ]
    links = Links(run, {}, (ref for each in refs for ref in each.values() if ref))
    links.drop_deleted({resource.spec.name: resource.spec.target})
    fresh: list[Filling] = []
    touched: list[Filling] = []
    for record, names in zip(records, refs, strict=True):
        for name, ref in names.items():
            found = links.find(name, ref) if ref else Found()
            if found.issue:
                record.issues.append(found.issue.as_json())
            if record.target_id is not None:
                kind = fresh if record.target_id in untouched else touched
                kind.append(Filling(record, record.target_id, name, found.target_id))
    importing()
    merged, asked = _merge(resource, touched)
    if ask_people:
        _ask(run, resource, records, asked)
    for name in resource.spec.deferred:
        _update(resource, name, [each for each in (*fresh, *merged) if each.name == name])
    _settle(resource, records, untouched, {each.row_id for each in merged})


class Filling(NamedTuple):
    """One link of one row, and where it is to lead."""

    record: SourceRecord
    row_id: int
    name: str
    target_id: int | None

    @property
    def before(self) -> int | None:
        """Where the import had left it; a row that was just made has led nowhere yet."""
        kept = (self.record.deferred or {})[self.name]
        return kept[GUARD] if kept and len(kept) > GUARD else None

    @property
    def may_be_told(self) -> bool:
        """Whether it is known where the import had left it."""
        kept = (self.record.deferred or {})[self.name]
        return self.record.outcome == Outcome.CREATED or bool(kept and len(kept) > GUARD)


def _merge(
    resource: type[Resource], touched: Sequence[Filling]
) -> tuple[list[Filling], list[Asked]]:
    """Of rows that people have changed: links to fill in, and those that somebody must settle."""
    rows = resource.spec.target._default_manager.in_bulk([each.row_id for each in touched])
    filled: list[Filling] = []
    asked: list[Asked] = []
    for each in (one for one in touched if one.row_id in rows and one.may_be_told):
        ours = getattr(rows[each.row_id], f"{each.name}_id")
        if ours == each.target_id:
            continue
        if ours == each.before:
            filled.append(each)
        elif each.before != each.target_id:
            named = (each.record.pk, each.record.source_id, each.row_id, each.name)
            asked.append(Asked(*named, each.before, ours, each.target_id))
    return filled, asked


def _ask(
    run: ImportRun,
    resource: type[Resource],
    records: Sequence[SourceRecord],
    asked: Sequence[Asked],
) -> None:
    by_id = {each.pk: each for each in records}
    for one in asked:
        by_id[one.record_id].issues.append(issue_of(one.field).as_json())
    ask(run, resource.spec.name, asked)


def _untouched(resource: type[Resource], records: Sequence[SourceRecord]) -> set[int]:
    """The rows that are as the import left them, held until the end of the transaction."""
    left = {each.target_id: each.target_revision for each in records}
    rows = resource.spec.target._default_manager.filter(pk__in=left).select_for_update()
    return {pk for pk, revision in rows.values_list("pk", "revision") if left[pk] == revision}


def _ref(kept: Json) -> Ref | None:
    if kept is None:
        return None
    resources, source_id, follow = cast("list[Any]", kept)[:GUARD]
    return Ref(tuple(resources), source_id, follow) if resources else None


def _update(resource: type[Resource], name: str, filling: Sequence[Filling]) -> None:
    if not filling:
        return
    table = resource.spec.target._meta.db_table
    column = f"{name}_id"
    bulk.stage("filled", columns="id bigint, value bigint")
    bulk.copy("filled", ("id", "value"), ((each.row_id, each.target_id) for each in filling))
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" t SET "{column}" = s.value FROM filled s'
            f' WHERE t.id = s.id AND t."{column}" IS DISTINCT FROM s.value'
        )


def _settle(
    resource: type[Resource],
    records: Sequence[SourceRecord],
    untouched: set[int],
    merged: set[int],
) -> None:
    """Nothing is left to fill in; a row that changed by it is no longer `unchanged`."""
    table = resource.spec.target._meta.db_table
    columns = "id bigint, target_id bigint, issues jsonb, untouched boolean, merged boolean"
    bulk.stage("settled", columns=columns)
    bulk.copy(
        "settled",
        ("id", "target_id", "issues", "untouched", "merged"),
        (
            (
                *(each.pk, each.target_id, encode(each.issues)),
                *(each.target_id in untouched, each.target_id in merged),
            )
            for each in records
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} r SET deferred = NULL, issues = s.issues,"
            " outcome = CASE WHEN r.outcome = %s AND (s.merged OR s.untouched"
            " AND t.revision <> r.target_revision) THEN %s ELSE r.outcome END,"
            " target_revision = CASE WHEN s.untouched THEN t.revision ELSE r.target_revision END"
            f' FROM settled s LEFT JOIN "{table}" t ON t.id = s.target_id WHERE r.id = s.id'
            " AND r.id BETWEEN %s AND %s",
            [Outcome.UNCHANGED, Outcome.UPDATED, records[0].pk, records[-1].pk],
        )
