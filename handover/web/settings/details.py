"""Settings > Details: what the practice is called, its clock, what it calls those it cares for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.models import PracticeDetails, Workspace
from handover.accounts.permissions import May, may
from handover.accounts.words import WORDS, known_word
from handover.core.tenancy.changing import OutdatedError, change_row
from handover.core.zones import identifier
from handover.web.clients.forms import RecordForm
from handover.web.marks import mark_of
from handover.web.settings import fields

NAMES = ("name", "time_zone", "terminology", "country", "currency_symbol", "titles")


class DetailsForm(RecordForm):
    """What a practice says of itself."""

    name = fields.name_field(later("Name of the practice"))
    terminology = forms.ChoiceField(
        label=later("You care for"),
        choices=WORDS,
        help_text=later("Every page then says it in this word."),
    )
    time_zone = fields.Zone(
        later("Time zone"), later("For times that belong to no location, and for new locations.")
    )
    country = fields.line(later("Country"))
    currency_symbol = fields.line(later("Currency symbol"))
    titles = fields.line(later("Titles to choose from"), later("Such as: Mr, Mrs, Ms, Dr."))

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, row: PracticeDetails, workspace: Workspace
    ) -> None:
        titles = row.titles if isinstance(row.titles, list) else []
        super().__init__(
            data,
            initial={name: getattr(row, name) for name in NAMES}
            | {"name": row.name or workspace.name, "revision": row.revision}
            | {"terminology": known_word(row.terminology)}
            | {"titles": ", ".join(str(each) for each in titles)},
        )
        zone = self.fields["time_zone"]
        assert isinstance(zone, fields.Zone)  # noqa: S101  # for mypy alone
        zone.keep(row.time_zone)

    def values(self) -> dict[str, Any]:
        """What the columns are to say."""
        given = {name: self.cleaned_data[name] for name in NAMES}
        given["titles"] = [each for part in given["titles"].split(",") if (each := part.strip())]
        if identifier(str(self.initial["time_zone"])) == given["time_zone"]:
            given["time_zone"] = self.initial["time_zone"]  # it may be kept under its usual name
        return given


@needs(May.SEE_SETTINGS)
def details(request: Request) -> HttpResponse:
    """Show what the practice says of itself, and change it."""
    unnamed = ExpressionWrapper(Q(name=""), BooleanField())  # one that holds custom fields alone
    row = PracticeDetails.objects.order_by(unnamed, "pk").first()
    row = row or PracticeDetails(workspace=request.workspace, revision=0)
    may_change = may(request.member, May.CHANGE_SETTINGS)
    data = request.POST if request.method == "POST" and may_change else None
    form = DetailsForm(data, row=row, workspace=request.workspace)
    if form.is_valid():
        try:
            return _save(request, row, form)
        except OutdatedError:
            form.add_error(None, _("Somebody has changed this meanwhile: open the page again."))
    told = {
        "form": form,
        "may_change": may_change,
        "mark": mark_of(row) if row.pk else None,
    }
    return render(request, "web/settings/details.html", told, status=422 if data else 200)


def _save(request: Request, row: PracticeDetails, form: DetailsForm) -> HttpResponse:
    values = form.values()
    if row._state.adding:
        PracticeDetails.objects.create(workspace_id=request.workspace.pk, **values)
        changed = list(values)
    else:
        changed = change_row(row, form.cleaned_data["revision"] or 0, values)
    if changed:
        note(request, Action.CHANGED, "details", detail=", ".join(changed))
    if request.workspace.name != values["name"]:
        request.workspace.name = values["name"]
        request.workspace.save(update_fields=["name"])
    messages.success(request, _("Saved."))
    return redirect("web:details")
