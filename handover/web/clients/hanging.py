"""What hangs on a client: alerts, tags, relationships, linked contacts."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.clients import operations
from handover.clients.models import ClientContact, Contact, Relationship, Thing
from handover.scheduling.queries import clients_of
from handover.web.clients.page import client_or_404, render_tab
from handover.web.clients.picking import Pick

LONGEST_ALERT, LONGEST_TAG = 500, 60


@needs(May.EDIT_CLIENTS)
@require_POST
def add_alert(request: Request, client_id: int) -> HttpResponse:
    """Add a medical alert."""
    client = client_or_404(request, client_id)
    words = _words(request, LONGEST_ALERT)
    if words and may(request.member, May.SEE_ALERTS):
        made = operations.add_alert(client, words)
        note(request, Action.CREATED, "medical alert", made.pk, client=client.pk)
    return redirect("web:client", client.pk)


@needs(May.EDIT_CLIENTS)
@require_POST
def archive_alert(request: Request, client_id: int, alert_id: int) -> HttpResponse:
    """Archive a medical alert: it is shown no longer."""
    client = client_or_404(request, client_id)
    alert = get_object_or_404(client.medical_alerts, pk=alert_id)
    if may(request.member, May.SEE_ALERTS) and operations.put_away(client.medical_alerts, alert.pk):
        note(
            request, Action.CHANGED, "medical alert", alert.pk, client=client.pk, detail="archived"
        )
        messages.success(request, _("The alert was archived."))
    return redirect("web:client", client.pk)


@needs(May.EDIT_CLIENTS)
@require_POST
def add_tag(request: Request, client_id: int) -> HttpResponse:
    """Mark a client with a word."""
    client = client_or_404(request, client_id)
    words = _words(request, LONGEST_TAG)
    if words:
        operations.tag(client, words)
        note(request, Action.CHANGED, "client", client.pk, client=client.pk, detail="tags")
    return redirect("web:client", client.pk)


@needs(May.EDIT_CLIENTS)
@require_POST
def remove_tag(request: Request, client_id: int, mark_id: int) -> HttpResponse:
    """Take a word off a client."""
    client = client_or_404(request, client_id)
    get_object_or_404(client.tags, pk=mark_id).delete()
    note(request, Action.CHANGED, "client", client.pk, client=client.pk, detail="tags")
    return redirect("web:client", client.pk)


def _words(request: Request, longest: int) -> str:
    return " ".join(request.POST.get("name", "").replace("\0", "").split())[:longest]


class RelationshipForm(forms.Form):
    """Another client, and what they are to this one."""

    relation = forms.ChoiceField(
        label=gettext_lazy("What they are"), choices=Relationship.Relation.choices
    )


class LinkForm(forms.Form):
    """A contact, and what they are sent about the client."""

    notes = forms.CharField(
        label=gettext_lazy("What they are to the client"), required=False, max_length=500
    )
    receives_appointments = forms.BooleanField(
        label=gettext_lazy("Receives messages about appointments"), required=False
    )
    receives_invoices = forms.BooleanField(label=gettext_lazy("Receives invoices"), required=False)
    receives_notes = forms.BooleanField(
        label=gettext_lazy("Receives letters and notes"), required=False
    )


@needs(May.EDIT_CLIENTS)
def add_relationship(request: Request, client_id: int) -> HttpResponse:
    """Say what another client is to this one."""
    client = client_or_404(request, client_id)
    form = RelationshipForm(request.POST or None)
    form.fields["other"] = Pick(
        Thing.CLIENT,
        lambda: clients_of(request.member).exclude(pk=client.pk),
        label=_("Other client"),
        help_text=_("Begin to type a name, or write a birth date or number."),
    )
    form.order_fields(["other", "relation"])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = operations.relate(client, given["other"], given["relation"])
        note(request, Action.CREATED, "relationship", made.pk, client=client.pk)
        return redirect("web:client", client.pk)
    told = {"form": form, "title": _("Add a relationship")}
    return render_tab(request, client, "web/client/one_form.html", told, status=_status(request))


@needs(May.EDIT_CLIENTS)
@require_POST
def archive_relationship(request: Request, client_id: int, relationship_id: int) -> HttpResponse:
    """Take a relationship away, from whichever side it was written."""
    client = client_or_404(request, client_id)
    either = Relationship.objects.filter(client=client) | Relationship.objects.filter(
        related_client=client
    )
    found = get_object_or_404(either, pk=relationship_id)
    if operations.put_away(either, found.pk):
        note(request, Action.CHANGED, "relationship", found.pk, client=client.pk, detail="archived")
    return redirect("web:client", client.pk)


@needs(May.EDIT_CLIENTS)
def link_contact(request: Request, client_id: int) -> HttpResponse:
    """Link a contact with a client."""
    client = client_or_404(request, client_id)
    form = LinkForm(request.POST or None)
    form.fields["contact"] = Pick(
        Thing.CONTACT,
        Contact.objects.all,
        label=_("Contact"),
        help_text=_("Begin to type a name or a company."),
    )
    form.order_fields(["contact"])
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        linked = operations.link(client, values.pop("contact"), values)
        note(request, Action.CHANGED, "client's contact", linked.pk, client=client.pk)
        return redirect("web:client", client.pk)
    told = {"form": form, "title": _("Link a contact")}
    return render_tab(request, client, "web/client/one_form.html", told, status=_status(request))


@needs(May.EDIT_CLIENTS)
@require_POST
def unlink_contact(request: Request, client_id: int, link_id: int) -> HttpResponse:
    """Take a contact off a client; the contact itself stays."""
    client = client_or_404(request, client_id)
    get_object_or_404(ClientContact, client=client, pk=link_id).delete()
    note(request, Action.CHANGED, "client's contact", link_id, client=client.pk, detail="removed")
    return redirect("web:client", client.pk)


def _status(request: Request) -> int:
    return 422 if request.method == "POST" else 200
