"""Does a draft fit its table? What the tests of the resources ask of every draft."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import cast

from django.db import models

from handover.core.json import Json, JsonObject
from handover.importing.cliniko import resources
from handover.importing.engine import PARENT, Resource
from handover.importing.engine.payload import encode
from handover.importing.engine.resource import Spec
from handover.importing.engine.values import Context, Draft

SAMPLES = Path(resources.__path__[0]).parent / "samples"
CONTEXT = Context(time_zone="Australia/Perth")
TYPES: tuple[tuple[type[models.Field[object, object]], type], ...] = (
    (models.ForeignKey, type(None)),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.TimeField, time),
    (models.BooleanField, bool),
    (models.DecimalField, Decimal),
    (models.IntegerField, int),
    (models.CharField, str),
    (models.TextField, str),
)


def sample(resource: type[Resource]) -> JsonObject:
    """The resource's sample payload."""
    text = (SAMPLES / f"{resource.spec.name}.json").read_text(encoding="utf-8")
    return cast("JsonObject", json.loads(text))


def read(resource: type[Resource], record: JsonObject) -> Draft:
    """Read a record as it would come, in the list of a record if it hangs on one."""
    hangs = resource.spec.per is not None
    parent = str(record.get(PARENT, "1387000000000009901")) if hangs else ""
    own = {key: value for key, value in record.items() if key != PARENT}
    return resource.transform(json.dumps(own, default=str), CONTEXT, parent)


def with_value(record: JsonObject, path: str, value: Json) -> JsonObject:
    """A copy of the record with another value at `a.b.c`."""
    step, _, rest = path.partition(".")
    inner = record.get(step)
    if rest:
        value = with_value(inner if isinstance(inner, dict) else {}, rest, value)
    return {**record, step: value}


def misfits(spec: Spec, draft: Draft) -> list[str]:
    """What of a draft the database would not take."""
    found = list(_misfits(spec.target, draft))
    for rows in spec.rows:
        for row in draft.rows[rows.name]:
            found += _misfits(rows.into, row)
    return found


def _misfits(model: type[models.Model], draft: Draft) -> Iterator[str]:
    for name, value in draft.values.items():
        column = model._meta.get_field(name)
        assert isinstance(column, models.Field)
        if not _fits(column, value, linked=name in draft.refs):
            yield f"{name}: {value!r}"[:200]


def _fits(column: models.Field[object, object], value: object, *, linked: bool) -> bool:
    if value is None:
        return column.null or linked or column.name == "created_at"
    if isinstance(column, models.JSONField):
        return "\\u0000" not in encode(value).replace("\\\\", "")
    wanted = next(type_ for kind, type_ in TYPES if isinstance(column, kind))
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return False
    return _in_range(column, value)


def _in_range(column: models.Field[object, object], value: object) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and len(value) <= (column.max_length or len(value))
    if isinstance(value, datetime):
        return value.tzinfo is UTC
    if isinstance(value, Decimal) and isinstance(column, models.DecimalField):
        room = Decimal(10) ** (column.max_digits - column.decimal_places)
        return abs(value) < room and value.as_tuple().exponent == -column.decimal_places
    most = 2**63 if isinstance(column, models.BigIntegerField) else 2**31
    return not isinstance(value, int) or 0 <= value < most
