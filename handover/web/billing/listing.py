"""The list of invoices: what it is asked for, and one page of it."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as later

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited
from handover.accounts.permissions import May, may
from handover.billing.ledger import billing_settings, today
from handover.billing.models import Invoice
from handover.billing.queries import AWAITING, CREDIT, DRAFT, OVERDUE, PAID, in_order, standing_so
from handover.clients.models import Thing
from handover.clients.search import among, numbers_of
from handover.core.choices import RowChoice
from handover.practice.models import Location, Practitioner
from handover.scheduling.queries import practitioners_of, seen_among
from handover.web.billing.lines import lines_of
from handover.web.billing.showing import STANDINGS, shown
from handover.web.clients.forms import day_field
from handover.web.clients.listing import LONGEST, number_in
from handover.web.clients.picking import NamedChoice
from handover.web.keyset import Slice, sliced

BY = ("day", "pk")
#: An invoice whole, and of whoever it names the name alone: a client has fifty columns.
LISTED = (
    *(each.name for each in Invoice._meta.concrete_fields),
    *("client__first_name", "client__last_name"),
    *(f"contact__{name}" for name in ("title", "first_name", "last_name", "company_name")),
    *(f"practitioner__{name}" for name in ("display_name", "title", "first_name", "last_name")),
)
ORDER = (AWAITING, OVERDUE, PAID, DRAFT, CREDIT)


class InvoiceSearch(forms.Form):
    """What the list of invoices is asked for; everything may stay empty."""

    q = forms.CharField(
        label=later("Search invoices"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=later("Number of the invoice, or name of the client or contact"),
    )
    status = forms.ChoiceField(
        label=later("Status"),
        required=False,
        choices=[("", later("Any status")), *((each, STANDINGS[each][0]) for each in ORDER)],
    )
    location = NamedChoice(
        Location.objects.none(),
        label=later("Location"),
        required=False,
        empty_label=later("Any location"),
    )
    practitioner = RowChoice(
        Practitioner.objects.none(),
        label=later("Practitioner"),
        required=False,
        empty_label=later("Anybody"),
    )
    since = day_field(later("Issued from"))
    until = day_field(later("Issued until"))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        cast("NamedChoice", self.fields["location"]).queryset = Location.objects.order_by("name")
        people = cast("RowChoice", self.fields["practitioner"])
        people.queryset = Practitioner.objects.order_by("last_name", "pk")


@needs(May.SEE_INVOICES)
@audited(Action.READ, "invoices")
def invoices(request: Request) -> HttpResponse:
    """List invoices, the latest first."""
    form = InvoiceSearch(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    page = _listed(request, given)
    rows = shown(page.rows, today())
    told = {
        "form": form,
        "page": page,
        "rows": rows,
        "lines": lines_of(rows, whom=True),
        "asked": any(given.values()),
        "may_edit": may(request.member, May.EDIT_INVOICES),
        "may_see_calendar": may(request.member, May.SEE_CALENDAR),
    }
    return render(request, "web/billing/list.html", told)


def _listed(request: Request, given: Mapping[str, Any]) -> Slice[Any]:
    found = Invoice.objects.select_related("client", "contact", "practitioner").only(*LISTED)
    found = found.filter(**_narrowed(given))
    if given.get("q"):
        found = found.filter(_agreeing(request, given["q"]))
    rows = standing_so(in_order(found), given.get("status", ""), today())
    return sliced(
        rows,
        BY,
        after=_place(rows, number_in(request.GET.get("after"))),
        before=_place(rows, number_in(request.GET.get("before"))),
        descending=True,
        **({"keep": _keeping(request)} if request.member.own_clients_only else {}),
    )


def _narrowed(given: Mapping[str, Any]) -> dict[str, Any]:
    asked = {
        "location": given.get("location"),
        "practitioner": given.get("practitioner"),
        "issued_on__gte": given.get("since"),
        "issued_on__lte": given.get("until"),
    }
    return {name: value for name, value in asked.items() if value}


def _agreeing(request: Request, typed: str) -> Q:
    """By its number, as it is or without prefix and noughts; else by the names of who pays."""
    words, settings = typed.strip(), billing_settings(request.workspace.pk)
    numbers = {words, f"{settings.prefix}{words}", f"{settings.prefix}{words:0>{settings.digits}}"}
    numbered = Q(number__in=numbers)
    if Invoice.objects.filter(numbered).exists():
        return numbered
    clients = numbers_of(Thing.CLIENT, words, today()) or []
    contacts = numbers_of(Thing.CONTACT, words, today()) or []
    return Q(client_id__in=among(clients)) | Q(contact_id__in=among(contacts))


def _keeping(request: Request) -> Any:  # noqa: ANN401  # a function of rows
    """Leave out what somebody who is limited to their own clients does not see."""
    mine = set(practitioners_of(request.member))

    def keep(rows: list[Any]) -> list[Any]:
        seen = seen_among(request.member, (each.client_id for each in rows if each.client_id))
        return [
            each
            for each in rows
            if each.client_id in seen or (each.client_id is None and each.practitioner_id in mine)
        ]

    return keep


def _place(rows: QuerySet[Any], number: int | None) -> tuple[object, ...] | None:
    return rows.filter(pk=number).values_list(*BY).first() if number else None
