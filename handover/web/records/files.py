"""A client's files: the list, adding, looking at one, its name, archiving.

What a browser would run is never shown, only saved. Pictures are shown in an `<img>`, texts as
text. A PDF is saved, because its viewer cannot be boxed in as the rest is.
"""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.files.adding import MOST_BYTES, CannotAdd, add_file, describe, is_too_large, put_away
from handover.files.downloads import PICTURES, NotHere, download, text_of
from handover.files.models import File, FileState
from handover.files.shelf import installed_shelf
from handover.files.sniffing import TEXT
from handover.files.uploading import too_large
from handover.scheduling.queries import clients_of
from handover.web.clients.page import client_or_404, render_tab
from handover.web.marks import mark_of, marks_of
from handover.web.records.forms import FileFilter, FileForm
from handover.web.records.page import render_record

TAB = "web:client_files"
PER_PAGE = 50


def files_of(user: User) -> QuerySet[File]:
    """The files about clients that somebody may see."""
    found = File.objects.filter(client__isnull=False)
    return found.filter(client__in=clients_of(user)) if user.own_clients_only else found


@needs(May.SEE_FILES)
def client_files(request: Request, client_id: int) -> HttpResponse:
    """A client's files, the newest first."""
    client = client_or_404(request, client_id)
    form = FileFilter(request.GET)
    form.full_clean()
    found = client.files.select_related("uploader").order_by("-created_at", "-pk")
    if not form.cleaned_data.get("archived"):
        found = found.filter(archived_at=None)
    if name := form.cleaned_data.get("name"):
        found = found.filter(name__icontains=name)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    marks = marks_of(page.object_list)
    told = {
        "page": page,
        "files": [(each, marks.get(each.pk)) for each in page],
        "filter": form,
        "filtered": any(form.cleaned_data.values()),
        "may_add": may(request.member, May.ADD_FILES),
        "most": MOST_BYTES,
    }
    note(request, Action.READ, "list of files", client=client.pk)
    return render_tab(request, client, "web/records/files.html", told)


@needs(May.ADD_FILES)
@require_POST
def add_files(request: Request, client_id: int) -> HttpResponse:
    """Keep the files that were sent; each for itself."""
    client = client_or_404(request, client_id)
    sent = request.FILES.getlist("files")
    done = sum(_add(request, client, each) for each in sent)
    for name in too_large(request):
        messages.error(request, is_too_large(name))
    if not sent and not too_large(request):
        messages.error(request, _("Choose a file first."))
    if done:
        told = ngettext("%(count)s file was added.", "%(count)s files were added.", done)
        messages.success(request, told % {"count": done})
    return redirect("web:client_files", client_id)


def _add(request: Request, client: Client, sent: "UploadedFile[bytes]") -> bool:
    try:
        with transaction.atomic():
            made = add_file(
                client,
                request.member,
                sent.name or "",
                sent.chunks(),
                installed_shelf(),
                size=sent.size or 0,
            )
    except CannotAdd as problem:
        messages.error(request, str(problem))
        return False
    note(request, Action.CREATED, "file", made.pk, client=client.pk)
    return True


def _file_or_404(request: Request, file_id: int) -> File:
    found = files_of(request.member).select_related("client", "uploader")
    return get_object_or_404(found, pk=file_id)


@needs(May.SEE_FILES)
def view_file(request: Request, file_id: int) -> HttpResponse:
    """One file: what it is, what can be shown of it."""
    row = _file_or_404(request, file_id)
    form = FileForm(initial={"name": row.name, "description": row.description})
    return _show_file(request, row, form)


def _show_file(request: Request, row: File, form: FileForm) -> HttpResponse:
    here = row.state == FileState.STORED
    note(request, Action.READ, "file", row.pk, client=row.client_id)
    told = {
        "file": row,
        "mark": mark_of(row),
        "form": form,
        "here": here,
        "is_picture": here and row.sniffed_type in PICTURES,
        "text": text_of(row, installed_shelf()) if here and row.sniffed_type == TEXT else None,
        "may_edit": may(request.member, May.ADD_FILES),
    }
    return render_record(request, row.client_id, "web/records/file.html", told, tab=TAB)


@needs(May.SEE_FILES)
def file_picture(request: Request, file_id: int) -> HttpResponseBase:
    """The bytes of a picture, for the `<img>` of its page."""
    row = _file_or_404(request, file_id)
    if row.sniffed_type not in PICTURES:
        raise Http404
    try:
        return download(row, installed_shelf(), row.name)
    except NotHere as problem:
        raise Http404 from problem


@needs(May.ADD_FILES)
@require_POST
def edit_file(request: Request, file_id: int) -> HttpResponse:
    """Give a file another name or description."""
    row = _file_or_404(request, file_id)
    form = FileForm(request.POST)
    if not form.is_valid():
        return _show_file(request, row, form)
    describe(row, **form.cleaned_data)
    note(request, Action.CHANGED, "file", row.pk, client=row.client_id)
    messages.success(request, _("The file was saved."))
    return redirect("web:view_file", file_id)


@needs(May.ADD_FILES)
@require_POST
def archive_file(request: Request, file_id: int) -> HttpResponse:
    """Put a file away, or fetch it back with `back`."""
    row = _file_or_404(request, file_id)
    back = "back" in request.POST
    put_away(row, None if back else timezone.now())
    how = "fetched back" if back else "archived"
    note(request, Action.CHANGED, "file", row.pk, client=row.client_id, detail=how)
    messages.success(request, _("The file is back.") if back else _("The file was archived."))
    return redirect("web:view_file", file_id)
