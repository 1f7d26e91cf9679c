"""Settings > Follow-up rules > Imported invoices: the switch that nobody turns by accident."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.billing.ledger import today
from handover.followups.asking import settings_of
from handover.followups.by_hand import exclude_imported, include_imported
from handover.followups.models import FollowUpSettings
from handover.followups.planning import Preview, counted, imported_from, overdue_imported, shown
from handover.web.followups.forms import ImportedForm

RECORD = "follow-up settings"


@needs(May.CHANGE_SETTINGS)
@just_signed_in
def imported(request: Request) -> HttpResponse:
    """Show who would get what, and have imported invoices followed up once it is typed."""
    day, how = today(), settings_of(request.workspace.pk)
    if request.method == "POST" and "off" in request.POST:
        stopped = exclude_imported(request.workspace.pk)
        note(request, Action.CHANGED, RECORD, detail="imported invoices: off")
        told = _("Imported invoices are not followed up. %(count)d e-mails were stopped.")
        messages.success(request, told % {"count": stopped})
        return redirect("web:followup_rules")
    overdue = shown(overdue_imported(day))
    counts = {"from_now": counted(imported_from(day, day)), "overdue_too": overdue.count}
    form = ImportedForm(request.POST or None, counts=counts)
    if request.method == "POST" and how.imported_since is None and form.is_valid():
        return _switched_on(request, form)
    return _asked(request, form, how, overdue)


def _switched_on(request: Request, form: ImportedForm) -> HttpResponse:
    overdue_too = form.cleaned_data["which"] == "overdue_too"
    include_imported(request.member, today(), overdue_too=overdue_too)
    count = form.counts[form.cleaned_data["which"]]
    detail = f"imported invoices: on, {count} first"
    note(request, Action.CHANGED, RECORD, detail=detail)
    told = _("Imported invoices are followed up from today. E-mails that go first: %(count)s.")
    messages.success(request, told % {"count": f"{count:,}"})
    return redirect("web:followup_rules")


def _asked(
    request: Request, form: ImportedForm, how: FollowUpSettings, overdue: Preview
) -> HttpResponse:
    told = {"form": form, "how": how, "overdue": overdue}
    note(request, Action.READ, "invoices", detail="preview of follow-ups")
    status = 422 if request.method == "POST" else 200
    return render(request, "web/followups/imported.html", told, status=status)
