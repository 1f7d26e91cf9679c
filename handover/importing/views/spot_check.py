"""The spot check: a few records drawn by lot, with the way to each in both systems."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.clinical.models import ProgressNote
from handover.core.tenancy import WorkspaceOwned
from handover.files.models import File
from handover.importing.cliniko.pages import Page, page_of
from handover.importing.models import ImportRun, SourceRecord
from handover.importing.result.failures import subdomain_of
from handover.importing.said import type_name
from handover.importing.systems import CLINIKO
from handover.importing.views.asking import the_run
from handover.scheduling.models import Attendance

DRAWN = 5  # of each type

#: What is drawn: the type at the source, what it may be seen by, its page here, and its argument.
DRAWS = (
    ("patients", May.SEE_CLIENTS, Client),
    ("attendees", May.SEE_CALENDAR, Attendance),
    ("treatment_notes", May.SEE_NOTES, ProgressNote),
    ("patient_attachments", May.SEE_FILES, File),
)


@dataclass(frozen=True)
class Drawn:
    """One record: what it is called here, and where it is to be seen on both sides."""

    type: str
    source_id: str
    name: str
    here: str
    there: Page | None


@needs(May.CHECK_IMPORTS)
def spot_check(request: Request, run_id: int) -> HttpResponse:
    """Draw some records anew with each look; what is looked at is noted."""
    run = the_run(run_id)
    subdomain = subdomain_of(run)
    allowed = [each for each in DRAWS if may(request.member, each[1])]
    groups = []
    for kind, _allows, model in allowed if run.system == CLINIKO else ():
        records = list(_lot(run, kind))
        rows = {
            each.pk: each
            for each in _known(model).filter(pk__in=[record.target_id for record in records])
        }
        drawn = [_drawn(each, rows[each.target_id or 0], subdomain)
                 for each in records if each.target_id in rows]  # fmt: skip
        if drawn:
            groups.append((type_name(kind), drawn))
    note(request, Action.READ, "spot check of import", run.pk)
    return render(request, "importing/spot_check.html", {"run": run, "groups": groups})


def _known(model: type[WorkspaceOwned]) -> QuerySet[Any]:
    """The rows of a type, with whose they are."""
    rows: QuerySet[Any] = model._default_manager.all()
    return rows if model is Client else rows.select_related("client")


def _lot(run: ImportRun, kind: str) -> Iterator[SourceRecord]:
    """Records of a type that became rows, by lot: each place costs one look into the index."""
    found: QuerySet[SourceRecord] = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, run=run, resource=kind
    )
    span = found.aggregate(least=Min("pk"), most=Max("pk"))
    if span["least"] is None:
        return
    seen = set[int]()
    for _ in range(3 * DRAWN):
        place = span["least"] + secrets.randbelow(span["most"] - span["least"] + 1)
        record = found.filter(pk__gte=place, target_id__isnull=False).order_by("pk").first()
        if record is not None and record.pk not in seen:
            seen.add(record.pk)
            yield record
        if len(seen) == DRAWN:
            return


def _drawn(record: SourceRecord, row: WorkspaceOwned, subdomain: str) -> Drawn:
    page = page_of(record.resource, record.source_id, record.payload, subdomain)
    return Drawn(record.resource, record.source_id, called(row), _address(row), page)


def called(row: WorkspaceOwned) -> str:
    """Whose a row is, and what tells it from others; no more of it than that."""
    if isinstance(row, Client):
        return f"{row.first_name} {row.last_name}".strip() or f"Client {row.pk}"
    kind = f"{row._meta.verbose_name} {row.pk}".capitalize()
    kind = row.name if isinstance(row, File) else kind
    client = getattr(row, "client", None)
    return f"{client}: {kind}" if client else kind


def _address(row: WorkspaceOwned) -> str:
    """Where it is to be seen here; "" while there is no such page."""
    if isinstance(row, File):
        return reverse("web:file", args=[row.pk])
    name, number = _page(row)
    try:
        return reverse(name, args=[number]) if number else ""
    except NoReverseMatch:
        return ""


def _page(row: WorkspaceOwned) -> tuple[str, int | None]:
    if isinstance(row, ProgressNote):
        return "web:note", row.pk
    if isinstance(row, Attendance):
        return "web:appointment", row.appointment_id
    return "web:client", row.pk
