"""The target's table: its columns, and drafts as rows of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.db import connection, models

from handover.core import bulk
from handover.core.json import JsonObject
from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.payload import decode, encode

KEPT_BY_THE_DATABASE = {"id", "workspace", "revision"}


@dataclass(frozen=True)
class Column:
    """One column of the target: the attribute that fills it, and what the database calls it."""

    attribute: str
    name: str
    is_json: bool
    default: object
    changes: bool


def columns_of(work: Work) -> list[Column]:
    """The target's columns: what the resource fills, and what keeps its default when it is made."""
    spec = work.resource.spec
    filled = {each.name for each in spec.columns}
    return [
        Column(
            field.name,
            field.attname,
            isinstance(field, models.JSONField),
            None if field.null else field.get_default(),
            changes=field.name in filled - spec.deferred,
        )
        for field in spec.target._meta.local_concrete_fields
        if field.name not in KEPT_BY_THE_DATABASE
    ]


def stage_rows(work: Work, name: str, batch: Sequence[Waiting]) -> str:
    """Stage drafts as rows of the target, in a temporary table of this name."""
    columns = columns_of(work)
    staged = bulk.stage(name, like=work.resource.spec.target._meta.db_table)
    bulk.copy(staged, names_of(columns), _rows(work, columns, batch))
    return staged


def names_of(columns: Sequence[Column]) -> list[str]:
    """What the database calls all that is written of a row."""
    return ["id", "workspace_id", *(column.name for column in columns)]


def _rows(
    work: Work, columns: Sequence[Column], batch: Sequence[Waiting]
) -> Iterator[tuple[object, ...]]:
    workspace = work.run.workspace_id
    empty = [column.default for column in columns]
    places = [(place, column.attribute) for place, column in enumerate(columns)]
    documents = [place for place, column in enumerate(columns) if column.is_json]
    for each in batch:
        values, cells = each.draft.values, empty.copy()
        for place, attribute in places:
            if (value := values.get(attribute)) is not None:
                cells[place] = value
        for place in documents:
            if cells[place] is not None:
                cells[place] = encode(cells[place])
        yield each.result.target_id, workspace, *cells


def rows_here(model: type[models.Model], ids: Iterable[int]) -> dict[int, JsonObject]:
    """Rows as they are, by id: every column as the database writes it in JSON."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, to_jsonb(t)::text FROM "{model._meta.db_table}" t WHERE id = ANY(%s)',
            [list(ids)],
        )
        return {pk: cast("JsonObject", decode(text)) for pk, text in cursor}


def field_of(model: type[models.Model], name: str) -> "models.Field[object, object]":
    """The field that fills a column. Names in mappings are checked when the program starts."""
    found = model._meta.get_field(name)
    assert isinstance(found, models.Field) and found.column  # noqa: S101, PT018  # see above
    return found
