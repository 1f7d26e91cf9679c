"""Reassign: one row stands from now on for what another one stood for.

A record of the source that became, or was matched with, the one leads to the other; so do all rows
that linked there. What exactly was moved is kept, so that it can be moved back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from handover.core import bulk
from handover.core.json import Json
from handover.core.tenancy import WorkspaceOwned, acting_in
from handover.importing.engine.errors import StopImport
from handover.importing.engine.leading import (
    execute,
    follow_in_ledger,
    lead_back,
    lead_conflicts_on,
    lead_on,
)
from handover.importing.engine.ledger import TABLE as LEDGER
from handover.importing.engine.ledger import importing
from handover.importing.engine.relations import links_to, part_of
from handover.importing.engine.resource import Resource
from handover.importing.models import (
    ImportRun,
    MovedLinks,
    Reassignment,
    SourceRecord,
)

Model = type[WorkspaceOwned]
MOVED = MovedLinks._meta.db_table


@dataclass(frozen=True)
class Followed:
    """What became of one kind of link.

    `doubled` would have said a second time what the other row has already; `locked` are rows that
    are what they are for ever.
    """

    name: str
    column: str
    moved: int
    doubled: int = 0
    locked: int = 0


@dataclass(frozen=True)
class Reassigned:
    """What a reassignment did, or would do."""

    number: int
    followed: tuple[Followed, ...]
    everything: bool


def reassign(
    workspace_id: int,
    model: Model,
    pair: tuple[int, int],
    resources: Iterable[type[Resource]],
    *,
    by: str = "",
    preview: bool = False,
) -> Reassigned:
    """Have the second row of the pair stand for the first, in one transaction.

    If an import made the first row, everything that links to it follows. If it was here before and
    was merely matched, what imports made follows, and what people made themselves stays with it.
    No import may be at work in the workspace meanwhile. Raises `StopImport`.
    """
    with transaction.atomic():
        with acting_in(workspace_id):
            done = _reassign(workspace_id, model, pair, list(resources), by)
        transaction.set_rollback(preview)
    return done


def _reassign(
    workspace_id: int,
    model: Model,
    pair: tuple[int, int],
    resources: Sequence[type[Resource]],
    by: str,
) -> Reassigned:
    records = _records(workspace_id, model, pair, resources)
    everything = any(each.made_by_id for each in records)
    number = Reassignment.objects.create(
        workspace_id=workspace_id,
        kind=model._meta.label_lower,
        from_id=pair[0],
        to_id=pair[1],
        by=by,
    )
    with _reassigning():
        moving = _Moving(number, resources, everything=everything)
        followed = [moving.follow(each) for each in links_to(model)]
    lead_on(number, records)
    lead_conflicts_on(number, model, resources)
    told = tuple(each for each in followed if each.moved or each.doubled or each.locked)
    number.told = [cast("Json", vars(each)) for each in told]
    number.save()
    return Reassigned(number.pk, told, everything)


def take_back(number: Reassignment, resources: Iterable[type[Resource]], *, by: str = "") -> int:
    """Move back exactly what was moved, as far as it still leads there; return how many links.

    What came since stays where it is. Raises `StopImport`.
    """
    with transaction.atomic(), acting_in(number.workspace_id):
        number = Reassignment.objects.select_for_update().get(pk=number.pk)
        _refuse_if_not_the_last(number)
        with _reassigning():
            moved = number.moved.exclude(table=LEDGER)
            known = list(resources)
            count = sum(_move_back(number, each, known) for each in moved)
        for each in number.moved.filter(table=LEDGER):
            lead_back(number, each.rows)
        number.undone_at, number.undone_by = timezone.now(), by
        number.save()
    return count


def let_go(run: ImportRun) -> None:
    """Before a run is deleted: the records that it made are its own again, with their rows.

    So a placeholder goes with the run that made it, unless somebody has worked on it since. What
    was moved from it and stays keeps leading to whom it was reassigned to.
    """
    found = MovedLinks.objects.filter(
        workspace_id=run.workspace_id, table=LEDGER, reassignment__undone_at=None
    ).select_related("reassignment")
    for each in found.order_by("-pk"):
        mine = [kept for kept in each.rows if kept["made_by"] == run.pk]
        if not mine:
            continue
        lead_back(each.reassignment, mine)
        each.reassignment.undone_at = timezone.now()
        each.reassignment.undone_by = f"import {run.pk} was deleted"
        each.reassignment.save()
        each.reassignment.moved.all().delete()


def _records(
    workspace_id: int, model: Model, pair: tuple[int, int], resources: Iterable[type[Resource]]
) -> list[SourceRecord]:
    """What the first row stands for. Raises `StopImport` for what makes no sense."""
    word = model._meta.verbose_name
    if pair[0] == pair[1]:
        raise StopImport(f"{word} {pair[0]} stands for itself already")
    rows = model._default_manager.filter(workspace_id=workspace_id, pk__in=pair)
    there = set(rows.select_for_update().values_list("pk", flat=True))
    for each in pair:
        if each not in there:
            raise StopImport(f"there is no {word} {each} in this workspace")
    found = list(
        SourceRecord.objects.filter(
            workspace_id=workspace_id,
            resource__in=[each.spec.name for each in resources if each.spec.target is model],
            target_id=pair[0],
        ).defer("payload", "superseded_payload")
    )
    if not found:
        raise StopImport(
            f"{word} {pair[0]} did not come from an import and was not matched by one: there is"
            " nothing to reassign"
        )
    return found


class _reassigning:  # noqa: N801  # a block, used as one
    """Say to the database, for this block, that links are being moved for an import's sake."""

    def __enter__(self) -> None:
        importing()
        self._say("on")

    def __exit__(self, *_: object) -> None:
        if not connection.needs_rollback:
            self._say("")

    @staticmethod
    def _say(what: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.reassigning', %s, true)", [what])


class _Moving:
    """Moves links of every kind, and notes which."""

    def __init__(
        self, number: Reassignment, resources: Sequence[type[Resource]], *, everything: bool
    ) -> None:
        self.number, self.resources, self.everything = number, resources, everything

    def follow(self, relation: ForeignObjectRel) -> Followed:
        """Move the links of one kind."""
        holder = cast("Model", relation.related_model)
        column = str(relation.field.column)
        name = str(holder._meta.verbose_name_plural)
        bulk.stage("following", columns="id bigint PRIMARY KEY")
        doubled = self._choose(holder, relation)
        try:
            with transaction.atomic():
                moved = _move(holder, column, self.number.from_id, self.number.to_id)
        except (ProgrammingError, IntegrityError):
            return Followed(
                name, column, 0, doubled, locked=_count("SELECT count(*) FROM following")
            )
        if moved:
            follow_in_ledger(self.number.workspace_id, holder, self._named(holder))
            execute(
                f'INSERT INTO {MOVED} (workspace_id, reassignment_id, "table", "column", rows)'
                " SELECT %s, %s, %s, %s, jsonb_agg(id ORDER BY id) FROM following",
                [self.number.workspace_id, self.number.pk, holder._meta.db_table, column],
            )
        return Followed(name, column, moved, doubled)

    def _choose(self, holder: Model, relation: ForeignObjectRel) -> int:
        """Stage the rows that are to follow; return how many stay because they are there twice."""
        table, column = holder._meta.db_table, str(relation.field.column)
        here = f'SELECT h.id FROM "{table}" h WHERE h.workspace_id = %s AND h."{column}" = %s'
        who: list[Any] = [self.number.workspace_id, self.number.from_id]
        if not self.everything:
            condition, parameters = self._imported(holder)
            here, who = here + condition, [*who, *parameters]
        found = execute(f"INSERT INTO following {here}", who)
        if not found or relation.field.name not in holder.once:
            return 0
        others = [
            f'o."{field.column}" IS NOT DISTINCT FROM h."{field.column}"'
            for field in holder._meta.local_concrete_fields
            if field.name in holder.once and field.column != column
        ]
        return execute(
            f'DELETE FROM following USING "{table}" h, "{table}" o WHERE h.id = following.id'
            f' AND o.workspace_id = h.workspace_id AND o."{column}" = %s'
            f" AND {' AND '.join(others)}",
            [self.number.to_id],
        )

    def _imported(self, holder: Model) -> tuple[str, list[Any]]:
        """The condition that an import made a row, or the record that it is a part of."""
        part = part_of(holder)
        owner = cast("Model", part.related_model) if part and not self._named(holder) else holder
        own = f'"{part.column}"' if part and owner is not holder else "id"
        condition = (
            f" AND EXISTS (SELECT FROM {LEDGER} r WHERE r.workspace_id = h.workspace_id"
            f" AND r.resource = ANY(%s) AND r.target_id = h.{own} AND r.made_by_id IS NOT NULL)"
        )
        return condition, [self._named(owner)]

    def _named(self, model: type[models.Model]) -> list[str]:
        return _named(model, self.resources)


def _move(holder: type[models.Model], column: str, was: int, becomes: int) -> int:
    """Move the staged rows' links; what leads elsewhere by now is taken off the stage."""
    table = holder._meta.db_table
    execute(
        f'DELETE FROM following f USING "{table}" t'
        f' WHERE t.id = f.id AND t."{column}" IS DISTINCT FROM %s',
        [was],
    )
    return execute(
        f'UPDATE "{table}" t SET "{column}" = %s FROM following f'
        f' WHERE t.id = f.id AND t."{column}" = %s',
        [becomes, was],
    )


def _refuse_if_not_the_last(number: Reassignment) -> None:
    if number.undone_at is not None:
        raise StopImport(f"reassignment {number.pk} was undone already")
    later = Reassignment.objects.filter(
        workspace_id=number.workspace_id,
        kind=number.kind,
        from_id=number.to_id,
        pk__gt=number.pk,
        undone_at=None,
    ).first()
    if later is not None:
        raise StopImport(
            f"what it moved was reassigned once more since: undo reassignment {later.pk} first"
        )


def _move_back(number: Reassignment, moved: MovedLinks, resources: Iterable[type[Resource]]) -> int:
    holder = next(each for each in apps.get_models() if each._meta.db_table == moved.table)
    bulk.stage("following", columns="id bigint PRIMARY KEY")
    execute(
        "INSERT INTO following SELECT value::bigint FROM jsonb_array_elements_text("
        f"(SELECT rows FROM {MOVED} WHERE id = %s))",
        [moved.pk],
    )
    count = _move(holder, moved.column, number.to_id, number.from_id)
    follow_in_ledger(number.workspace_id, holder, _named(holder, resources))
    return count


def _named(model: type[models.Model], resources: Iterable[type[Resource]]) -> list[str]:
    return [each.spec.name for each in resources if each.spec.target is model]


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
