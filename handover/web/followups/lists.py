"""Who was asked, who waits, who has to be called; and who is to be left alone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited, note
from handover.accounts.permissions import May, may
from handover.billing.ledger import today
from handover.clients.models import Client, Contact
from handover.followups import by_hand
from handover.followups.models import OPEN, FollowUp, OptOut, Reason, State
from handover.followups.queries import to_call, visible_to
from handover.web.clients.page import client_or_404, render_tab

PER_PAGE, RECORD = 50, "follow-up"
VIEWS = {
    "open": later("Waiting and on their way"),
    "call": later("To be called"),
    "sent": later("Sent and called"),
    "not-sent": later("Not sent"),
}
SHOWN = ("client", "contact", "invoice", "invoice__client", "template", "rule")


@needs(May.SEE_INVOICES)
def followups(request: Request) -> HttpResponse:
    """The follow-ups of the practice, those of one kind at a time."""
    view = request.GET.get("show", "open")
    view = view if view in VIEWS else "open"
    found = (
        _of(request, view)
        .select_related(*SHOWN)
        .prefetch_related("client__phones", "contact__phones")
    )
    page = Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    told = {
        "views": VIEWS.items(),
        "view": view,
        "page": page,
        "waiting": visible_to(request.member).filter(state__in=OPEN).count(),
        "may_send": may(request.member, May.SEND_FOLLOW_UPS),
        "may_see_clients": may(request.member, May.SEE_CLIENTS),
    }
    for client in {each.invoice.client_id for each in page}:
        note(request, Action.READ, "follow-ups", client=client)
    return render(request, "web/followups/list.html", told)


@needs(May.SEND_FOLLOW_UPS)
@require_POST
def stop_all(request: Request) -> HttpResponse:
    """Send nothing of what waits."""
    stopped = by_hand.stop(visible_to(request.member), Reason.STOPPED)
    note(request, Action.CHANGED, "follow-ups", detail=f"{stopped} stopped")
    messages.success(request, _("%(count)d e-mails were stopped.") % {"count": stopped})
    return redirect("web:followups")


@needs(May.SEND_FOLLOW_UPS)
@require_POST
def was_called(request: Request, followup_id: int) -> HttpResponse:
    """Note that somebody has called."""
    row = get_object_or_404(visible_to(request.member), pk=followup_id)
    if row.state == State.TO_CALL:
        by_hand.called(row)
        client = row.invoice.client_id
        note(request, Action.CHANGED, RECORD, row.pk, client=client, detail="called")
    messages.success(request, _("It is noted that they were called."))
    return redirect("/follow-ups/?show=call")


@needs(May.SEND_FOLLOW_UPS)
@require_POST
def alone(request: Request, followup_id: int) -> HttpResponse:
    """Ask the payer of a follow-up no more by e-mail, or again with `ask`."""
    row = get_object_or_404(visible_to(request.member), pk=followup_id)
    payer = row.contact or row.client
    if payer is not None:
        wanted = "ask" not in request.POST
        by_hand.leave_alone(request.member, payer, alone=wanted)
        detail = "not to be asked" if wanted else "may be asked"
        note(request, Action.CHANGED, RECORD, row.pk, client=row.invoice.client_id, detail=detail)
        no, yes = _("%(name)s is not asked by e-mail any more."), _("%(name)s may be asked.")
        messages.success(request, (no if wanted else yes) % {"name": payer})
    return redirect("web:followups")


@needs(May.SEE_INVOICES)
@audited(Action.READ, "follow-ups", client="client_id")
def of_client(request: Request, client_id: int) -> HttpResponse:
    """What a client was asked for, and whether they may be asked by e-mail."""
    client = client_or_404(request, client_id)
    may_send = may(request.member, May.SEND_FOLLOW_UPS)
    if request.method == "POST" and may_send:
        detail = _leave(request, client)
        note(request, Action.CHANGED, "client", client.pk, client=client.pk, detail=detail)
        return redirect("web:client_followups", client.pk)
    found = visible_to(request.member).filter(invoice__client=client).select_related(*SHOWN)
    page = Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "alone": OptOut.objects.filter(client=client).exists(),
        "may_send": may_send,
        "where": reverse("web:client_followups", args=[client.pk]),
    }
    return render_tab(request, client, "web/followups/client.html", told)


@needs(May.SEND_FOLLOW_UPS)
@require_POST
def of_contact(request: Request, contact_id: int) -> HttpResponse:
    """Ask a contact no more by e-mail, or again; its page has the button."""
    contact = get_object_or_404(Contact, pk=contact_id)
    note(request, Action.CHANGED, "contact", contact.pk, detail=_leave(request, contact))
    return redirect("web:contact", contact.pk)


def _leave(request: Request, payer: Client | Contact) -> str:
    """Do what was pressed; what that was, in words."""
    left = request.POST.get("do") == "leave"
    by_hand.leave_alone(request.member, payer, alone=left)
    return "not to be asked" if left else "may be asked"


def _of(request: Request, view: str) -> QuerySet[FollowUp]:
    found = visible_to(request.member)
    if view == "call":
        return to_call(request.member, today())
    states = {"sent": (State.SENT, State.CALLED), "not-sent": (State.NOT_SENT,)}
    return found.filter(state__in=states.get(view, OPEN))
