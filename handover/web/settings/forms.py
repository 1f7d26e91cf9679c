"""The forms of settings: a form for each kind of row, which knows how to show and to save one."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.clients.models import RecallType, ReferralType, Tag
from handover.core.tenancy import WorkspaceOwned
from handover.core.tenancy.changing import change_row
from handover.core.zones import identifier
from handover.practice.models import CancellationReason, Location, Tax
from handover.scheduling.models import BusyTimeType
from handover.web.clients.forms import RecordForm
from handover.web.settings import fields


class SettingForm(RecordForm):
    """A row of a short list. Its fields have the names of the columns that they fill."""

    model: ClassVar[Any]  # a `WorkspaceOwned` with a name and an archive
    cards: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()
    name = fields.name_field(later("Name"))

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, row: WorkspaceOwned | None = None
    ) -> None:
        self.row = row
        super().__init__(data, initial=self.now(row) if row is not None else None)
        for name, field in self.fields.items():
            if isinstance(field, (fields.Colour, fields.Zone)):
                field.keep(str(self.initial.get(name) or ""))

    def now(self, row: WorkspaceOwned) -> dict[str, Any]:
        """What the fields show of a row."""
        return {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}

    def values(self) -> dict[str, Any]:
        """What the columns are to say."""
        columns = {field.name for field in self.model._meta.local_concrete_fields}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in columns and name != "revision"
        }

    def save(self, workspace_id: int) -> tuple[WorkspaceOwned, list[str]]:
        """Make the row, or change it; returns it, and what changed. Raises `OutdatedError`."""
        if self.row is None:
            made = self.model.objects.create(workspace_id=workspace_id, **self.values())
            return made, list(self.values())
        changed = change_row(self.row, self.cleaned_data["revision"] or 0, self.values())
        return self.row, changed

    def shown(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """The fields as they stand on the page, card by card."""
        if not self.cards:
            yield "", list(self.visible_fields())
        for title, names in self.cards:
            yield title, [self[name] for name in names if name in self.fields]

    def clean_name(self) -> str:
        """Refuse a name that another row has, for nobody could tell the two apart in a list."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        others = self.alike().filter(name__iexact=name)
        if self.row is not None:
            others = others.exclude(pk=self.row.pk)
        if name != self.initial.get("name") and others.exists():
            raise forms.ValidationError(_("There is one of this name already."))
        return name

    def alike(self) -> Any:  # noqa: ANN401  # a query of whichever model it is
        """The rows among which a name is to be the only one."""
        return self.model.objects.filter(archived_at=None)


class LocationForm(SettingForm):
    """A location: what it is called, its clock, where it is, what stands on its invoices."""

    model = Location
    time_zone = fields.Zone(
        later("Time zone"),
        later(
            "New appointments here go by this clock. What is booked already keeps the clock that it"
            " was booked by."
        ),
    )
    email = fields.line(later("E-mail address"))
    website = fields.line(later("Website"))
    address_1 = fields.line(later("Address"))
    address_2 = fields.line(later("Address, second line"))
    city = fields.line(later("City or town"))
    state = fields.line(later("State or region"))
    post_code = fields.line(later("Postcode"))
    country = fields.line(later("Country"))
    registration_name = fields.line(later("Registration"), later("Such as ABN."))
    registration_number = fields.line(later("Registration number"))
    contact_information = fields.lines(later("How to reach it"))
    additional_information = fields.lines(later("How to find it"))
    invoice_information = fields.lines(later("Text on invoices"))
    cards = (
        (later("Location"), ("name", "time_zone", "email", "website")),
        (
            later("Address"),
            (
                *("address_1", "address_2", "city", "state", "post_code", "country"),
                *("contact_information", "additional_information"),
            ),
        ),
        (
            later("Invoices"),
            ("registration_name", "registration_number", "invoice_information"),
        ),
    )

    def clean_time_zone(self) -> str:
        """A place has a clock: without one its appointments have no time."""
        zone = str(self.cleaned_data["time_zone"])
        before = str(self.initial.get("time_zone") or "")
        if not zone and (self.row is None or before):
            raise forms.ValidationError(_("Choose the time zone of this location."))
        return before if identifier(before) == zone else zone


class TaxForm(SettingForm):
    """A tax."""

    model = Tax
    rate = fields.percent(later("Rate in percent"))


class CancellationReasonForm(SettingForm):
    """A reason for cancelling."""

    model = CancellationReason
    name = fields.name_field(later("Reason"))
    code = fields.line(later("Code"), later("For reports; may stay empty."))


class BusyTimeTypeForm(SettingForm):
    """A reason why a practitioner is not available."""

    model = BusyTimeType
    colour = fields.Colour(later("Colour"))
    duration_minutes = fields.minutes(later("Usual length in minutes"))
    counts_towards_utilisation = forms.BooleanField(
        label=later("Counts as time worked in reports"), required=False
    )


class RecallTypeForm(SettingForm):
    """A reason for calling somebody back."""

    model = RecallType


class ReferralTypeForm(SettingForm):
    """A way in which clients find the practice."""

    model = ReferralType
    referrer = forms.ChoiceField(
        label=later("Who refers"), required=False, choices=ReferralType.Referrer.choices
    )


class TagForm(SettingForm):
    """A word for clients."""

    model = Tag
