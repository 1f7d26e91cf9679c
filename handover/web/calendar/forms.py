"""The forms of appointments, of when practitioners work, and of busy times."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from handover.core.choices import RowChoice
from handover.practice.models import Location, Practitioner, Service
from handover.scheduling.calendar import name_to_choose, place_name
from handover.scheduling.models import Appointment, BusyTime, BusyTimeType
from handover.scheduling.operations import MOST_REPEATS, Repeat, Slot, wall_time
from handover.scheduling.series import Reach, to_come

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_MINUTES = 24 * 60
LONGEST_NOTE = 10_000
MOST_WEEKS = 4


class Named(RowChoice):
    """A choice of rows, each under the name that `called` gives it."""

    def __init__(
        self,
        found: QuerySet[Any],
        called: Callable[[Any], str],
        label: str,
        *,
        required: bool = True,
    ) -> None:
        self.called = called
        super().__init__(found, label=label, required=required)

    def label_from_instance(self, obj: object) -> str:
        """The row's name."""
        return self.called(obj)


def _service(row: Service) -> str:
    """Its name, how long it takes, and for how many it is."""
    told = [row.name or "Service"]
    if row.duration_minutes:
        told.append(f"{row.duration_minutes} min")
    if row.max_clients > 1:
        told.append(f"up to {row.max_clients} clients")
    return ", ".join(told)


def _type(row: BusyTimeType) -> str:
    return row.name or f"Type {row.pk}"


def practitioner_field(kept: int | None = None) -> Named:
    """Who can be booked: nobody who has left, unless it is about what they had."""
    found = Practitioner.objects.filter(Q(former=False) | Q(pk=kept))
    return Named(found.order_by("last_name", "first_name"), name_to_choose, _("Practitioner"))


def location_field(kept: int | None = None, *, required: bool = True) -> Named:
    """Where the practice works."""
    found = Location.objects.filter(Q(archived_at=None) | Q(pk=kept)).order_by("name")
    return Named(found, place_name, _("Location"), required=required)


def day_field(label: str) -> forms.DateField:
    """A day, picked from the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


def time_field(label: str, *, required: bool = True) -> forms.TimeField:
    """A time of the wall."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=required)


