"""Contacts: the list, one of them, making and changing them; and proposals for fields."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.clients import operations
from handover.clients.models import Client, ClientContact, Contact, SearchKey, Thing
from handover.clients.search import matching
from handover.core.tenancy.changing import OutdatedError
from handover.followups.models import OptOut
from handover.scheduling.queries import clients_of
from handover.web.clients.details import address_of
from handover.web.clients.forms import ContactForm, numbers_in, phone_forms
from handover.web.clients.listing import ACTIVE, ARCHIVED, ContactSearch, number_in
from handover.web.clients.picking import words_for
from handover.web.keyset import Slice, sliced
from handover.web.marks import mark_of

MOST_CLIENTS = 100
PROPOSED = 10
FEWEST_LETTERS = 2


@needs(May.SEE_CONTACTS)
def contacts(request: Request) -> HttpResponse:
    """List contacts, or those that agree with what was typed."""
    form = ContactSearch(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    page = _listed(given, number_in(request.GET.get("after")), number_in(request.GET.get("before")))
    shown = {
        "form": form,
        "page": page,
        "asked": any(given.values()),
        "may_edit": may(request.member, May.EDIT_CONTACTS),
    }
    return render(request, "web/contact/list.html", shown)


def _listed(given: Mapping[str, Any], after: int | None, before: int | None) -> Slice[Contact]:
    found = Contact.objects.all()
    show = given.get("show", ACTIVE)
    if show == ACTIVE:
        found = found.filter(archived_at=None)
    elif show == ARCHIVED:
        found = found.exclude(archived_at=None)
    if given.get("type"):
        found = found.filter(type=given["type"])
    typed = given.get("q", "")
    agreeing = cast(
        "QuerySet[Contact]", matching(found, Thing.CONTACT, typed, timezone.localdate())
    )
    keys = SearchKey.objects.filter(thing=Thing.CONTACT, kind=SearchKey.Kind.SORT)
    page = sliced(
        keys.filter(row_id__in=agreeing.values("pk")),
        ["key", "row_id"],
        after=_place(keys, after),
        before=_place(keys, before),
    )
    rows = Contact.objects.prefetch_related("phones").in_bulk([each.row_id for each in page.rows])
    ordered = [rows[each.row_id] for each in page.rows if each.row_id in rows]
    return Slice(ordered, page.has_before, page.has_after)


def _place(keys: QuerySet[SearchKey], number: int | None) -> tuple[object, ...] | None:
    return keys.filter(row_id=number).values_list("key", "row_id").first() if number else None


@needs(May.SEE_CONTACTS)
def contact(request: Request, contact_id: int) -> HttpResponse:
    """Show one contact, and the clients around whom they are that one may see."""
    found = get_object_or_404(Contact, pk=contact_id)
    linked = ClientContact.objects.filter(contact=found, client__in=clients_of(request.member))
    linked = linked.select_related("client").order_by("-pk")
    shown = {
        "contact": found,
        "phones": list(found.phones.all()),
        "address": address_of(found),
        "linked": list(linked[:MOST_CLIENTS]),
        "doctor_of": list(_doctor_of(request, found)),
        "mark": mark_of(found),
        "may_edit": may(request.member, May.EDIT_CONTACTS),
        "may_see_account": may(request.member, May.SEE_INVOICES)
        and not request.member.own_clients_only,
        "alone": OptOut.objects.filter(contact=found).exists(),
        "may_send": may(request.member, May.SEND_FOLLOW_UPS),
        "where": reverse("web:contact_followups", args=[found.pk]),
    }
    note(request, Action.READ, "contact", found.pk)
    return render(request, "web/contact/contact.html", shown)


def _doctor_of(request: Request, found: Contact) -> QuerySet[Client]:
    mine = clients_of(request.member).filter(referring_doctor=found)
    return mine.order_by("-pk")[:MOST_CLIENTS]


@needs(May.EDIT_CONTACTS)
def new_contact(request: Request) -> HttpResponse:
    """Make a contact."""
    form, phones = ContactForm(request.POST or None), phone_forms(request.POST or None, None)
    if request.method == "POST" and all([form.is_valid(), phones.is_valid()]):
        made = operations.make(Contact, request.workspace.pk, form.values(), numbers_in(phones))
        note(request, Action.CREATED, "contact", made.pk)
        messages.success(request, _("%(name)s was saved.") % {"name": made})
        return redirect("web:contact", made.pk)
    shown = {"form": form, "phones": phones}
    return render(request, "web/contact/form.html", shown, status=_status(request))


@needs(May.EDIT_CONTACTS)
def edit_contact(request: Request, contact_id: int) -> HttpResponse:
    """Change what is known of a contact."""
    found = get_object_or_404(Contact, pk=contact_id)
    form = ContactForm(request.POST or None, contact=found)
    phones = phone_forms(request.POST or None, found)
    if request.method == "POST" and all([form.is_valid(), phones.is_valid()]):
        revision = form.cleaned_data["revision"] or 0
        try:
            changed = operations.change(found, revision, form.values(), numbers_in(phones))
        except OutdatedError as outdated:
            form, phones = _outdated(request, cast("Contact", outdated.row))
        else:
            if changed:
                note(request, Action.CHANGED, "contact", found.pk, detail=", ".join(changed))
            messages.success(request, _("%(name)s was saved.") % {"name": found})
            return redirect("web:contact", found.pk)
    shown = {"form": form, "phones": phones, "contact": found}
    return render(request, "web/contact/form.html", shown, status=_status(request))


def _outdated(request: Request, now: Contact) -> tuple[ContactForm, Any]:
    data = request.POST.copy()
    data["revision"] = str(now.revision)
    form = ContactForm(data, contact=now)
    form.add_error(
        None,
        _(
            "Somebody has changed this contact since you opened the page. Look at it in another"
            " window; if you save now, what stands here counts."
        ),
    )
    return form, phone_forms(data, now)


@needs(May.EDIT_CONTACTS)
@require_POST
def archive_contact(request: Request, contact_id: int) -> HttpResponse:
    """Put a contact into the archive, or take them out of it if they are there."""
    found = get_object_or_404(Contact, pk=contact_id)
    archived = found.archived_at is None
    operations.archive(found, archived=archived)
    note(
        request,
        Action.CHANGED,
        "contact",
        found.pk,
        detail="archived" if archived else "unarchived",
    )
    return redirect("web:contact", found.pk)


def _status(request: Request) -> int:
    return 422 if request.method == "POST" else 200


@needs(May.SEE_CLIENTS)
def choose_client(request: Request) -> HttpResponse:
    """Propose clients for a field, as options: whom one may see, and who is not archived."""
    rows = clients_of(request.member).filter(archived_at=None, merged_at=None)
    note(request, Action.SEARCHED, "clients")
    return _proposals(request, rows, Thing.CLIENT)


@needs(May.SEE_CONTACTS)
def choose_contact(request: Request) -> HttpResponse:
    """Propose contacts for a field, as options."""
    return _proposals(request, Contact.objects.filter(archived_at=None), Thing.CONTACT)


def _proposals(
    request: Request, rows: QuerySet[Client] | QuerySet[Contact], thing: Thing
) -> HttpResponse:
    typed = next(iter(request.GET.values()), "")
    found = []
    if len(typed) >= FEWEST_LETTERS:
        agreeing = matching(rows, thing, str(typed)[:200], timezone.localdate())
        found = [words_for(row) for row in agreeing.order_by("pk")[:PROPOSED]]
    return render(request, "web/client/options.html", {"options": found})
