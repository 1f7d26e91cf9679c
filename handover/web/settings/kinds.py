"""The lists of Settings: one description for each, and the pages are the same for all.

To add a list: its form in `forms.py`, a `Kind` here, its line in `web/navigation.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.clients.models import Tag
from handover.practice.models import Location, Service, ServiceItem, Tax
from handover.web.settings import forms
from handover.web.settings.service_form import ServiceForm


def as_it_is(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Nothing more than the columns."""
    return rows


@dataclass(frozen=True)
class Kind:
    """One list: `page` is the name of its page and, with a gap for its number, that of a row.

    `columns` are what the list says of a row besides its name, `reading` brings what they need.
    """

    page: str
    one: str
    title: str | Promise
    new: str | Promise
    empty: str | Promise
    form: type[forms.SettingForm]
    icon: str = "list"
    columns: tuple[tuple[str | Promise, Callable[[Any], object]], ...] = ()
    reading: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=as_it_is)
    order: tuple[str, ...] = ("name", "pk")

    def rows(self) -> QuerySet[Any]:
        """Every row of the workspace."""
        rows: QuerySet[Any] = self.form.model.objects.order_by(*self.order)
        return rows


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _length(minutes: int | None) -> str:
    return "" if minutes is None else _("%(minutes)d min") % {"minutes": minutes}


def _rate(tax: Tax) -> str:
    return "" if tax.rate is None else f"{tax.rate.normalize():f} %"


def _town(place: Location) -> str:
    return " ".join(each for each in (place.city, place.state, place.post_code) if each)


def _priced(rows: QuerySet[Service]) -> QuerySet[Any]:
    """With the price of the one line that they have; none where there are several."""
    lines = ServiceItem.objects.filter(service=OuterRef("pk"))
    one = lines.values("service").annotate(n=Count("pk")).filter(n=1)
    return rows.annotate(
        lines=Subquery(one.values("n")),
        price=Subquery(lines.values("billable_item__price")[:1]),
        code=Subquery(lines.values("billable_item__code")[:1]),
    )


def _worn(rows: QuerySet[Tag]) -> QuerySet[Any]:
    return rows.annotate(worn=Count("clients"))


KINDS = (
    Kind(
        "locations",
        "location",
        later("Locations"),
        later("Make a location"),
        later("Appointments are at a location, and go by its clock. Make one, or import them."),
        forms.LocationForm,
        icon="map-pin",
        columns=(
            (later("Town"), _town),
            (later("Time zone"), lambda row: row.time_zone),
        ),
    ),
    Kind(
        "services",
        "service",
        later("Services"),
        later("Make a service"),
        later("A service is what can be booked: an appointment, or a support activity."),
        ServiceForm,
        columns=(
            (later("For"), lambda row: row.get_kind_display()),
            (later("Type"), lambda row: row.category),
            (later("Item code"), lambda row: row.code if row.lines else ""),
            (later("Length"), lambda row: _length(row.duration_minutes)),
            (later("Price"), lambda row: _money(row.price if row.lines else None)),
        ),
        reading=_priced,
        order=("category", "name", "pk"),
    ),
    Kind(
        "busy_time_types",
        "busy_time_type",
        later("Reasons for busy times"),
        later("Make a reason"),
        later("Such as lunch, a meeting, leave: what busy times in the calendar are for."),
        forms.BusyTimeTypeForm,
        icon="clock",
        columns=((later("Usual length"), lambda row: _length(row.duration_minutes)),),
    ),
    Kind(
        "cancellation_reasons",
        "cancellation_reason",
        later("Cancellation reasons"),
        later("Make a reason"),
        later("Reasons that are proposed, in these words, when an appointment is cancelled."),
        forms.CancellationReasonForm,
        icon="x",
        columns=((later("Code"), lambda row: row.code),),
    ),
    Kind(
        "recall_types",
        "recall_type",
        later("Reasons for recalls"),
        later("Make a reason"),
        later("Why clients are asked to come back, such as a review after six months."),
        forms.RecallTypeForm,
        icon="bell",
    ),
    Kind(
        "referral_types",
        "referral_type",
        later("Referral types"),
        later("Make a referral type"),
        later("The ways in which clients find the practice."),
        forms.ReferralTypeForm,
        icon="arrow-right",
        columns=((later("Who refers"), lambda row: row.get_referrer_display()),),
    ),
    Kind(
        "tags",
        "tag",
        later("Tags"),
        later("Make a tag"),
        later("Words that clients can be marked with, and be found by."),
        forms.TagForm,
        icon="check",
        columns=((later("Clients"), lambda row: row.worn),),
        reading=_worn,
    ),
    Kind(
        "taxes",
        "tax",
        later("Taxes"),
        later("Make a tax"),
        later("Rates that services and invoices are taxed with, such as GST."),
        forms.TaxForm,
        icon="report-money",
        columns=((later("Rate"), _rate),),
    ),
)
OF = {kind.page: kind for kind in KINDS}
