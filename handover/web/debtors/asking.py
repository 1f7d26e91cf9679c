"""What aged debtors are asked for, in the address of a page."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from handover.accounts.access import Request
from handover.billing import ledger
from handover.billing.ageing import Asked, By
from handover.billing.models import CollectedElsewhere
from handover.billing.queries import limits_of
from handover.core.choices import RowChoice
from handover.practice.models import Location, Practitioner
from handover.web.clients.picking import NamedChoice

WITHOUT = "without"


class AgeingForm(forms.Form):
    """The day, and what is left out; everything may stay empty."""

    as_at = forms.DateField(
        label=_("As at"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    by = forms.ChoiceField(label=_("Age by"), required=False, choices=By.choices)
    location = NamedChoice(
        label=_("Location"),
        required=False,
        queryset=Location.objects.none(),
        empty_label=_("All locations"),
    )
    practitioner = RowChoice(
        label=_("Practitioner"),
        required=False,
        queryset=Practitioner.objects.none(),
        empty_label=_("All practitioners"),
    )
    elsewhere = forms.ChoiceField(
        label=_("Sent to Xero"),
        required=False,
        choices=[("", _("Included")), (WITHOUT, _("Left out"))],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._offer("location", Location.objects.order_by("name", "pk"))
        self._offer("practitioner", Practitioner.objects.order_by("last_name", "first_name", "pk"))
        if not CollectedElsewhere.objects.exists():
            del self.fields["elsewhere"]

    def _offer(self, name: str, rows: Any) -> None:  # noqa: ANN401  # of either model
        cast("RowChoice", self.fields[name]).queryset = rows


def form_and_asked(request: Request) -> tuple[AgeingForm, Asked]:
    """The form as it was filled, and what it asks for: what is not said, or nonsense, is usual."""
    given = request.GET.copy()
    given.setdefault("as_at", ledger.today().isoformat())
    form = AgeingForm(given)
    form.is_valid()
    told = form.cleaned_data
    return form, Asked(
        as_at=told.get("as_at") or ledger.today(),
        by=By(told.get("by") or By.DUE),
        location=_number(told.get("location")),
        practitioner=_number(told.get("practitioner")),
        elsewhere=told.get("elsewhere") != WITHOUT,
        limits=limits_of(request.member),
    )


def _number(row: Location | Practitioner | None) -> int | None:
    return row.pk if row else None
