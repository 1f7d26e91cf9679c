"""The forms about balances that somebody tells."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.billing.ledger import today
from handover.billing.opening.amounts import NoAmount, amount_of
from handover.billing.opening.columns import Columns, Means
from handover.billing.opening.sheet import MOST_BYTES, MOST_LINES, Sheet

LONGEST_NOTE = 500
SAMPLE = 3


class Day(forms.DateField):
    """A day that is not ahead."""

    def __init__(self, label: Any, help_text: Any = "") -> None:  # noqa: ANN401  # words
        picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")  # what browsers take
        super().__init__(label=label, help_text=help_text, widget=picker)

    def clean(self, value: Any) -> date:  # noqa: ANN401  # as Django has it
        """The day."""
        day: date = super().clean(value)
        if day and day > today():
            raise forms.ValidationError(_("This day is still ahead."))
        return day


class Amount(forms.CharField):
    """An amount of money as people write it."""

    def __init__(self, label: Any) -> None:  # noqa: ANN401  # words
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=label, max_length=40, widget=widget)

    def clean(self, value: Any) -> Any:  # noqa: ANN401  # as Django has it
        """The amount in cents."""
        told = super().clean(value)
        try:
            return amount_of(told) if told else told
        except NoAmount:
            raise forms.ValidationError(_("This is no amount. Write it as 120.50.")) from None


class FileForm(forms.Form):
    """A list of balances, and the day that they are of."""

    file = forms.FileField(
        label=later("List as CSV"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        help_text=later(
            "Any list with a heading, an invoice number and what is still due, such as the aged"
            " receivables of your old system."
        ),
    )
    as_at = Day(later("Balances as at"), later("The day on which the list was made."))

    def clean_file(self) -> Any:  # noqa: ANN401  # Django's own
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            most = {"most": MOST_BYTES // 1024 // 1024, "lines": MOST_LINES}
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB (or %(lines)s lines).") % most
            )
        return file


LABELS = {
    Means.NUMBER: later("Invoice number"),
    Means.BALANCE: later("Still due"),
    Means.NAME: later("Name of client or payer (to check)"),
    Means.TOTAL: later("Total of the invoice (to check)"),
    Means.CREDIT: later("Account credit of the client"),
}


class ColumnsForm(forms.Form):
    """Which column means what."""

    def __init__(self, sheet: Sheet, chosen: Columns, data: Any = None) -> None:  # noqa: ANN401
        super().__init__(data, initial={means.value: str(at) for means, at in chosen.items()})
        offered = [("", _("not in the list")), *_offered(sheet)]
        for means, label in LABELS.items():
            self.fields[means.value] = forms.ChoiceField(
                label=label, required=False, choices=offered
            )

    def clean(self) -> dict[str, Any]:
        """There is enough to go by, and no column means two things."""
        chosen = self.columns()
        if len(set(chosen.values())) < len(chosen):
            raise forms.ValidationError(_("A column can mean one thing only."))
        balances = {Means.NUMBER, Means.BALANCE} <= set(chosen)
        if not balances and not {Means.NAME, Means.CREDIT} <= set(chosen):
            raise forms.ValidationError(
                _("Choose the invoice number and what is still due; or a name and account credit.")
            )
        return self.cleaned_data

    def columns(self) -> Columns:
        """What was chosen."""
        given = {means: self.cleaned_data.get(means.value) for means in Means}
        return {means: int(at) for means, at in given.items() if at}


def _offered(sheet: Sheet) -> list[tuple[str, str]]:
    found = []
    for number, name in enumerate(sheet.headings):
        cells = [cell[:20] for row in sheet.rows[:20] if (cell := row.cell(number))]
        sample = ", ".join(cells[:SAMPLE])
        found.append((str(number), f"{name[:60]} ({sample})" if sample else name[:60]))
    return found


class ApplyForm(forms.Form):
    """What else is to be taken from a list; `digest` names what was looked at."""

    doubted = forms.BooleanField(required=False, label=later("Apply the doubtful lines, too"))
    missing_paid = forms.BooleanField(
        required=False,
        label=later("Invoices that stand in no line are paid: nothing is due on them"),
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class BalanceForm(forms.Form):
    """What is still due on one invoice."""

    amount = Amount(later("Still due"))
    as_at = Day(later("As at"))
    note = forms.CharField(
        label=later("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=later("Where you know it from."),
    )


class CreditForm(forms.Form):
    """Credit that somebody brings along."""

    amount = Amount(later("Credit"))
    as_at = Day(later("As at"))
    note = BalanceForm.base_fields["note"]
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean_amount(self) -> Decimal:
        """Above nought."""
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError(_("Credit is more than nothing."))
        return amount
