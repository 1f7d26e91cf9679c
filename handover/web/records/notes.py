"""Reading progress notes: a client's list, one note, one on paper, and what was added later.

A final note has no way to be changed: its page offers to add an entry below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note, note_each
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.clinical.documents import UnreadableDocument, read
from handover.clinical.documents.render import render as rendered
from handover.clinical.models import NoteTemplate, ProgressNote
from handover.clinical.operations import add_later, may_put_away, may_write, put_away
from handover.clinical.queries import (
    Wanted,
    address_at_source,
    name_at_source,
    notes_of,
    stretch_of,
    written,
)
from handover.core.tenancy.changing import Refused
from handover.web.clients.page import around, client_or_404, render_tab
from handover.web.marks import Mark, mark_of, marks_of
from handover.web.records.forms import NoteFilter
from handover.web.records.page import render_record

TAB = "web:client_notes"
PER_PAGE = 6  # each with all that it says: most of the time goes into showing them
RECORD = "progress note"
#: What a list shows of notes, their visits and cases; all else would be read for nothing.
LISTED = (
    *("client", "title", "document", "state", "author_name", "created_at", "source_place"),
    *("archived_at", "pinned_at", "case__name", "appointment__starts_at", "appointment__time_zone"),
    *("appointment__service__name", "appointment__location__name"),
)


@dataclass(frozen=True)
class ShownNote:
    """One note as a page shows it: the row, its content, where it came from, its visit's zone."""

    row: ProgressNote
    content: SafeString
    mark: Mark | None

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of the place where the visit was."""
        visit = self.row.appointment
        return ZoneInfo(visit.time_zone) if visit else None


@needs(May.SEE_NOTES)
def client_notes(request: Request, client_id: int) -> HttpResponse:
    """A client's notes, the newest first; each that is shown counts as read."""
    client = client_or_404(request, client_id)
    form = _filter(request, client)
    wanted = Wanted(**form.cleaned_data) if form.is_valid() else Wanted()
    found = client.progress_notes.select_related(
        "appointment__service", "appointment__location", "case"
    ).only(*LISTED)
    before = request.GET.get("before", "")
    stretch = stretch_of(found.prefetch_related("addenda"), client, wanted, before, PER_PAGE)
    note_each(request, Action.READ, RECORD, [each.pk for each in stretch.notes], client=client.pk)
    told = {
        "notes": _shown(stretch.notes),
        "older": stretch.older,
        "later": bool(before),
        "filter": form,
        "filtered": wanted != Wanted(),
        "may_write": may(request.member, May.WRITE_NOTES),
    }
    return render_tab(request, client, "web/records/notes.html", told)


def _filter(request: Request, client: Client) -> NoteFilter:
    """What a client's notes can be told apart by, in as many words as there are."""
    notes = client.progress_notes
    authors = notes.exclude(author_name="").order_by("author_name")
    used = NoteTemplate.objects.filter(pk__in=notes.values("template")).order_by("name")
    return NoteFilter(
        request.GET,
        authors=list(authors.values_list("author_name", flat=True).distinct()),
        cases=list(client.cases.order_by("name").values_list("pk", "name")),
        templates=list(used.values_list("pk", "name")),
    )


def _shown(notes: Sequence[ProgressNote]) -> list[ShownNote]:
    if not notes:
        return []
    name, marks = name_at_source(), marks_of(notes)
    return [ShownNote(each, content_of(each, name), marks.get(each.pk)) for each in notes]


def content_of(row: ProgressNote, name: str | None = None) -> SafeString:
    """What a note says, as the practice knew it; what cannot be read takes no other note along."""
    try:
        document = read(row.document)
    except UnreadableDocument:
        return render_to_string("web/records/unreadable.html")
    return rendered(document, place=address_at_source(row, name))


def note_or_404(request: Request, note_id: int) -> ProgressNote:
    """The note of this number, if whoever asks may read it; else there is no such page."""
    found = notes_of(request.member).filter(client__isnull=False)
    return get_object_or_404(
        found.select_related(
            "client", "appointment__service", "appointment__location", "template", "practitioner",
            "case",
        ),
        pk=note_id,
    )  # fmt: skip


@needs(May.SEE_NOTES)
def one_note(request: Request, note_id: int) -> HttpResponse:
    """One note, with what was added to it later."""
    row = note_or_404(request, note_id)
    note(request, Action.READ, RECORD, row.pk, client=row.client_id)
    return show_note(request, row)


def show_note(
    request: Request, row: ProgressNote, *, entry: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    """The page of one note; `entry` is what somebody wanted to add, and `problem` why it is not."""
    writer = may(request.member, May.WRITE_NOTES)
    told = {
        "note": ShownNote(row, content_of(row), mark_of(row)),
        "may_edit": writer and may_write(row, request.member),
        "may_add": writer and row.state == ProgressNote.State.FINAL,
        "may_archive": writer and may_put_away(row, request.member),
        "entry": entry,
        "problem": problem,
    }
    return render_record(
        request, row.client_id, "web/records/note.html", told, tab=TAB, status=status
    )


@needs(May.SEE_NOTES)
def print_note(request: Request, note_id: int) -> HttpResponse:
    """One note on paper, with whose it is and what its template wants to be told of them."""
    row = note_or_404(request, note_id)
    note(request, Action.READ, RECORD, row.pk, client=row.client_id, detail="on paper")
    client = client_or_404(request, row.client_id or 0)
    told = around(request, client) | {
        "note": ShownNote(row, content_of(row), mark_of(row)),
        "wanted": (row.template.print_settings if row.template else None) or {},
    }
    return render(request, "web/records/note_paper.html", told)


@needs(May.WRITE_NOTES)
@require_POST
def later_entry(request: Request, note_id: int) -> HttpResponse:
    """Add an entry to a final note."""
    row = note_or_404(request, note_id)
    entry = request.POST.get("entry", "")
    try:
        added = add_later(row, request.member, entry)
    except Refused as problem:
        return show_note(request, row, entry=entry, problem=str(problem), status=422)
    note(request, Action.CREATED, "note addendum", added.pk, client=row.client_id)
    messages.success(request, _("The entry was added, with your name and the time."))
    return redirect("web:note", note_id)


@needs(May.WRITE_NOTES)
@require_POST
def archive_note(request: Request, note_id: int) -> HttpResponse:
    """Put a note away, or fetch it back with `back`."""
    row = note_or_404(request, note_id)
    back = "back" in request.POST
    try:
        put_away(row, request.member, at=None if back else timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("web:note", note_id)
    how = "fetched back" if back else "archived"
    note(request, Action.CHANGED, RECORD, row.pk, client=row.client_id, detail=how)
    messages.success(request, _("The note is back.") if back else _("The note was archived."))
    return redirect("web:note", note_id)


def earlier_notes(request: Request, client: Client) -> Sequence[ProgressNote]:
    """The client's latest notes that somebody wrote out: to begin a new one with."""
    found = client.progress_notes.filter(archived_at=None)
    mine = Q(author=request.member) | Q(practitioner__user=request.member)
    last = found.order_by(written().desc(), "-pk")
    return [each for each in (last.filter(mine).first(), last.exclude(mine).first()) if each]
