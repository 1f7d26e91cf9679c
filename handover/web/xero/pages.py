"""Settings > Xero: the connection, what is entered where, and the look before anything is sent."""

import hmac

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.ledger import billing_settings, kept_settings, today
from handover.billing.models import Debtors
from handover.web.xero.forms import MappingForm, OrganisationForm
from handover.xero import asking
from handover.xero.consent import ask_for_consent, connection_of, keep_code
from handover.xero.due import due, sums, taxes_in
from handover.xero.looking import CHOSEN, choose
from handover.xero.models import XeroConnection, XeroErrand, XeroPush

RECORD = "xero"
STATE = "xero_state"
REFRESH = {"HX-Refresh": "true"}
Kind = XeroErrand.Kind
MOST_SHOWN = 20


@needs(May.SEE_XERO)
@require_GET
def overview(request: Request) -> HttpResponse:
    """How far the connection is, what comes next, and what was sent."""
    connection = connection_of(request.workspace.pk)
    latest = asking.latest()
    told = {
        "connection": connection,
        "is_set_up": settings.ENVIRONMENT.xero.is_set_up,
        "waiting": asking.waiting(),
        "problem": latest.message if latest else "",
        "probe": probe_of(connection),
        "in_xero": billing_settings(request.workspace.pk).debtors == Debtors.XERO_CONNECTED,
        "pushes": XeroPush.objects.order_by("-pk")[:MOST_SHOWN],
        "open_push": asking.open_push(),
        "may_connect": may(request.member, May.CONNECT_XERO),
        "may_push": may(request.member, May.PUSH_TO_XERO),
    }
    return render(request, "web/xero/overview.html", told)


def probe_of(connection: XeroConnection) -> dict[str, object] | None:
    """What the last look has found, if it was in the organisation that is chosen now."""
    probe = connection.probe
    return probe if probe and probe["tenant"] == connection.tenant_id else None


@needs(May.SEE_XERO, quiet=True)
@require_GET
def now(request: Request) -> HttpResponse:
    """The part that waits for a worker: the page is loaded anew once it is done."""
    waiting = asking.waiting()
    if waiting is None:
        return HttpResponse(headers=REFRESH)
    return render(request, "web/xero/waiting.html", {"waiting": waiting})


@needs(May.CONNECT_XERO)
@just_signed_in
def connect(request: Request) -> HttpResponse:
    """Say what the consent is for; then send the browser to Xero.

    A form may not lead to another site: the answer is a page that goes on by itself.
    """
    place = settings.ENVIRONMENT.xero
    if not place.is_set_up:
        return redirect("web:xero")
    if request.method != "POST":
        return render(request, "web/xero/connect.html", {"scopes": place.scopes.split()})
    back = reverse("web:xero_callback")
    site = settings.ENVIRONMENT.address
    address, state = ask_for_consent(
        place,
        settings.ENVIRONMENT.home,
        connection_of(request.workspace.pk),
        request.member,
        f"{site}{back}" if site else request.build_absolute_uri(back),
    )
    request.session[STATE] = state
    note(request, Action.CHANGED, RECORD, detail="consent asked for")
    leaving = render(request, "web/xero/leaving.html", {"address": address})
    leaving["Refresh"] = f"0; url={address}"
    return leaving


@needs(May.CONNECT_XERO)
@require_GET
def callback(request: Request) -> HttpResponse:
    """Where Xero sends the browser back to: with a code, or with why there is none."""
    expected = str(request.session.pop(STATE, ""))
    code = request.GET.get("code", "")
    if not expected or not hmac.compare_digest(
        expected.encode(), request.GET.get("state", "").encode()
    ):
        messages.error(request, _("This answer of Xero's was not asked for here: connect again."))
    elif not code:
        messages.error(request, _("Nothing was connected: the consent was not given at Xero."))
    else:
        keep_code(settings.ENVIRONMENT.home, connection_of(request.workspace.pk), code)
        asking.ask(request.workspace.pk, Kind.EXCHANGE, str(request.member))
        note(request, Action.CHANGED, RECORD, detail="consent given")
    return redirect("web:xero")


