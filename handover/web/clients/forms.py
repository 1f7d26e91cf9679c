"""The forms of clients and contacts."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.validators import validate_email
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients.models import Client, Contact, Thing
from handover.clients.operations import Phones, digits_of, phones_of
from handover.core.phones import PhoneType
from handover.core.zones import identifier
from handover.practice.models import ConcessionType
from handover.web.clients.custom import CustomFields
from handover.web.clients.details import pronouns
from handover.web.clients.fields import CONSENTS, LABELS, groups_for
from handover.web.clients.picking import NamedChoice, Pick

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONG = {
    *("notes", "alerts", "medications_and_allergies", "diagnosis", "invoice_extra_information"),
    *("invoice_recipient", "emergency_contact", "referral_source_text"),
}
DAYS = {"birth_date", "ndis_plan_start", "ndis_plan_end"}
PICKED = {"send_invoices_to", "referring_doctor"}
EARLIEST_YEAR = 1880
FEWEST_DIGITS, MOST_DIGITS = 4, 20
ASKED = [("", gettext_lazy("Not asked")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
ANSWERS = {"yes": True, "no": False, "": None}
NUMBER = re.compile(r"[\d\s+()./#*,;xext-]+", re.IGNORECASE)


def day_field(label: "StrOrPromise") -> forms.DateField:
    """A day, by keyboard or from the browser's calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)


def text_field(label: "StrOrPromise", *, long: bool = False) -> forms.CharField:
    """Text in one line, or in several."""
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
    widget.attrs["autocomplete"] = "off"  # what the browser knows is of another person
    return forms.CharField(label=label, required=False, widget=widget, max_length=10_000)


class PhoneForm(forms.Form):
    """One phone number; an empty one is none."""

    type = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=PhoneType.choices,
        initial=PhoneType.MOBILE,
        required=False,
    )
    number = text_field(gettext_lazy("Number"))

    def clean_number(self) -> str:
        """Refuse what nobody could dial; what stood there before stays."""
        number = str(self.cleaned_data["number"])
        digits = len(digits_of(number))
        if (
            number
            and number != self.initial.get("number")
            and (not NUMBER.fullmatch(number) or not FEWEST_DIGITS <= digits <= MOST_DIGITS)
        ):
            raise forms.ValidationError(_("This is no phone number: digits, spaces and + alone."))
        return number


PhoneForms = forms.formset_factory(PhoneForm, extra=2, max_num=12)


class RecordForm(forms.Form):
    """A form about a row that may have changed meanwhile, and that may have come from elsewhere.

    What was there before and is odd is not refused as long as nobody touches it.
    """

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def kept(self, name: str, value: str) -> str:
        """What is there already, if a browser has only written its blanks in another way."""
        before = str(self.initial.get(name) or "")
        return before if _same(before, value) else value

    def clean(self) -> dict[str, Any]:
        """Leave alone what nobody has changed."""
        given = super().clean() or self.cleaned_data
        for name, value in given.items():
            if isinstance(value, str):
                given[name] = self.kept(name, value)
        return given

    def clean_email(self) -> str:
        """Refuse what is no address."""
        return self.address("email")

    def address(self, name: str) -> str:
        """An e-mail address that is one, or the one that was there."""
        value = str(self.cleaned_data[name])
        if value and value != str(self.initial.get(name) or "").strip():
            validate_email(value)
        return value


class ClientForm(RecordForm):
    """A client: the fields of those groups that this person may see."""

    sure = forms.BooleanField(
        label=gettext_lazy("This is somebody else: save"), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, member: User, client: Client | None = None
    ) -> None:
        super().__init__(data, initial=_client_now(client))
        self.groups = [
            (group.title, [name for name in group.names if name != "phones"])
            for group in groups_for(member)
        ]
        for name in (name for _title, names in self.groups for name in names):
            self.fields[name] = _client_field(name)
        self.custom: CustomFields | None = None
        if may(member, May.SEE_ALERTS):
            self.custom = CustomFields(self, client.custom_fields if client else None)

    def cards(self) -> Iterator[tuple["StrOrPromise", list[BoundField]]]:
        """The fields as they stand on the page."""
        for title, names in self.groups:
            yield title, [self[name] for name in names]
        if self.custom:
            yield from self.custom.cards()

    def values(self) -> dict[str, Any]:
        """What the columns are to say."""
        columns = {name for _title, names in self.groups for name in names}
        given = {name: told for name, told in self.cleaned_data.items() if name in columns}
        if self.custom:
            given["custom_fields"] = self.custom.value()
        for name in CONSENTS:
            given[name] = ANSWERS[given[name]]
        if given["pronouns"] == self.initial.get("pronouns", ""):
            given.pop("pronouns")  # the source has more forms of them than are shown
        else:
            given["pronouns"] = given["pronouns"] or None
        return given

    def clean_birth_date(self) -> object:
        """Refuse days that nobody alive was born on."""
        born = self.cleaned_data["birth_date"]
        if born and born != self.initial.get("birth_date"):
            today = timezone.localdate()
            if born > today or born.year < EARLIEST_YEAR:
                raise forms.ValidationError(_("This cannot be the day of a birth."))
        return born

    def clean_invoice_email(self) -> str:
        """Refuse what is no address."""
        return self.address("invoice_email")

    def clean_time_zone(self) -> str:
        """Accept a zone by its identifier or its usual name."""
        told = str(self.cleaned_data["time_zone"])
        if told in {"", self.initial.get("time_zone")}:
            return told
        known = identifier(told)
        if not known:
            raise forms.ValidationError(_("No such time zone is known: Australia/Perth is one."))
        return known

    def clean(self) -> dict[str, Any]:
        """Ask for a name, so that somebody can be found again."""
        given = super().clean()
        if not (given.get("first_name") or given.get("last_name") or self.errors):
            self.add_error("last_name", _("Write a first or a last name."))
        start, end = given.get("ndis_plan_start"), given.get("ndis_plan_end")
        if start and end and end < start:
            self.add_error("ndis_plan_end", _("The plan would end before it begins."))
        return given


