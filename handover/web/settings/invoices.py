"""Settings > Invoices: numbers, days until due, tax, how people pay, what stands on each."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.ledger import billing_settings, kept_settings
from handover.billing.models import BillingSettings
from handover.billing.numbering import proposed
from handover.core.tenancy.changing import OutdatedError, change_row
from handover.web.billing.forms import METHODS
from handover.web.clients.forms import RecordForm
from handover.web.settings.fields import lines

PREFIX = re.compile(r"[^\x00-\x1f]*[^0-9\x00-\x1f]|")
LARGEST = 10**12
MOST_METHODS = 30


class BillingForm(RecordForm):
    """How a practice charges."""

    before_number = forms.CharField(
        label=later("Before the number"),
        required=False,
        max_length=20,
        strip=False,
        help_text=later("Such as INV-. Leave it empty for plain numbers."),
    )
    next_number = forms.IntegerField(
        label=later("Next number"),
        min_value=1,
        max_value=LARGEST,
        help_text=later(
            "Numbers go on from here without a gap. One that an invoice has already is passed over."
        ),
    )
    digits = forms.IntegerField(
        label=later("Digits"),
        min_value=1,
        max_value=12,
        help_text=later("Noughts fill shorter numbers: with 4, the first is 0001."),
    )
    due_days = forms.IntegerField(label=later("Days until due"), min_value=0, max_value=365)
    tax_mode = forms.ChoiceField(label=later("Prices are"), choices=BillingSettings.TaxMode.choices)
    payment_methods = lines(later("Ways to pay"), later("One in each line."))
    information = lines(
        later("On each invoice"), later("Such as your bank account. It stands below the lines.")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: BillingSettings) -> None:
        series = proposed(row)
        kept = row.payment_methods if isinstance(row.payment_methods, list) else []
        super().__init__(
            data,
            initial={name: getattr(row, name) for name in ("due_days", "tax_mode", "information")}
            | {"before_number": series.prefix, "digits": series.digits, "revision": row.revision}
            | {"next_number": series.largest + 1}
            | {"payment_methods": "\n".join(str(each) for each in kept or METHODS)},
        )

    def clean_before_number(self) -> str:
        """Refuse a prefix that ends with a digit: nobody could tell where the number begins."""
        prefix = str(self.cleaned_data["before_number"])
        if not PREFIX.fullmatch(prefix):
            raise forms.ValidationError(
                _("End with something else than a digit, such as a hyphen.")
            )
        return prefix

    def clean_payment_methods(self) -> list[str]:
        """Each line once."""
        told = (" ".join(each.split()) for each in self.cleaned_data["payment_methods"].split("\n"))
        found = list(dict.fromkeys(each[:50] for each in told if each))
        if not 0 < len(found) <= MOST_METHODS:
            raise forms.ValidationError(_("Write down one way at least, and thirty at most."))
        return found

    def values(self) -> dict[str, Any]:
        """What the columns are to say."""
        given = dict(self.cleaned_data)
        del given["revision"]
        return given | {"prefix": given.pop("before_number")}


@needs(May.SEE_SETTINGS)
def billing(request: Request) -> HttpResponse:
    """Show how the practice charges, and change it."""
    row = billing_settings(request.workspace.pk)
    may_change = may(request.member, May.CHANGE_SETTINGS)
    data = request.POST if request.method == "POST" and may_change else None
    form = BillingForm(data, row=row)
    if form.is_valid():
        try:
            kept = kept_settings(row.workspace_id)
            changed = change_row(kept, form.cleaned_data["revision"] or 0, form.values())
        except OutdatedError:
            form.add_error(None, _("Somebody has changed this meanwhile: open the page again."))
        else:
            if changed:
                note(request, Action.CHANGED, "billing settings", detail=", ".join(changed))
            messages.success(request, _("Saved."))
            return redirect("web:billing_settings")
    told = {"form": form, "may_change": may_change}
    return render(request, "web/settings/billing.html", told, status=422 if data else 200)
