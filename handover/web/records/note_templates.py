"""Settings > Note templates: the list, one as a note shows it, the editor, archiving."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.clinical.documents import read
from handover.clinical.documents.render import render as rendered
from handover.clinical.models import NoteTemplate
from handover.clinical.templates_of_notes import (
    LONGEST_NAME,
    Blocks,
    blocks_given,
    blocks_of,
    change,
    done,
    make,
    put_away,
)
from handover.web.marks import mark_of, marks_of

RECORD = "note template"
WORDS = {
    "paragraph": gettext_lazy("Paragraph"),
    "text": gettext_lazy("Short text"),
    "checkboxes": gettext_lazy("Checkboxes"),
    "multiple_choice": gettext_lazy("One of several"),
    "dropdown": gettext_lazy("Dropdown"),
    "date": gettext_lazy("Date"),
    "body_charts": gettext_lazy("Body chart, in words"),
    "statement": gettext_lazy("Statement"),
}


@needs(May.SEE_SETTINGS)
def note_templates(request: Request) -> HttpResponse:
    """Every template, by name; archived ones where they are asked for."""
    archived = "archived" in request.GET
    found = NoteTemplate.objects.defer("document").order_by("name", "pk")
    rows = list(found if archived else found.filter(archived_at=None))
    marks = marks_of(rows)
    told = {
        "templates": [(each, marks.get(each.pk)) for each in rows],
        "archived": archived,
        "may_change": may(request.member, May.CHANGE_SETTINGS),
    }
    return render(request, "web/records/note_templates.html", told)


@needs(May.SEE_SETTINGS)
def note_template(request: Request, template_id: int) -> HttpResponse:
    """One template, as a note begins with it."""
    row = get_object_or_404(NoteTemplate, pk=template_id)
    told = {
        "template": row,
        "content": rendered(read(row.document)),
        "mark": mark_of(row),
        "may_change": may(request.member, May.CHANGE_SETTINGS),
    }
    return render(request, "web/records/note_template.html", told)


@needs(May.CHANGE_SETTINGS)
def new_note_template(request: Request) -> HttpResponse:
    """Make a template."""
    if request.method != "POST":
        return _editor(request, None, "", blocks_of(None))
    name, blocks = _name(request), blocks_given(request.POST)
    if "save" not in request.POST:
        return _editor(request, None, name, done(blocks, request.POST.get("do", "")))
    if not name:
        return _editor(request, None, name, blocks, problem=_("Give the template a name."))
    made = make(request.member, name, blocks)
    note(request, Action.CREATED, RECORD, made.pk)
    messages.success(request, _("The template was saved."))
    return redirect("web:note_template", made.pk)


@needs(May.CHANGE_SETTINGS)
def edit_note_template(request: Request, template_id: int) -> HttpResponse:
    """Write a template anew. What was changed by somebody else meanwhile is not overwritten."""
    row = get_object_or_404(NoteTemplate.objects.select_for_update(), pk=template_id)
    if request.method != "POST":
        return _editor(request, row, row.name, blocks_of(read(row.document)))
    name, blocks = _name(request), blocks_given(request.POST)
    if "save" not in request.POST:
        return _editor(request, row, name, done(blocks, request.POST.get("do", "")))
    if problem := _problem(request, row, name):
        return _editor(request, row, name, blocks, problem=problem)
    change(row, name, blocks)
    note(request, Action.CHANGED, RECORD, row.pk)
    messages.success(request, _("The template was saved."))
    return redirect("web:note_template", row.pk)


def _problem(request: Request, row: NoteTemplate, name: str) -> str:
    if not name:
        return _("Give the template a name.")
    if request.POST.get("revision") != str(row.revision):
        return _(
            "Somebody changed this template since you opened it. Open it in another window, and put"
            " your changes in there."
        )
    return ""


def _name(request: Request) -> str:
    return request.POST.get("name", "").replace("\x00", "").strip()


def _editor(
    request: Request, row: NoteTemplate | None, name: str, blocks: Blocks, *, problem: str = ""
) -> HttpResponse:
    told = {
        "template": row,
        "name": name,
        "blocks": blocks,
        "kinds": WORDS,
        "problem": problem,
        "longest_name": LONGEST_NAME,
        "revision": request.POST.get("revision", row.revision if row else ""),
    }
    status = 422 if problem else 200
    return render(request, "web/records/edit_note_template.html", told, status=status)


@needs(May.CHANGE_SETTINGS)
@require_POST
def archive_note_template(request: Request, template_id: int) -> HttpResponse:
    """Offer a template to nobody any more, or again with `back`."""
    row = get_object_or_404(NoteTemplate, pk=template_id)
    back = "back" in request.POST
    put_away(row, None if back else timezone.now())
    note(request, Action.CHANGED, RECORD, row.pk, detail="fetched back" if back else "archived")
    told = _("The template is back.") if back else _("The template was archived.")
    messages.success(request, told)
    return redirect("web:note_template", row.pk)
