"""What stands around every tab of a client: name, age, alerts, where they stand, the tabs."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from handover.accounts.access import Request
from handover.accounts.permissions import May, may
from handover.clients.models import Client
from handover.scheduling.queries import clients_of
from handover.web.clients.tabs import tabs_of
from handover.web.local_time import zone_of


def client_or_404(request: Request, client_id: int) -> Client:
    """The client of this number, if whoever asks may see them; else there is no such page."""
    return get_object_or_404(clients_of(request.member), pk=client_id)


def render_tab(
    request: Request,
    client: Client,
    template: str,
    told: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """One tab of a client's page: `template` extends `web/client/page.html`."""
    shown = around(request, client) | dict(told or {})
    return render(request, template, shown, status=status)


def around(request: Request, client: Client) -> dict[str, object]:
    """What the page around a tab shows; `zone` is the one to show moments in."""
    zone = zone_of(request)
    today = timezone.now().astimezone(zone).date()
    shown: dict[str, object] = {
        "client": client,
        "zone": zone,
        "today": today,
        "age": client.age_on(today),
        "tabs": tabs_of(client.pk, request.path, request.member),
        "may_edit_clients": may(request.member, May.EDIT_CLIENTS),
        "may_see_alerts": may(request.member, May.SEE_ALERTS),
    }
    if shown["may_see_alerts"]:
        shown["medical_alerts"] = client.medical_alerts.filter(archived_at=None).order_by("pk")
    return shown
