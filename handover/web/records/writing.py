"""Writing a progress note: begin, write, finalise, discard.

A draft is saved while it is written (`static/web/note_draft.js` posts the whole form to
`save_draft`), and by its own button where no script runs. Each saving says which state of the draft
the writer had: if somebody saved since, nothing is overwritten, and the writer is told.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.clients.models import Client
from handover.clinical.documents import Document, read
from handover.clinical.documents.answering import answered, asked, unanswered
from handover.clinical.models import NoteTemplate, ProgressNote, ServiceNoteTemplate
from handover.clinical.operations import (
    LONGEST_TITLE,
    About,
    begin,
    blank,
    discard,
    finalise,
    may_write,
    save,
)
from handover.clinical.queries import last_visits
from handover.core.tenancy.changing import ChangedMeanwhile, Refused
from handover.scheduling.models import Attendance
from handover.web.clients.page import client_or_404, render_tab
from handover.web.records.forms import BeginNote
from handover.web.records.notes import RECORD, TAB, content_of, earlier_notes, note_or_404
from handover.web.records.page import render_record

CONFLICT, UNUSABLE = 409, 400
#: A note may be written about a visit that begins soon.
AHEAD = timedelta(hours=12)


@needs(May.WRITE_NOTES)
def new_note(request: Request, client_id: int) -> HttpResponse:
    """Choose what a note begins with and what it is about; then the draft is there."""
    client = client_or_404(request, client_id)
    earlier = {each.pk: each for each in earlier_notes(request, client)}
    visits = last_visits(client, timezone.now() + AHEAD)
    form = _begin_form(request, client, list(earlier.values()), visits)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kind, _colon, number = given["begins"].partition(":")
        about = About(
            template=_template(int(number)) if kind == "template" else None,
            earlier=earlier.get(int(number)) if kind == "note" else None,
            attendance=next((each for each in visits if each.pk == given["attendance"]), None),
            case=client.cases.filter(pk=given["case"]).first() if given["case"] else None,
        )
        made = begin(client, request.member, about)
        note(request, Action.CREATED, RECORD, made.pk, client=client.pk)
        return redirect("web:edit_note", made.pk)
    return render_tab(request, client, "web/records/new_note.html", {"form": form})


def _template(number: int) -> NoteTemplate | None:
    return NoteTemplate.objects.filter(pk=number, archived_at=None).first()


def _begin_form(
    request: Request, client: Client, earlier: list[ProgressNote], visits: list[Attendance]
) -> BeginNote:
    templates = NoteTemplate.objects.filter(archived_at=None).order_by("name", "pk")
    visit = _visit_asked_for(request, visits)
    of_service = ServiceNoteTemplate.objects.filter(
        service=visit.appointment.service_id if visit else None, template__archived_at=None
    ).first()
    offered = list(templates.only("pk", "name"))
    usual = of_service.template_id if of_service else (earlier[0].template_id if earlier else None)
    first = usual if usual in {each.pk for each in offered} else None
    return BeginNote(
        request.POST if request.method == "POST" else None,
        templates=offered,
        earlier=[(each.pk, _copy_of(each)) for each in earlier],
        visits=[(each, visit_words(each)) for each in visits],
        cases=list(client.cases.filter(archived_at=None).values_list("pk", "name")),
        initial={
            "begins": f"template:{first}" if first else "",
            "attendance": visit.pk if visit else None,
            "case": visit.case_id if visit else None,
        },
    )


def _visit_asked_for(request: Request, visits: list[Attendance]) -> Attendance | None:
    """The visit that the calendar names by its appointment; else the last one, if it is recent."""
    named = request.GET.get("appointment", "")
    if named:
        return next((each for each in visits if str(each.appointment_id) == named), None)
    today = timezone.now() - timedelta(hours=24)
    recent = (each for each in visits if each.appointment.starts_at > today)
    return next(recent, None)


def _copy_of(earlier: ProgressNote) -> str:
    written = date_format(earlier.created_at, "j M Y") if earlier.created_at else _("no date")
    told = {"title": earlier.title or _("Without a title"), "author": earlier.author_name}
    return _("A copy of: %(title)s, %(author)s, %(day)s") % (told | {"day": written})


def visit_words(visit: Attendance) -> str:
    """A visit in a list: its time on the wall clock of the place, its service, with whom."""
    appointment = visit.appointment
    begins = appointment.starts_at.astimezone(ZoneInfo(appointment.time_zone))
    names = [
        appointment.service.name if appointment.service else "",
        appointment.practitioner.display_name if appointment.practitioner else "",
    ]
    return ", ".join([date_format(begins, "j M Y, H:i"), *filter(None, names)])


@needs(May.WRITE_NOTES)
def edit_note(request: Request, note_id: int) -> HttpResponse:
    """Write in a draft of one's own."""
    row = note_or_404(request, note_id)
    if not may_write(row, request.member):
        return _no_draft(request, row)
    document = read(row.document) or blank()
    if request.method != "POST":
        note(request, Action.READ, RECORD, row.pk, client=row.client_id)
        return _show_draft(request, row, document)
    if "whole" not in request.POST:
        return _show_draft(request, row, document, problem=_("It did not arrive whole."))
    document = answered(document, request.POST)
    try:
        row = _save(request, row, document)
    except ChangedMeanwhile as problem:
        return _show_draft(
            request, row, document, problem=str(problem), title=_title(request), status=CONFLICT
        )
    if "finish" in request.POST:
        return redirect("web:finalise_note", note_id)
    messages.success(request, _("The draft was saved."))
    return redirect("web:edit_note" if "stay" in request.POST else "web:note", note_id)


