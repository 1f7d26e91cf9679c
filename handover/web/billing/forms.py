"""The forms of invoices: a draft with its lines, a payment, a credit."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.billing.amounts import NOUGHT, Price
from handover.billing.drafting import Line
from handover.billing.ledger import today
from handover.billing.models import BillingSettings, Invoice
from handover.clients.models import Client, Contact, Thing
from handover.core.choices import RowChoice
from handover.practice.models import BillableItem, Location, Practitioner, Product, Service, Tax
from handover.scheduling.models import Attendance
from handover.scheduling.wall_clock import on_wall, zone_of
from handover.web.clients.forms import RecordForm, day_field, text_field
from handover.web.clients.picking import NamedChoice, Pick
from handover.web.settings.fields import PlainDecimal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PERCENT, AMOUNT = "percent", "amount"
MOST_LINES, MOST_OFFERED = 100, 200
METHODS = (
    *(later("Cash"), later("EFTPOS"), later("Credit card"), later("Bank transfer")),
    *(later("HICAPS"), later("Medicare"), later("DVA"), later("Other")),
)


def amount_field(
    label: "StrOrPromise",
    *,
    required: bool = False,
    decimals: int = 2,
    least: str = "0.01",
    money: bool = True,
) -> forms.DecimalField:
    """An amount in the practice's money, or another number."""
    widget = forms.NumberInput(
        attrs={"inputmode": "decimal"} | ({"data-money": "yes"} if money else {})
    )
    return PlainDecimal(
        label=label,
        required=required,
        min_value=Decimal(least),
        max_digits=12,
        decimal_places=decimals,
        widget=widget,
    )


class Named(RowChoice):
    """A row by the words that a list has for it."""

    def __init__(self, label: "StrOrPromise", rows: QuerySet[Any], empty: "StrOrPromise") -> None:
        super().__init__(rows, label=label, required=False, empty_label=str(empty))

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401  # as Django has it
        """What the list says."""
        if isinstance(obj, Attendance):
            service, zone = obj.appointment.service, zone_of(obj.appointment.time_zone)
            day = date_format(on_wall(obj.appointment.starts_at, zone), "j M Y")
            return f"{day} {service.name if service else ''}".strip()
        return str(getattr(obj, "name", "")) or str(obj)