@needs(May.CONNECT_XERO)
def organisation(request: Request) -> HttpResponse:
    """Choose which organisation is asked: a consent may be good for several."""
    connection = connection_of(request.workspace.pk)
    form = OrganisationForm(request.POST or None, connection)
    if not connection.organisations or asking.open_push() is not None:
        messages.info(request, _("No organisation can be chosen now."))
        return redirect("web:xero")
    if request.method == "POST" and form.is_valid():
        choose(connection, form.cleaned_data["organisation"])
        connection.save(update_fields=CHOSEN)
        note(request, Action.CHANGED, RECORD, detail="organisation chosen")
        asking.ask(request.workspace.pk, Kind.READ, str(request.member))
        return redirect("web:xero")
    return render(request, "web/xero/organisation.html", {"form": form})


@needs(May.CONNECT_XERO)
def mapping(request: Request) -> HttpResponse:
    """Choose where what is due is entered, and with which tax rates."""
    connection = connection_of(request.workspace.pk)
    if not connection.read_at:
        messages.info(request, _("Connect with Xero first: its accounts are not known yet."))
        return redirect("web:xero")
    taxes = taxes_in([each.pk for each in due(today())])
    form = MappingForm(request.POST or None, connection, taxes)
    if request.method == "POST" and form.is_valid():
        connection.account_code = form.cleaned_data["account_code"]
        connection.clearing_code = form.cleaned_data["clearing_code"]
        connection.taxes = form.taxes
        connection.save(update_fields=("account_code", "clearing_code", "taxes"))
        note(request, Action.CHANGED, RECORD, detail="accounts and tax rates chosen")
        messages.success(request, _("Saved."))
        return redirect("web:xero")
    told = {"form": form, "connection": connection}
    return render(request, "web/xero/mapping.html", told, status=422 if form.is_bound else 200)


@needs(May.CONNECT_XERO)
@require_POST
def look(request: Request) -> HttpResponse:
    """Have the accounts and tax rates read once more."""
    return _asked(request, Kind.READ)


@needs(May.CONNECT_XERO)
@require_POST
def probe(request: Request) -> HttpResponse:
    """Have it looked whether the numbers are in Xero already."""
    return _asked(request, Kind.PROBE)


@needs(May.CONNECT_XERO)
@just_signed_in
def disconnect(request: Request) -> HttpResponse:
    """Say what it means to give the consent back; then give it back."""
    connection = connection_of(request.workspace.pk)
    if asking.open_push() is not None:
        messages.error(request, _("Something is being sent: stop it first."))
        return redirect("web:xero")
    if request.method != "POST":
        return render(request, "web/xero/disconnect.html", {"connection": connection})
    return _asked(request, Kind.DISCONNECT)


def _asked(request: Request, kind: XeroErrand.Kind) -> HttpResponse:
    asking.ask(request.workspace.pk, kind, str(request.member))
    note(request, Action.CHANGED, RECORD, detail=str(kind.label))
    return redirect("web:xero")


@needs(May.CONNECT_XERO)
@require_POST
def they_are_there(request: Request) -> HttpResponse:
    """Imported invoices are in Xero already: they are history here from now on."""
    found = kept_settings(request.workspace.pk)
    found.debtors = Debtors.XERO_CONNECTED
    found.save(update_fields=["debtors"])
    note(request, Action.CHANGED, "billing settings", detail="debtors: in Xero already")
    messages.success(
        request, _("Imported invoices are collected in Xero: nobody is asked for them from here.")
    )
    return redirect("web:xero")


def preview(connection: XeroConnection) -> dict[str, object]:
    """What would be sent now, in sums."""
    owed = asking.to_send(connection.tenant_id)
    names = {each["TaxType"]: each["Name"] for each in connection.tax_rates}
    taxes = [
        (name, count, amount, names.get(connection.taxes.get(name, ""), "-"))
        for name, (count, amount) in taxes_in([each.pk for each in owed]).items()
        if count
    ]
    return {"shown": sums(owed), "first": owed[:MOST_SHOWN], "taxes": taxes}
