"""The list of clients, and the first tab of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited, note
from handover.accounts.permissions import May, may
from handover.web.clients.details import details_of
from handover.web.clients.lines import lines_of
from handover.web.clients.listing import ClientSearch, Wanted, listed, number_in
from handover.web.clients.page import client_or_404, render_tab
from handover.web.local_time import zone_of


@needs(May.SEE_CLIENTS)
def clients(request: Request) -> HttpResponse:
    """List clients, or those that agree with what was typed."""
    form = ClientSearch(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(
        given.get("q", ""),
        given.get("show", ""),
        given.get("tag"),
        given.get("sort", ""),
        after=number_in(request.GET.get("after")),
        before=number_in(request.GET.get("before")),
    )
    zone = zone_of(request)
    today = timezone.now().astimezone(zone).date()
    page = listed(request.member, wanted, today)
    note(request, Action.SEARCHED if wanted.q else Action.READ, "clients")
    shown = {
        "form": form,
        "page": page,
        "lines": lines_of(page.rows),
        "wanted": wanted,
        "today": today,
        "zone": zone,
        "may_edit_clients": may(request.member, May.EDIT_CLIENTS),
    }
    return render(request, "web/client/list.html", shown)


@needs(May.SEE_CLIENTS)
@audited(Action.READ, "client", client="client_id")
def client(request: Request, client_id: int) -> HttpResponse:
    """Show who a client is, and all that is known of them."""
    found = client_or_404(request, client_id)
    return render_tab(request, found, "web/client/details.html", details_of(request, found))
