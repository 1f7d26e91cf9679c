"""Resolve: every link of a batch becomes a row's id, or an issue."""

from collections.abc import Iterator, Sequence

from django.db import models

from handover.importing.engine.fields import Link
from handover.importing.engine.load.links import Links
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.values import LEFT_OUT, Draft, Ref

#: A link that the record itself does not give.
TAKEN = "taken from a linked record"


def resolve(work: Work, batch: Sequence[Waiting]) -> None:
    """Turn every link into a row's id, and say what could not be found."""
    deferred = work.resource.spec.deferred
    links = Links(work.run, work.known, (ref for each in batch for _, _, ref in _refs(each.draft)))
    links.drop_deleted(_linked_models(work))
    for each in batch:
        known = each.result.target_id is not None
        for draft, name, ref in _refs(each.draft):
            if known and name in deferred:
                continue  # a row that is there already changes its deferred links at the end
            found = links.find(name, ref)
            if found.target_id is None and name in deferred and found.waits:
                continue
            draft.values[name] = found.target_id
            del draft.refs[name]
            if found.issue:
                each.draft.issues.append(found.issue)
            if found.left_out and draft is each.draft and not known and _only_with(work, name):
                draft.skip(f"{LEFT_OUT}, as its {name.replace('_', ' ')} was")
            elif found.target_id is None and _is_required(work, name):
                draft.reject(found.issue.reason if found.issue else f"{name} is missing")
        _drop_rejected_rows(each.draft)
        each.leave_out()
    _take_from_others(work, batch)
    _carry(work, batch)


def _linked_models(work: Work) -> dict[str, type[models.Model]]:
    """The table that each linked resource's records became rows of."""
    spec, found = work.resource.spec, dict[str, type[models.Model]]()
    for holder, fields in (
        (spec.target, spec.fields),
        *((r.into, r.columns.values()) for r in spec.rows),
    ):
        for link in (each for each in fields if isinstance(each, Link)):
            column = holder._meta.get_field(link.name)
            if isinstance(column, models.ForeignKey):
                found |= dict.fromkeys(link.to, column.related_model)
    return found


def _refs(draft: Draft) -> Iterator[tuple[Draft, str, Ref]]:
    """All links of a draft and of its rows, with the draft that they stand in."""
    for name, ref in tuple(draft.refs.items()):
        yield draft, name, ref
    for rows in draft.rows.values():
        for row in rows:
            for name, ref in tuple(row.refs.items()):
                yield row, name, ref


def _is_required(work: Work, name: str) -> bool:
    spec = work.resource.spec
    inner = (column for rows in spec.rows for column in rows.columns.values())
    fields = (*spec.fields, *inner)
    return any(f.required for f in fields if isinstance(f, Link) and f.name == name)


def _only_with(work: Work, name: str) -> bool:
    return any(link.only_with for link in work.resource.spec.links if link.name == name)


def _drop_rejected_rows(draft: Draft) -> None:
    for name, rows in draft.rows.items():
        draft.rows[name] = [row for row in rows if not row.rejected]


def _carry(work: Work, batch: Sequence[Waiting]) -> None:
    """Copy what is taken from linked rows, or from the account where there is no link."""
    for carried in work.resource.spec.carried:
        known = _of_linked(work, batch, carried.link, carried.attribute)
        for each in batch:
            linked = known.get(each.draft.values.get(carried.link))
            each.draft.values[carried.name] = linked or getattr(work.context, carried.attribute)


def _take_from_others(work: Work, batch: Sequence[Waiting]) -> None:
    """Where a link leads nowhere, take the one that another linked row has."""
    for link in (each for each in work.resource.spec.links if each.otherwise):
        without = [each for each in batch if each.draft.values.get(link.name) is None]
        known = _of_linked(work, without, link.otherwise, f"{link.name}_id")
        for each in without:
            found = known.get(each.draft.values.get(link.otherwise))
            if found is not None:
                each.draft.values[link.name] = found
                each.draft.note(link.name, TAKEN, f"taken from its {link.otherwise}")


def _of_linked(
    work: Work, batch: Sequence[Waiting], link: str, attribute: str
) -> dict[object, object]:
    """What the rows that a link of these records leads to have in one column, by row."""
    field = work.resource.spec.target._meta.get_field(link)
    ids = {each.draft.values.get(link) for each in batch} - {None}
    manager = field.related_model._default_manager  # type: ignore[union-attr]  # links link: checked at start
    rows = manager.filter(workspace_id=work.run.workspace_id, pk__in=ids)
    return dict(rows.values_list("pk", attribute))