class NewInvoiceForm(forms.Form):
    """For whom an invoice is."""

    client = Pick(Thing.CLIENT, Client.objects.none, label=later("Client"), required=False)
    contact = Pick(
        Thing.CONTACT,
        Contact.objects.all,
        label=later("Made out to a contact"),
        required=False,
        help_text=later("Such as an insurer or a parent. Leave it empty if the client pays."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        clients: QuerySet[Client],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        cast("Pick", self.fields["client"]).rows = lambda: clients

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or self.cleaned_data
        if not self.errors and not given.get("client") and not given.get("contact"):
            raise forms.ValidationError(_("Say for whom the invoice is: a client or a contact."))
        return given


HEAD = (
    *("contact", "issued_on", "due_on", "location", "practitioner", "calculation_method"),
    *("reference", "extra_information", "notes"),
)


class DraftForm(RecordForm):
    """The head of a draft, and what is to be added to its lines."""

    contact = Pick(
        Thing.CONTACT,
        Contact.objects.all,
        label=later("Made out to a contact"),
        required=False,
        help_text=later("Leave it empty if the client pays."),
    )
    calculation_method = forms.ChoiceField(
        label=later("Prices are"), choices=BillingSettings.TaxMode.choices
    )
    reference = forms.CharField(label=later("Reference"), required=False, max_length=200)
    extra_information = text_field(later("Above the lines"), long=True)
    notes = text_field(later("Below the lines"), long=True)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        draft: Invoice,
        came: QuerySet[Attendance] | None,
    ) -> None:
        now = {name: getattr(draft, name) for name in (*HEAD, "revision")}
        super().__init__(data, initial=now)
        self.fields["issued_on"] = day_field(later("Issued on"))
        self.fields["due_on"] = day_field(later("Due on"))
        self.fields["location"] = Named(later("Location"), _here(Location, draft.location_id), "-")
        people = Practitioner.objects.order_by("former", "last_name", "pk")
        self.fields["practitioner"] = Named(later("Practitioner"), people, "-")
        self._offer(came)
        self.order_fields(HEAD)

    def _offer(self, came: QuerySet[Attendance] | None) -> None:
        nothing = later("Nothing")
        rows: dict[str, tuple[StrOrPromise, QuerySet[Any]]] = {
            "add_service": (later("Service"), _here(Service)),
            "add_item": (later("Item of the price list"), _here(BillableItem)),
            "add_product": (later("Product"), _here(Product)),
        }
        if came is not None:
            rows = {"add_attendance": (later("Appointment"), came)} | rows
        self.adding = list(rows)
        for name, (label, offered) in rows.items():
            self.fields[name] = Named(label, offered, nothing)

    def head(self) -> list[forms.BoundField]:
        """The fields of the head."""
        return [self[name] for name in HEAD]

    def offers(self) -> list[forms.BoundField]:
        """The fields out of which lines are made."""
        return [self[name] for name in self.adding]

    def values(self) -> dict[str, Any]:
        """What the columns are to say."""
        return {name: self.cleaned_data[name] for name in HEAD}


def _here(model: Any, also: int | None = None) -> QuerySet[Any]:  # noqa: ANN401  # whichever it is
    found = model.objects.filter(archived_at=None)
    if also is not None:
        found = found | model.objects.filter(pk=also)
    return cast("QuerySet[Any]", found.order_by("name", "pk"))


class LineForm(forms.Form):
    """One line; an empty one is none."""

    item = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=later("What for"), required=False, max_length=500)
    code = forms.CharField(label=later("Code"), required=False, max_length=50)
    unit_price = amount_field(later("Price"), decimals=6, least="0")
    quantity = amount_field(later("Quantity"), decimals=3, money=False)
    discount = amount_field(later("Discount"), least="0")
    discount_in = forms.ChoiceField(
        label=later("Discount in"), required=False, choices=[(PERCENT, "%"), (AMOUNT, "$")]
    )
    tax = NamedChoice(Tax.objects.none(), label=later("Tax"), required=False, empty_label="-")
    remove = forms.BooleanField(label=later("Remove this line"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        super().__init__(*args, **options)
        cast("NamedChoice", self.fields["tax"]).queryset = _taxes(self.initial.get("tax"))

    def clean(self) -> dict[str, Any]:
        """Ask what a line is for that has a price."""
        given = super().clean() or self.cleaned_data
        if given.get("unit_price") and not given.get("name") and not given.get("remove"):
            self.add_error("name", _("Say what the price is for."))
        percent = given.get("discount_in") != AMOUNT
        if percent and (given.get("discount") or 0) > 100:  # noqa: PLR2004  # percent
            self.add_error("discount", _("A discount is 100 % at most."))
        return given

    def line(self, known: Mapping[int, Line]) -> Line | None:
        """The line as it is to be; None for one that is empty or removed."""
        given = self.cleaned_data
        if given.get("remove") or not given.get("name"):
            return None
        tax: Tax | None = given["tax"]
        price = Price(
            given["unit_price"] or NOUGHT,
            given["quantity"] or Decimal(1),
            tax.rate or NOUGHT if tax else NOUGHT,
            given["discount"] or NOUGHT,
            given["discount_in"] != AMOUNT,
        )
        written = Line(given["name"], price, given["code"], tax=tax, item=given["item"])
        was = known.get(given["item"] or 0)
        if was is None:
            return written
        return replace(was, name=written.name, price=price, code=written.code, tax=tax)


def _taxes(also: object) -> QuerySet[Tax]:
    kept = also.pk if isinstance(also, Tax) else 0
    found = Tax.objects.filter(archived_at=None) | Tax.objects.filter(pk=kept)
    return found.order_by("name", "pk")


LineForms = forms.formset_factory(LineForm, extra=1, max_num=MOST_LINES, absolute_max=MOST_LINES)


def line_forms(data: Mapping[str, Any] | None, lines: list[Line]) -> Any:  # noqa: ANN401  # a formset
    """The lines of a draft as forms, and an empty one for a custom line."""
    now = [
        {
            "item": each.item,
            "name": each.name,
            "code": each.code,
            "unit_price": each.price.unit_price,
            "quantity": each.price.quantity,
            "discount": each.price.discount or None,
            "discount_in": PERCENT if each.price.discount_is_percent else AMOUNT,
            "tax": each.tax,
        }
        for each in lines
    ]
    return LineForms(data, initial=now, prefix="lines")


def lines_in(forms_: Any, known: list[Line]) -> list[Line]:  # noqa: ANN401  # a formset
    """The lines that valid forms say."""
    by_item = {each.item: each for each in known if each.item is not None}
    return [line for each in forms_ if (line := each.line(by_item)) is not None]


class MoneyForm(forms.Form):
    """When how much came, and how."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    amount = amount_field(later("Amount"), required=True)
    dated_on = day_field(later("Day"))
    method = forms.ChoiceField(label=later("How"), required=False)
    location = forms.Field()
    note = forms.CharField(label=later("Note"), required=False, max_length=500)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        settings: BillingSettings,
        initial: Mapping[str, Any] | None = None,
        methods: bool = True,
        why: bool = False,
    ) -> None:
        super().__init__(data, initial={"dated_on": today()} | dict(initial or {}))
        if why:
            self.fields["note"] = forms.CharField(label=later("Reason"), max_length=500)
        self.fields["location"] = Named(later("Location"), _here(Location), "-")
        kept = settings.payment_methods if isinstance(settings.payment_methods, list) else []
        words = [str(each) for each in kept or METHODS]
        cast("forms.ChoiceField", self.fields["method"]).choices = [(w, w) for w in words]
        for name in () if methods else ("method", "location"):
            del self.fields[name]

    def clean_dated_on(self) -> object:
        """Refuse days to come."""
        day = self.cleaned_data["dated_on"] or today()
        if day > today():
            raise forms.ValidationError(_("This day is in the future."))
        return day


class AccountCreditForm(MoneyForm):
    """Credit on somebody's account, with the reason."""

    use = forms.BooleanField(
        label=later("Use it for what they owe, the oldest first"), required=False, initial=True
    )


class PaymentForm(MoneyForm):
    """A payment, and how much of it goes to which open invoice; `alone`: one invoice's own page."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        settings: BillingSettings,
        initial: Mapping[str, Any] | None = None,
        due: list[Any],
        alone: bool = False,
    ) -> None:
        super().__init__(data, settings=settings, initial=initial)
        self.due, self.alone = due, alone
        for each in due:
            label = _("For invoice %(number)s") % {"number": each.number or each.pk}
            field = amount_field(label, least="0")
            told = _("%(due)s is due") % {"due": f"{each.balance:,.2f}"}
            day = date_format(each.issued_on, "j M Y") if each.issued_on else ""
            field.help_text = ", ".join(part for part in (day, told) if part)
            self.fields[f"for_{each.pk}"] = field

    def shares(self) -> Iterator[forms.BoundField]:
        """What each open invoice gets."""
        for each in self.due:
            yield self[f"for_{each.pk}"]

    def head(self) -> Iterator[forms.BoundField]:
        """The other fields."""
        for each in self.visible_fields():
            if not each.name.startswith("for_"):
                yield each

    def among(self) -> dict[int, Decimal] | None:
        """How much goes to which invoice; None if nothing is said, and the oldest go first.

        On one invoice's own page nothing goes to another one. A nought that is typed says nothing
        for that one.
        """
        told = {each.pk: self.cleaned_data[f"for_{each.pk}"] for each in self.due}
        given = {number: amount for number, amount in told.items() if amount is not None}
        if self.alone and not given:
            return {each.pk: min(self.cleaned_data["amount"], each.balance) for each in self.due}
        return {number: amount for number, amount in given.items() if amount} if given else None
