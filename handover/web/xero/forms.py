"""The forms of the connection with Xero."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.xero.due import Sums
from handover.xero.looking import suggested
from handover.xero.models import XeroConnection, XeroPush

TAX = "tax_"
LONGEST_CODE = 20


class OrganisationForm(forms.Form):
    """Which of the organisations that the consent is good for."""

    organisation = forms.ChoiceField(label=later("Organisation"), widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None, connection: XeroConnection) -> None:
        super().__init__(data, initial={"organisation": connection.tenant_id})
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for mypy alone
        field.choices = [(each["tenant"], each["name"]) for each in connection.organisations]


class MappingForm(forms.Form):
    """Where things are entered, and as what: one field for each of our taxes."""

    account_code = forms.ChoiceField(
        label=later("Account for what is due"),
        help_text=later("An account of income. Ask your accountant: a cash-basis practice may want"
                        " one of its own for old debts."),
    )  # fmt: skip
    clearing_code = forms.ChoiceField(
        label=later("Clearing account"),
        required=False,
        help_text=later("Only for sending full invoices: what was paid before goes to it. In Xero"
                        " it must have payments enabled."),
    )  # fmt: skip

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        connection: XeroConnection,
        taxes: Iterable[str],
    ) -> None:
        self.names = list(taxes)
        known = suggested(self.names, connection.tax_rates) | connection.taxes
        initial: dict[str, object] = {
            "account_code": connection.account_code,
            "clearing_code": connection.clearing_code,
        }
        initial |= {f"{TAX}{n}": known.get(name) for n, name in enumerate(self.names)}
        super().__init__(data, initial=initial)
        none = [("", "---------")]
        income = [each for each in connection.accounts if each["income"]]
        others = [each for each in connection.accounts if not each["income"]]
        self._choose("account_code", none + [_named(each) for each in income])
        self._choose("clearing_code", none + [_named(each) for each in others])
        rates = [(each["TaxType"], _rate(each)) for each in connection.tax_rates]
        for number, name in enumerate(self.names):
            label = _("Tax rate for “%(name)s”") % {"name": name} if name else _("Without tax")
            self.fields[f"{TAX}{number}"] = forms.ChoiceField(label=label, choices=rates)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    @property
    def taxes(self) -> dict[str, str]:
        """The tax type for each of our taxes."""
        return {name: self.cleaned_data[f"{TAX}{number}"] for number, name in enumerate(self.names)}


def _named(account: Mapping[str, Any]) -> tuple[str, str]:
    return account["Code"], f"{account['Code']} {account['Name']}"


def _rate(rate: Mapping[str, Any]) -> str:
    return f"{rate['Name']} ({Decimal(rate['EffectiveRate']).normalize():f}%)"


class ShownForm(forms.Form):
    """What somebody was shown when they decided: it must still be so."""

    count = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    total = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, shown: Sums) -> None:
        super().__init__(data, initial={"count": shown.count, "total": shown.total})


class SendForm(ShownForm):
    """How invoices are sent."""

    status = forms.ChoiceField(
        label=later("In Xero they become"),
        choices=XeroPush.Status.choices,
        initial=XeroPush.Status.DRAFT,
        widget=forms.RadioSelect,
    )
    mode = forms.ChoiceField(
        label=later("Of what was paid in part, send"),
        choices=XeroPush.Mode.choices,
        initial=XeroPush.Mode.BALANCE,
        widget=forms.RadioSelect,
        help_text=later("The full invoice repeats sales that an earlier activity statement may hold"
                        " already. Ask your accountant; your choice is kept with what is sent."),
    )  # fmt: skip

    def __init__(
        self, data: Mapping[str, Any] | None, shown: Sums, connection: XeroConnection
    ) -> None:
        super().__init__(data, shown)
        self.initial = {
            **self.initial,
            "status": XeroPush.Status.DRAFT,
            "mode": XeroPush.Mode.BALANCE,
        }
        self.can_be_full = bool(connection.clearing_code)

    def clean(self) -> dict[str, Any]:
        """A draft cannot be paid, and a payment needs an account."""
        given = super().clean() or self.cleaned_data
        if given.get("mode") == XeroPush.Mode.FULL:
            if given.get("status") == XeroPush.Status.DRAFT:
                self.add_error("mode", _("Xero takes no payment on a draft: choose approved."))
            if not self.can_be_full:
                self.add_error("mode", _("Choose a clearing account first."))
        return given


class FilesForm(forms.Form):
    """How the files name the account and the tax rates: as they stand in Xero."""

    account_code = forms.CharField(
        label=later("Code of the account"),
        max_length=LONGEST_CODE,
        help_text=later("As it stands in Xero's chart of accounts."),
    )

    def __init__(self, data: Mapping[str, Any] | None, taxes: Iterable[str]) -> None:
        super().__init__(data)
        self.names = list(taxes)
        for number, name in enumerate(self.names):
            label = _("Tax rate for “%(name)s”") % {"name": name} if name else _("Without tax")
            self.fields[f"{TAX}{number}"] = forms.CharField(
                label=label,
                max_length=100,
                initial="GST on Income" if name else "GST Free Income",
                help_text=_("Its name in Xero, letter by letter."),
            )

    @property
    def taxes(self) -> dict[str, str]:
        """The name of a tax rate for each of our taxes."""
        return {name: self.cleaned_data[f"{TAX}{number}"] for number, name in enumerate(self.names)}
