"""What the pages of a client's records have around them: the client's frame, their tab marked."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse

from handover.accounts.access import Request
from handover.web.clients.page import client_or_404, render_tab
from handover.web.clients.tabs import tabs_of


def render_record(
    request: Request,
    client_id: int | None,
    template: str,
    told: Mapping[str, object],
    *,
    tab: str,
    status: int = 200,
) -> HttpResponse:
    """The page of one record; `tab` names the page of its client that it belongs to.

    The client is asked for once more: who may not see them finds no record of theirs either.
    """
    client = client_or_404(request, client_id or 0)
    address = reverse(tab, kwargs={"client_id": client.pk})
    tabs = tabs_of(client.pk, address, request.member)
    return render_tab(request, client, template, {**told, "tabs": tabs}, status=status)
