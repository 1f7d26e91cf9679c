"""Settings > Debtors: where what clients owe is collected, with what that means in numbers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.case import cases, choose, chosen, outstanding
from handover.billing.case_form import CaseForm


@needs(May.SEE_SETTINGS)
def debtors_case(request: Request) -> HttpResponse:
    """Show the case that was chosen, and change it."""
    kept = chosen()
    may_change = may(request.member, May.CHANGE_SETTINGS)
    data = request.POST if request.method == "POST" and may_change else None
    form = CaseForm(data, initial={"debtors": kept})
    if form.is_valid():
        if choose(request.workspace.pk, form.cleaned_data["debtors"]):
            note(request, Action.CHANGED, "debtors", detail=form.cleaned_data["debtors"])
        messages.success(request, _("Saved."))
        return redirect("web:debtors_case")
    told = {
        "form": form,
        "chosen": kept,
        "cases": cases(),
        "due": outstanding(),
        "may_change": may_change,
        "locked": not may_change,
    }
    return render(request, "web/debtors/case.html", told, status=422 if data else 200)
