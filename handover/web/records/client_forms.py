"""Client forms: a client's list, one with its answers and signatures, one on paper."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.clinical.documents import read
from handover.clinical.documents.render import render as rendered
from handover.clinical.models import ClientForm, FormSignature
from handover.clinical.queries import forms_of, may_read
from handover.files.downloads import NotHere, picture
from handover.files.models import FileState
from handover.files.shelf import installed_shelf
from handover.web.clients.page import around, client_or_404, render_tab
from handover.web.marks import mark_of, marks_of
from handover.web.records.page import render_record

TAB = "web:client_forms"
PER_PAGE = 50
RECORD = "client form"


@needs(May.SEE_FORMS)
def client_forms(request: Request, client_id: int) -> HttpResponse:
    """A client's forms, the newest first: which, and whether they are completed."""
    client = client_or_404(request, client_id)
    found = client.forms.defer("document").order_by("-created_at", "-pk")
    archived = "archived" in request.GET
    if not archived:
        found = found.filter(archived_at=None)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    marks = marks_of(page.object_list)
    forms = [(each, may_read(each, request.member), marks.get(each.pk)) for each in page]
    note(request, Action.READ, "list of forms", client=client.pk)
    told = {"page": page, "forms": forms, "archived": archived}
    return render_tab(request, client, "web/records/client_forms.html", told)


def _form_or_404(request: Request, form_id: int) -> ClientForm:
    found = forms_of(request.member).filter(client__isnull=False).select_related("location")
    form = get_object_or_404(found, pk=form_id)
    if not may_read(form, request.member):
        raise Http404
    return form


@needs(May.SEE_FORMS)
def one_form(request: Request, form_id: int) -> HttpResponse:
    """One form, with every question and answer."""
    form = _form_or_404(request, form_id)
    note(request, Action.READ, RECORD, form.pk, client=form.client_id)
    told = {"form": form, "content": _content(form), "mark": mark_of(form)}
    return render_record(request, form.client_id, "web/records/client_form.html", told, tab=TAB)


@needs(May.SEE_FORMS)
def print_form(request: Request, form_id: int) -> HttpResponse:
    """One form on paper."""
    form = _form_or_404(request, form_id)
    note(request, Action.READ, RECORD, form.pk, client=form.client_id, detail="on paper")
    client = client_or_404(request, form.client_id or 0)
    told = around(request, client) | {"form": form, "content": _content(form)}
    return render(request, "web/records/form_paper.html", told)


def _content(form: ClientForm) -> SafeString:
    here = form.signatures.filter(state=FileState.STORED).values_list("number", "pk")
    images = {number: reverse("web:signature", args=[pk]) for number, pk in here}
    return rendered(read(form.document), signatures=images)


@needs(May.SEE_FORMS)
def signature(request: Request, signature_id: int) -> HttpResponseBase:
    """The drawing of a signature, for the page of its form."""
    found = get_object_or_404(FormSignature, pk=signature_id)
    _form_or_404(request, found.form_id)
    try:
        return picture(found, installed_shelf(), "signature")
    except NotHere as problem:
        raise Http404 from problem