def _client_field(name: str) -> forms.Field:
    label = LABELS[name]
    if name in CONSENTS:
        return forms.ChoiceField(label=label, required=False, choices=ASKED)
    if name == "reminder_preference":
        choices = Client.ReminderPreference.choices
        return forms.ChoiceField(label=label, required=False, choices=choices)
    if name == "concession_type":
        return _concession_field(label)
    if name in PICKED:
        return Pick(Thing.CONTACT, Contact.objects.all, label=label, required=False)
    if name in DAYS:
        return day_field(label)
    return text_field(label, long=name in LONG)


def _concession_field(label: "StrOrPromise") -> forms.Field:
    found = ConcessionType.objects.order_by("name")
    return NamedChoice(found, label=label, required=False, empty_label=gettext_lazy("None"))


def _client_now(client: Client | None) -> dict[str, Any]:
    if client is None:
        return {}
    now = {name: getattr(client, name) for name in LABELS if name != "phones"}
    words = {True: "yes", False: "no", None: ""}
    now |= {name: words[getattr(client, name)] for name in CONSENTS}
    return now | {"pronouns": pronouns(client.pronouns), "revision": client.revision}


CONTACT_NAMES = (
    *("type", "doctor_type", "title", "first_name", "last_name", "preferred_name"),
    *("company_name", "occupation", "provider_number", "email"),
    *("address_1", "address_2", "address_3", "city", "state", "post_code", "country", "notes"),
)
CONTACT_LABELS = LABELS | {
    "type": gettext_lazy("Type"),
    "doctor_type": gettext_lazy("Kind of doctor"),
    "company_name": gettext_lazy("Company"),
    "provider_number": gettext_lazy("Provider number"),
    "notes": gettext_lazy("Notes"),
}


class ContactForm(RecordForm):
    """A contact."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, contact: Contact | None = None
    ) -> None:
        now = {name: getattr(contact, name) for name in CONTACT_NAMES} if contact else {}
        super().__init__(data, initial=now | ({"revision": contact.revision} if contact else {}))
        for name in CONTACT_NAMES:
            self.fields[name] = text_field(CONTACT_LABELS[name], long=name == "notes")
        kinds = {"type": Contact.Type, "doctor_type": Contact.DoctorType}
        for name, choices in kinds.items():
            self.fields[name] = forms.ChoiceField(
                label=CONTACT_LABELS[name], required=name == "type", choices=choices.choices
            )

    def cards(self) -> Iterator[tuple["StrOrPromise", list[BoundField]]]:
        """The fields as they stand on the page."""
        yield gettext_lazy("Who they are"), [self[name] for name in CONTACT_NAMES[:9]]
        yield gettext_lazy("How to reach them"), [self[name] for name in CONTACT_NAMES[9:]]

    def values(self) -> dict[str, Any]:
        """What the columns are to say."""
        return {name: self.cleaned_data[name] for name in CONTACT_NAMES}

    def clean(self) -> dict[str, Any]:
        """Ask for a name, so that somebody can be found again."""
        given = super().clean()
        named = ("first_name", "last_name", "company_name")
        if not any(given.get(name) for name in named) and not self.errors:
            self.add_error("last_name", _("Write a name, or that of a company."))
        return given


def phone_forms(data: Mapping[str, Any] | None, row: Client | Contact | None) -> Any:  # noqa: ANN401  # a class that Django makes
    """The phone numbers of a person, as forms."""
    now = [{"type": kind, "number": number} for kind, number in phones_of(row)] if row else []
    return PhoneForms(data, initial=now, prefix="phones")


def numbers_in(forms_of_phones: Any) -> Phones:  # noqa: ANN401
    """The numbers that stand in those forms, in their order."""
    told = (cast("forms.Form", each).cleaned_data for each in forms_of_phones)
    return [
        (each["type"] or PhoneType.OTHER.value, each["number"])
        for each in told
        if each.get("number")
    ]


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
