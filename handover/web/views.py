"""The way into the settings, and files for download."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from handover.accounts.access import Request, account_only, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.files.downloads import NotHere, download
from handover.files.models import File
from handover.files.shelf import installed_shelf
from handover.messaging.models import OutgoingMessage
from handover.scheduling.queries import clients_of
from handover.web.navigation import settings_menu


@account_only("leads to the first page of the settings that this person may see")
def settings(request: Request) -> HttpResponse:
    """Go to the first page of the settings."""
    groups = settings_menu(request.path, getattr(request, "member", None))
    return redirect(groups[0][1][0].address)


@needs(May.SEE_IMPORTS)
def outbox(request: Request) -> HttpResponse:
    """Every message that was written about this workspace, the newest first.

    Those about a client are shown with the client: our support staff sees this page too.
    """
    letters = OutgoingMessage.objects.filter(about_client=False).order_by("-pk")
    return render(request, "web/outbox.html", {"letters": letters})


@needs(May.SEE_IMPORTS)
def letter(_request: Request, message_id: int) -> HttpResponse:
    """One message, as a mail program shows it."""
    return HttpResponse(get_object_or_404(OutgoingMessage, pk=message_id, about_client=False).html)


@needs(May.SEE_FILES)
def file(request: Request, file_id: int) -> HttpResponseBase:
    """Download a file about a client."""
    found = get_object_or_404(File, pk=file_id)
    if found.client_id and not clients_of(request.member).filter(pk=found.client_id).exists():
        raise Http404
    try:
        answer = download(found, installed_shelf(), found.name)
    except NotHere as problem:
        return render(request, "web/not_here.html", {"problem": problem}, status=404)
    note(request, Action.DOWNLOADED, "file", found.pk, client=found.client_id)
    return answer
