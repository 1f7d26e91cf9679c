"""What is in the outbox, for the demo: there, mail is looked at instead of sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from handover.messaging.models import OutgoingMessage


def outbox(request: HttpRequest) -> HttpResponse:
    """Every message of the installation, the newest first."""
    found = OutgoingMessage.objects.using("owner").select_related("workspace").order_by("-pk")
    return render(request, "messaging/outbox.html", {"messages": found})


def as_html(_request: HttpRequest, message_id: int) -> HttpResponse:
    """One message, as a mail program shows it."""
    found = get_object_or_404(OutgoingMessage.objects.using("owner"), pk=message_id)
    return HttpResponse(found.html)
