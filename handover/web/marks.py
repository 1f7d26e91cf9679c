"""Where imported records came from: what `<c-imported :mark="mark" />` shows beside one.

    mark_of(client)          for a page about one record: with its dates at the source, and its page
    marks_of(appointments)   for a list: {pk: Mark}, in one query, without what stands in payloads

A record that was made here has no mark.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import models
from django.utils.dateparse import parse_datetime

from handover.core.json import Json
from handover.importing.cliniko.pages import page_of, subdomain_in
from handover.importing.engine.payload import decode
from handover.importing.models import Outcome, SourceRecord
from handover.importing.systems import ALL, CLINIKO
from handover.web.rows import place_of

NAMES = {CLINIKO: "Cliniko"}
FROM_ELSEWHERE = "documents that were handed over"
_BARE = ("pk", "system", "account", "resource", "source_id", "target_id", "outcome")


@dataclass(frozen=True)
class Mark:
    """Where one record came from. Times are as the source gives them, in UTC; None if it does not.

    `matched`: the record was here already, and is the same as the source's. `url` is the source's
    own page about it, or the nearest one, which `url_shows` names; "" where it is not known.
    """

    source: str
    source_id: str
    matched: bool
    author: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    url: str = ""
    url_shows: str = ""


def marks_of(rows: Iterable[models.Model]) -> dict[int, Mark]:
    """The marks of these rows of one model, by their numbers; one query for them all."""
    found = {row.pk: row for row in rows}
    records = _records_of(type(next(iter(found.values()))), set(found)) if found else None
    if records is None:
        return {}
    marks: dict[int, Mark] = {}
    for each in records.only(*_BARE):
        if each.target_id is not None:
            marks.setdefault(each.target_id, _bare(each, found[each.target_id]))
    return marks


def mark_of(row: models.Model) -> Mark | None:
    """The mark of one row, with all that its source said of when it was made, and by whom."""
    records = _records_of(type(row), {row.pk})
    record = records.first() if records is not None else None
    if record is None:
        return None
    bare, told = _bare(record, row), _read(record.payload)
    page = page_of(record.resource, record.source_id, record.payload, _subdomain(record))
    return Mark(
        bare.source,
        bare.source_id,
        bare.matched,
        author=bare.author,
        created_at=_moment(told.get("created_at")),
        updated_at=_moment(told.get("updated_at")),
        url=page.url if page else "",
        url_shows=page.what if page else "",
    )


def hollow(mark: Mark | None) -> Mark | None:
    """A mark of `marks_of` for a line that is made once and filled (web/rows.py): told beside it
    are `mark_source`, `mark_source_id` and `mark_author`.
    """
    if mark is None:
        return None
    author = place_of("mark_author") if mark.author else ""
    return Mark(place_of("mark_source"), place_of("mark_source_id"), mark.matched, author)


def _records_of(
    model: type[models.Model], numbers: set[int]
) -> models.QuerySet[SourceRecord] | None:
    names = resources_of(model)
    if not names:
        return None
    found = SourceRecord.objects.filter(resource__in=names, target_id__in=numbers)
    return found.exclude(outcome=Outcome.UNDONE).order_by("pk")


@cache
def resources_of(model: type[models.Model]) -> tuple[str, ...]:
    """The names under which the ledger has rows of this model."""
    return tuple(each.spec.name for each in ALL if each.spec.target is model)


def _bare(record: SourceRecord, row: models.Model) -> Mark:
    return Mark(
        NAMES.get(record.system, FROM_ELSEWHERE),
        record.source_id,
        record.outcome == Outcome.MATCHED,
        author=str(getattr(row, "author_name", "")),
    )


def _subdomain(record: SourceRecord) -> str:
    settings = SourceRecord.objects.filter(
        system=record.system, account=record.account, resource="settings"
    )
    return subdomain_in(settings.values_list("payload", flat=True).first() or "{}")


def _read(payload: str) -> dict[str, Json]:
    try:
        told = decode(payload)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _moment(told: Json) -> datetime | None:
    try:
        return parse_datetime(told) if isinstance(told, str) else None
    except ValueError:
        return None
