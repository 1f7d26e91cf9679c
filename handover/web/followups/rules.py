"""Settings > Follow-up rules: the steps, when they may write, switching one on and off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.ledger import today
from handover.core.tenancy.changing import OutdatedError, change_row
from handover.followups import defaults
from handover.followups.asking import kept_settings, settings_of
from handover.followups.by_hand import switch_off, switch_on
from handover.followups.models import FollowUpRule
from handover.followups.planning import preview_of
from handover.web.followups.forms import HoursForm, RuleForm
from handover.web.followups.words import step

RECORD = "follow-up rule"


@needs(May.SEE_SETTINGS)
def rules(request: Request) -> HttpResponse:
    """The steps in their order, and the hours; whoever may change settings changes them here."""
    defaults.begin(request.workspace.pk)
    how = settings_of(request.workspace.pk)
    may_change = may(request.member, May.CHANGE_SETTINGS)
    form = HoursForm(request.POST or None, initial=HoursForm.now(how))
    if request.method == "POST" and may_change and form.is_valid():
        how = kept_settings(request.workspace.pk)
        for name, value in form.cleaned_data.items():
            setattr(how, name, value)
        how.save(update_fields=list(form.cleaned_data))
        note(request, Action.CHANGED, "follow-up settings", how.pk)
        messages.success(request, _("The hours were saved."))
        return redirect("web:followup_rules")
    told = {
        "rules": [(each, step(each.days)) for each in _rows()],
        "how": how,
        "form": form,
        "may_change": may_change,
    }
    refused = request.method == "POST" and may_change
    return render(request, "web/followups/rules.html", told, status=422 if refused else 200)


@needs(May.CHANGE_SETTINGS)
def new_rule(request: Request) -> HttpResponse:
    """Make a rule, which is off."""
    form = RuleForm(request.POST or None, row=None)
    if request.method == "POST" and form.is_valid():
        made = FollowUpRule.objects.create(
            workspace_id=request.workspace.pk, **form.values(today())
        )
        note(request, Action.CREATED, RECORD, made.pk)
        messages.success(request, _("The rule was made. It is off until you switch it on."))
        return redirect("web:followup_rules")
    return _shown(request, form)


@needs(May.CHANGE_SETTINGS)
def rule(request: Request, rule_id: int) -> HttpResponse:
    """Change a rule."""
    row = _row(rule_id)
    form = RuleForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_row(row, form.cleaned_data["revision"] or 0, form.values(today()))
        except OutdatedError:
            form.add_error(None, _("Somebody has changed this since you opened the page."))
        else:
            note(request, Action.CHANGED, RECORD, row.pk, detail=", ".join(changed))
            messages.success(request, _("The rule was saved."))
            return redirect("web:followup_rules")
    return _shown(request, form)


@needs(May.CHANGE_SETTINGS)
def switch(request: Request, rule_id: int) -> HttpResponse:
    """Show whom a rule would write to today, and switch it on; or switch it off."""
    row, day = _row(rule_id), today()
    if request.method == "POST" and "off" in request.POST:
        stopped = switch_off(row)
        note(request, Action.CHANGED, RECORD, row.pk, detail="switched off")
        words = _("The rule is off. %(count)d e-mails that waited were stopped.")
        messages.success(request, words % {"count": stopped})
        return redirect("web:followup_rules")
    if request.method == "POST":
        switch_on(row, request.member, day)
        note(request, Action.CHANGED, RECORD, row.pk, detail="switched on")
        messages.success(request, _("The rule is on."))
        return redirect("web:followup_rules")
    told = {"rule": row, "step": step(row.days), "preview": preview_of(row, day)}
    return render(request, "web/followups/switch.html", told)


@needs(May.CHANGE_SETTINGS)
@require_POST
def remove(request: Request, rule_id: int) -> HttpResponse:
    """Take a rule off the list; what it has sent stays."""
    row = _row(rule_id)
    switch_off(row)
    row.archived_at = timezone.now()
    row.save(update_fields=["archived_at"])
    note(request, Action.DELETED, RECORD, row.pk)
    messages.success(request, _("The rule was removed."))
    return redirect("web:followup_rules")


def _rows() -> list[FollowUpRule]:
    found = FollowUpRule.objects.filter(archived_at=None).select_related("template")
    return list(found.order_by("days"))


def _row(rule_id: int) -> FollowUpRule:
    found = FollowUpRule.objects.filter(archived_at=None).select_related("template")
    return get_object_or_404(found, pk=rule_id)


def _shown(request: Request, form: RuleForm) -> HttpResponse:
    told = {"form": form, "rule": form.row, "step": step(form.row.days) if form.row else ""}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/followups/rule.html", told, status=status)
