"""Reads that span models: the notes and forms of a client, and where a note is at its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from handover.accounts.details import details_told
from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.clinical.models import ClientForm, ProgressNote
from handover.scheduling.models import Attendance
from handover.scheduling.queries import clients_of, practitioners_of

#: When a note was written whose source does not say it: before all others.
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)

_PLACE = re.compile(r"[a-z0-9-]+\.cliniko\.com/patients/\d+/treatment_notes/\d+", re.ASCII)
_NAME = re.compile(r"[a-z0-9-]+", re.ASCII | re.IGNORECASE)


def address_at_source(note: ProgressNote, name: str | None = None) -> str:
    """Where a note is in the system that it came from; "" where that cannot be known for certain.

    `name` is the practice's own name there, for whoever asks about many notes (`name_at_source`).
    """
    name = name_at_source() if name is None else name
    if not _PLACE.fullmatch(note.source_place) or not _NAME.fullmatch(name):
        return ""
    return f"https://{name}.{note.source_place}"


def name_at_source() -> str:
    """The practice's own name there; it comes with the details of one account, not of two."""
    known = {each.subdomain for each in details_told() if each.subdomain}
    return known.pop() if len(known) == 1 else ""


@dataclass(frozen=True)
class Wanted:
    """Which notes of a client somebody looks for; what is empty does not matter."""

    author: str = ""
    case: int | None = None
    template: int | None = None
    state: str = ""
    archived: bool = False


@dataclass(frozen=True)
class Stretch:
    """Some notes of a list, the newest first; `older` is where the next stretch begins, or ""."""

    notes: Sequence[ProgressNote]
    older: str


def notes_of(user: User) -> QuerySet[ProgressNote]:
    """The progress notes of the workspace that somebody may read."""
    found = ProgressNote.objects.filter(workspace_id=user.workspace_id)
    if not may(user, May.SEE_NOTES):
        return found.none()
    if user.own_clients_only:
        return found.filter(client__in=clients_of(user))
    return found


def drafts_of(user: User) -> QuerySet[ProgressNote]:
    """The drafts that somebody alone can finish: theirs by author or by practitioner."""
    found = ProgressNote.objects.filter(
        workspace_id=user.workspace_id, state=ProgressNote.State.DRAFT, archived_at=None
    )
    return found.filter(Q(author=user) | Q(practitioner__in=practitioners_of(user)))


def stretch_of(
    notes: QuerySet[ProgressNote], client: Client, wanted: Wanted, before: str, size: int
) -> Stretch:
    """Notes of one client from a place of the list on; `before` is an earlier stretch's `older`.

    The place is a note and not a number, so that no note is missed or shown twice while others
    write.
    """
    found = _wanted(notes.filter(client=client), wanted).annotate(written=written())
    place = _MARK.fullmatch(before)
    if place:
        at = LONG_AGO + timedelta(microseconds=int(place[1]))
        found = found.filter(Q(written__lt=at) | Q(written=at, pk__lt=int(place[2])))
    rows = list(found.order_by("-written", "-pk")[: size + 1])
    return Stretch(rows[:size], _place(rows[size - 1]) if len(rows) > size else "")


def _place(note: ProgressNote) -> str:
    since = (note.created_at or LONG_AGO) - LONG_AGO
    return f"{since // timedelta(microseconds=1)}-{note.pk}"


def written() -> Coalesce:
    """When a note was written, for sorting."""
    return Coalesce("created_at", Value(LONG_AGO, output_field=DateTimeField()))


def _wanted(notes: QuerySet[ProgressNote], wanted: Wanted) -> QuerySet[ProgressNote]:
    if not wanted.archived:
        notes = notes.filter(archived_at=None)
    if wanted.author:
        notes = notes.filter(author_name=wanted.author)
    if wanted.template:
        notes = notes.filter(template=wanted.template)
    if wanted.state:
        notes = notes.filter(state=wanted.state)
    if wanted.case:
        booked = Q(attendance__case=wanted.case) | Q(attendance=None, appointment__case=wanted.case)
        notes = notes.filter(Q(case=wanted.case) | (Q(case=None) & booked))
    return notes


def last_visits(client: Client, until: datetime, most: int = 20) -> list[Attendance]:
    """The client's latest visits that begin by then, the newest first: to write about."""
    found = client.attendances.filter(
        archived_at=None, appointment__archived_at=None, appointment__starts_at__lte=until
    )
    found = found.select_related("appointment__service", "appointment__practitioner", "case")
    return list(found.order_by("-appointment__starts_at", "-pk")[:most])


def forms_of(user: User) -> QuerySet[ClientForm]:
    """The client forms of the workspace whose lines somebody may see."""
    found = ClientForm.objects.filter(workspace_id=user.workspace_id)
    if not may(user, May.SEE_FORMS):
        return found.none()
    if user.own_clients_only:
        return found.filter(client__in=clients_of(user))
    return found


def may_read(form: ClientForm, user: User) -> bool:
    """Whether somebody may read a form: one that is restricted is not for the front desk."""
    return may(user, May.SEE_NOTES if form.restricted_to_practitioner else May.SEE_FORMS)
