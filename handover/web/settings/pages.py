"""The pages of a list of Settings: its rows, a new one, one to change, the archive.

Which list it is comes with the address (`urls.py`), and the number of a row under its own name,
as `location_id`: so that nobody can take one list's number for another's.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.clients import tagging
from handover.clients.models import Tag
from handover.core.tenancy import WorkspaceOwned
from handover.core.tenancy.changing import OutdatedError
from handover.web.marks import mark_of, marks_of
from handover.web.settings.forms import SettingForm
from handover.web.settings.kinds import OF, Kind

PAGE = 100


@needs(May.SEE_SETTINGS)
def listing(request: Request, kind: str) -> HttpResponse:
    """The rows of a list; archived ones where they are asked for."""
    of, archived = OF[kind], "archived" in request.GET
    rows = of.reading(of.rows())
    rows = rows if archived else rows.filter(archived_at=None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    marks = marks_of(page.object_list)
    told = {
        "kind": of,
        "page": page,
        "rows": [
            (row, [say(row) for _title, say in of.columns], marks.get(row.pk)) for row in page
        ],
        "row_page": f"web:{of.one}",
        "new_page": f"web:new_{of.one}",
        "archived": archived,
        "may_change": may(request.member, May.CHANGE_SETTINGS),
    }
    return render(request, "web/settings/list.html", told)


@needs(May.CHANGE_SETTINGS)
def new(request: Request, kind: str) -> HttpResponse:
    """Make a row."""
    of = OF[kind]
    form = of.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, _changed = form.save(request.workspace.pk)
        note(request, Action.CREATED, of.one, made.pk)
        return _saved(request, of, made)
    return _shown(request, of, form, None)


@needs(May.CHANGE_SETTINGS)
def row(request: Request, kind: str, **number: int) -> HttpResponse:
    """Look at a row, and change it."""
    of, found = _found(kind, number)
    form = of.form(request.POST or None, row=found)
    if request.method == "POST" and form.is_valid():
        try:
            _row, changed = form.save(request.workspace.pk)
        except OutdatedError as outdated:
            form.add_error(None, outdated_message())
            form.data = as_of_now(request, outdated)
        else:
            if changed:
                note(request, Action.CHANGED, of.one, found.pk, detail=", ".join(changed))
            return _saved(request, of, found)
    return _shown(request, of, form, found)


def as_of_now(request: Request, outdated: OutdatedError) -> QueryDict:
    """What was sent, so that it counts if it is sent again."""
    data = request.POST.copy()
    data["revision"] = str(getattr(outdated.row, "revision", ""))
    return data


def outdated_message() -> str:
    """What is said to whoever saves a page that is not of now."""
    return _(
        "Somebody has changed this since you opened the page. Look at it in another window; if what"
        " you wrote is to count, save again."
    )


def _found(kind: str, number: dict[str, int]) -> tuple[Kind, WorkspaceOwned]:
    of = OF[kind]
    (pk,) = number.values()
    return of, get_object_or_404(of.rows(), pk=pk)


def _saved(request: Request, of: Kind, saved: WorkspaceOwned) -> HttpResponse:
    saved.refresh_from_db()
    messages.success(request, _("%(name)s was saved.") % {"name": getattr(saved, "name", saved)})
    return redirect(f"web:{of.page}")


def _shown(
    request: Request, of: Kind, form: SettingForm, found: WorkspaceOwned | None
) -> HttpResponse:
    told = {
        "kind": of,
        "form": form,
        "row": found,
        "list_page": f"web:{of.page}",
        "archive_page": f"web:archive_{of.one}",
        "mark": mark_of(found) if found else None,
        "others": Tag.objects.exclude(pk=found.pk).order_by("name")
        if isinstance(found, Tag)
        else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/settings/row.html", told, status=status)


@needs(May.CHANGE_SETTINGS)
@require_POST
def archive(request: Request, kind: str, **number: int) -> HttpResponse:
    """Offer a row to nobody any more, or again with `back`; what names it keeps it."""
    of, found = _found(kind, number)
    back = "back" in request.POST
    of.form.model.objects.filter(pk=found.pk).update(archived_at=None if back else timezone.now())
    note(request, Action.CHANGED, of.one, found.pk, detail="fetched back" if back else "archived")
    name = {"name": getattr(found, "name", found)}
    told = _("%(name)s is back.") if back else _("%(name)s was archived.")
    messages.success(request, told % name)
    return redirect(f"web:{of.page}")


@needs(May.CHANGE_SETTINGS)
@require_POST
def merge_tag(request: Request, tag_id: int) -> HttpResponse:
    """Give everybody another tag instead of this one."""
    found = get_object_or_404(Tag, pk=tag_id)
    told = request.POST.get("into", "")
    others = Tag.objects.exclude(pk=found.pk)
    into = get_object_or_404(others, pk=int(told) if told.isdecimal() and len(told) < 19 else 0)  # noqa: PLR2004  # digits of a number of a row
    count = tagging.merge(found, into)
    note(request, Action.DELETED, "tag", tag_id, detail=f"merged into {into.pk}, {count} clients")
    told = _("%(name)s has become %(into)s.") % {"name": found.name, "into": into.name}
    messages.success(request, told)
    return redirect("web:tags")


@needs(May.CHANGE_SETTINGS)
@require_POST
def remove_tag(request: Request, tag_id: int) -> HttpResponse:
    """Take a tag off everybody."""
    found = get_object_or_404(Tag, pk=tag_id)
    count = tagging.remove(found)
    note(request, Action.DELETED, "tag", tag_id, detail=f"{count} clients")
    messages.success(request, _("%(name)s was taken off everybody.") % {"name": found.name})
    return redirect("web:tags")
