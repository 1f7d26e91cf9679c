"""Samples of a rehearsal: five records of each type, the source's words beside the row's.

They hold health data. They stand in the run's own row and nowhere else, and are forgotten when it
is loaded or deleted.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Length

from handover.core.json import Json, JsonObject
from handover.core.tenancy import WorkspaceOwned, acting_in
from handover.importing.engine.fields import Field, Rows
from handover.importing.engine.names import name_of_row
from handover.importing.engine.payload import decode, lookup
from handover.importing.engine.resource import Resource, Spec
from handover.importing.models import ImportRun, Outcome, SourceRecord

SAMPLES = 5
LONGEST = 240  # characters of a value
Records = QuerySet[SourceRecord]

_PLAIN = Q(issues=[]) & ~Q(outcome__in=(Outcome.REJECTED, Outcome.SKIPPED))
#: What makes a record worth looking at; the first of each kind that was not taken yet.
KINDS: tuple[tuple[str, Callable[[Records], Records]], ...] = (
    ("rejected", lambda found: found.filter(outcome=Outcome.REJECTED).order_by("pk")),
    ("with something to know", lambda found: found.exclude(issues=[]).order_by("pk")),
    ("newest", lambda found: found.order_by(Length("source_id").desc(), "-source_id")),
    ("ordinary", lambda found: found.filter(_PLAIN).order_by("payload_hash")),
    ("skipped", lambda found: found.filter(outcome=Outcome.SKIPPED).order_by("pk")),
    ("another", lambda found: found.order_by("payload_hash")),
)


def samples(run: ImportRun, resources: Sequence[type[Resource]]) -> dict[str, Json]:
    """Samples of every type that has records; while the rows of the rehearsal are there."""
    found: dict[str, Json] = {}
    for resource in resources:
        with acting_in(run.workspace_id):
            taken: list[Json] = [
                _sample(resource.spec, *each) for each in _chosen(run, resource.spec)
            ]
        if taken:
            found[resource.spec.name] = taken
    return found


def _chosen(run: ImportRun, spec: Spec) -> Iterator[tuple[str, SourceRecord]]:
    records = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, run=run, resource=spec.name
    )
    taken: list[int] = []
    for kind, narrow in KINDS:
        wanted = SAMPLES - len(taken) if kind == KINDS[-1][0] else min(1, SAMPLES - len(taken))
        for record in narrow(records.exclude(pk__in=taken))[:wanted]:
            taken.append(record.pk)
            yield kind, record


def _sample(spec: Spec, kind: str, record: SourceRecord) -> JsonObject:
    row: WorkspaceOwned | None = None
    if record.target_id is not None:
        row = spec.target._default_manager.filter(pk=record.target_id).first()
    return {
        "kind": kind,
        "id": record.source_id,
        "outcome": record.outcome,
        "reason": record.reason,
        "issues": record.issues,
        "fields": list(_fields(spec, record.payload, row)),
    }


def _fields(spec: Spec, payload: str, row: Model | None) -> Iterator[Json]:
    """Each attribute by its name, with what stands on both sides; what is empty on both is not."""
    try:
        record = decode(payload)
    except ValueError:
        record = {}
    for each in spec.fields:
        there = _there(each, record) if isinstance(record, dict) else ""
        here = "" if row is None else _here(each, row)
        if there or here:
            yield {
                "field": each.name.replace("_", " ").capitalize(),
                "from": ", ".join(each.sources),
                "source": there,
                "here": here,
            }


def _there(each: Field, record: JsonObject) -> str:
    found = (_linked(lookup(record, source)) for source in each.sources if source)
    return _clipped(" · ".join(text for value in found if (text := _text(value))))


def _linked(value: Json) -> Json:
    """A link to another record, as the number of that."""
    own = lookup(value, "links.self") if isinstance(value, dict) else None
    return f"no. {own.rstrip('/').rsplit('/', 1)[-1]}" if isinstance(own, str) else value


def _here(each: Field, row: Model) -> str:
    if isinstance(each, Rows):
        return _clipped(" · ".join(_parts(each, row)))
    if (choice := getattr(row, f"get_{each.name}_display", None)) is not None:
        return str(choice())
    value = getattr(row, each.name, None)
    if isinstance(value, datetime):
        return _moment(value, str(getattr(row, "time_zone", "") or "UTC"))
    return _clipped(_text(value))


def _parts(rows: Rows, row: Model) -> Iterator[str]:
    """The rows of a table of parts, each as one text."""
    link = next(
        each.name
        for each in rows.into._meta.concrete_fields
        if each.related_model is type(row) and each.name not in rows.columns
    )
    for part in rows.into._default_manager.filter(**{link: row}).order_by("pk"):
        yield " ".join(text for name in rows.columns if (text := _text(getattr(part, name))))


def _moment(value: datetime, zone: str) -> str:
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _text(value: object) -> str:
    """A value for people; of lists and documents all that is in them."""
    if isinstance(value, dict | list):
        return " · ".join(text for each in _parts_of(value) if (text := _text(each)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Model):
        return name_of_row(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else " ".join(str(value).split())


def _parts_of(value: dict[str, object] | list[object]) -> Iterator[object]:
    """In the same order on both sides: the database keeps the keys of JSON in its own."""
    parts = [value[key] for key in sorted(value)] if isinstance(value, dict) else value
    return (each for each in parts if not isinstance(each, bool))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