def notes_field(label: "StrOrPromise") -> forms.CharField:
    """Some lines of text."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=False, max_length=LONGEST_NOTE, widget=widget)


def reach_field(found: Appointment) -> dict[str, forms.TypedChoiceField]:
    """How far a change goes, where others of its series are still to come; else no field."""
    others = to_come(found).count()
    if not others:
        return {}
    told = ngettext(
        "%(count)d other is still to come.", "%(count)d others are still to come.", others
    )
    return {
        "reach": forms.TypedChoiceField(
            label=_("It repeats: what is this for?"),
            choices=Reach.choices,
            coerce=Reach,
            empty_value=Reach.ONE,
            required=False,
            help_text=told % {"count": others},
        )
    }


class AppointmentForm(forms.Form):
    """When, where, with whom and what; times are of the wall of the location."""

    def __init__(self, *arguments: object, kept: Appointment | None = None, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]  # as Django has it
        services = Service.objects.filter(
            Q(archived_at=None, kind=Service.Kind.APPOINTMENT)
            | Q(pk=kept.service_id if kept else None)
        )
        self.fields["service"] = Named(
            services.order_by("name"), _service, _("Service"), required=kept is None
        )
        self.fields["practitioner"] = practitioner_field(kept.practitioner_id if kept else None)
        self.fields["location"] = location_field(kept.location_id if kept else None)
        self.fields["day"] = day_field(_("Date"))
        self.fields["time"] = time_field(_("Time"))
        self.fields["minutes"] = forms.IntegerField(
            label=_("Minutes"),
            min_value=1,
            max_value=LONGEST_MINUTES,
            required=False,
            help_text=_("Leave it empty for as long as the service takes."),
        )
        self.fields["notes"] = notes_field(_("Note"))
        if kept is not None:
            self.fields.update(reach_field(kept))

    def slot(self) -> Slot:
        """What was given."""
        given = self.cleaned_data
        return Slot(
            datetime.combine(given["day"], given["time"]),
            given["location"],
            given["practitioner"],
            given["service"],
            given["minutes"],
        )

    @staticmethod
    def initial_of(appointment: Appointment) -> dict[str, object]:
        """An appointment, as its form begins."""
        starts = wall_time(appointment)
        return {
            "service": appointment.service_id,
            "practitioner": appointment.practitioner_id,
            "location": appointment.location_id,
            "day": starts.date(),
            "time": starts.time(),
            "minutes": (appointment.ends_at - appointment.starts_at) // timedelta(minutes=1),
            "notes": appointment.notes,
        }


class NewAppointmentForm(AppointmentForm):
    """The same, and whether it repeats."""

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]  # as above
        every = [(n, _("Every %(weeks)s weeks") % {"weeks": n}) for n in range(2, MOST_WEEKS + 1)]
        self.fields["weeks"] = forms.TypedChoiceField(
            label=_("Repeat"),
            choices=[("", _("Not at all")), (1, _("Every week")), *every],
            coerce=int,
            required=False,
        )
        self.fields["times"] = forms.IntegerField(
            label=_("How many times more"), min_value=1, max_value=MOST_REPEATS, required=False
        )

    def clean(self) -> dict[str, object]:
        """What repeats must say how often."""
        given = super().clean() or {}
        if given.get("weeks") and not given.get("times"):
            self.add_error("times", _("Say how many times more."))
        return given

    def repeat(self) -> Repeat | None:
        """Whether and how it repeats."""
        given = self.cleaned_data
        return Repeat(given["weeks"], given["times"]) if given["weeks"] else None


class CancelForm(forms.Form):
    """Why an appointment is cancelled."""

    reason = forms.CharField(
        label=later("Reason"),
        max_length=200,
        help_text=later("Such as: feeling better, illness, moved away."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "reasons"}),
    )
    note = notes_field(later("Note"))

    def __init__(self, data: QueryDict | None, found: Appointment) -> None:
        super().__init__(data)
        self.fields.update(reach_field(found))


class BusyTimeForm(forms.Form):
    """When somebody is not available, and why; times are of the wall of the location."""

    def __init__(self, *arguments: object, kept: BusyTime | None = None, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]  # as above
        whose = practitioner_field(kept.practitioner_id if kept else None)
        if kept and kept.practitioner_id is None:
            whose.required, whose.empty_label = False, _("Everybody")
        self.fields["practitioner"] = whose
        offered = Q(archived_at=None) | Q(pk=kept.type_id if kept else None)
        types = BusyTimeType.objects.filter(offered).order_by("name")
        self.fields["type"] = Named(types, _type, _("Type"), required=False)
        where = location_field(kept.location_id if kept else None, required=False)
        self.fields["location"] = where
        self.fields["location"].help_text = _("Leave it empty if it is wherever they work.")
        self.fields["day"] = day_field(_("From"))
        self.fields["time"] = time_field(_("Time"))
        self.fields["last_day"] = day_field(_("Until"))
        self.fields["last_time"] = time_field(_("Time"))
        self.fields["notes"] = notes_field(_("Note"))

    def clean(self) -> dict[str, object]:
        """It ends after it begins."""
        given = super().clean() or {}
        if not self.errors and self.ends() <= self.starts():
            self.add_error("last_day", _("It must end after it begins."))
        return given

    def starts(self) -> datetime:
        """When it begins, on the wall."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])

    def ends(self) -> datetime:
        """When it ends, on the wall."""
        return datetime.combine(self.cleaned_data["last_day"], self.cleaned_data["last_time"])


class ExtraHoursForm(forms.Form):
    """A time outside the weekly hours when somebody works."""

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]  # as above
        self.fields["location"] = location_field()
        self.fields["day"] = day_field(_("Date"))
        self.fields["time"] = time_field(_("From"))
        self.fields["until"] = time_field(_("To"))

    def clean(self) -> dict[str, object]:
        """It ends after it begins."""
        given = super().clean() or {}
        if not self.errors and given["until"] <= given["time"]:
            self.add_error("until", _("It must end after it begins."))
        return given