def _no_draft(request: Request, row: ProgressNote) -> HttpResponse:
    """Refuse to write; what was typed while another window made the note final stays in sight."""
    if row.state != ProgressNote.State.FINAL:
        messages.error(request, _("Only its author can write in this draft."))
    elif "whole" in request.POST:
        note(request, Action.READ, RECORD, row.pk, client=row.client_id)
        typed = answered(read(row.document) or blank(), request.POST)
        problem = _("This note was made final meanwhile: add what is new as a later entry.")
        return _show_draft(
            request, row, typed, problem=problem, title=_title(request), status=CONFLICT
        )
    else:
        messages.error(request, _("This note is final: nobody can change it."))
    return redirect("web:note", row.pk)


def _title(request: HttpRequest) -> str:
    return request.POST.get("title", "")


def _save(request: Request, row: ProgressNote, document: Document) -> ProgressNote:
    """Save what came, and note it. Raises `Refused`."""
    saved = save(
        row.pk,
        request.member,
        revision=_revision(request),
        title=_title(request),
        document=document,
    )
    if saved.revision != _revision(request):
        note(request, Action.CHANGED, RECORD, row.pk, client=row.client_id)
    return saved


def _revision(request: HttpRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and given.isascii() else -1


def _show_draft(
    request: Request,
    row: ProgressNote,
    document: Document,
    *,
    problem: str = "",
    title: str | None = None,
    status: int = 200,
) -> HttpResponse:
    told = {
        "note": row,
        "note_title": row.title if title is None else title,
        "longest_title": LONGEST_TITLE,
        "sections": list(asked(document)),
        "problem": problem,
    }
    return render_record(
        request, row.client_id, "web/records/edit_note.html", told, tab=TAB, status=status
    )


@needs(May.WRITE_NOTES)
@require_POST
def save_draft(request: Request, note_id: int) -> HttpResponse:
    """Save a draft while it is being written; answers with its new revision, or why it is not."""
    row = note_or_404(request, note_id)
    if "whole" not in request.POST:
        return JsonResponse({"told": _("It did not arrive whole.")}, status=UNUSABLE)
    document = read(row.document) or blank()
    try:
        saved = _save(request, row, answered(document, request.POST))
    except ChangedMeanwhile as problem:
        told = {"told": str(problem), "revision": row.revision}
        return JsonResponse(told, status=CONFLICT)
    except Refused as problem:
        return JsonResponse({"told": str(problem)}, status=CONFLICT)
    return JsonResponse({"revision": saved.revision})


@needs(May.WRITE_NOTES)
def finalise_note(request: Request, note_id: int) -> HttpResponse:
    """Read a draft once more as it will be for ever, and make it final."""
    row = note_or_404(request, note_id)
    if not may_write(row, request.member):
        messages.error(request, _("Only its author can make a draft final."))
        return redirect("web:note", note_id)
    if request.method == "POST":
        try:
            finalise(note_id, request.member, revision=_revision(request))
        except Refused as problem:
            messages.error(request, str(problem))
            return redirect("web:finalise_note", note_id)
        note(request, Action.CHANGED, RECORD, row.pk, client=row.client_id, detail="final")
        messages.success(request, _("The note is final."))
        return redirect("web:note", note_id)
    note(request, Action.READ, RECORD, row.pk, client=row.client_id)
    told = {
        "note": row,
        "content": content_of(row),
        "missing": unanswered(read(row.document) or blank()),
    }
    return render_record(request, row.client_id, "web/records/finalise_note.html", told, tab=TAB)


@needs(May.WRITE_NOTES)
@require_POST
def discard_note(request: Request, note_id: int) -> HttpResponse:
    """Take a draft away."""
    row = note_or_404(request, note_id)
    try:
        gone = discard(note_id, request.member)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("web:note", note_id)
    note(request, Action.DELETED, RECORD, note_id, client=row.client_id, detail="draft")
    told = _("The draft was discarded.") if gone else _("The draft was archived.")
    messages.success(request, told)
    return redirect("web:client_notes", row.client_id)
