"""Deleting a run: how long it may be, what would go and what stays, and typing that it is meant."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.audit import Action
from handover.accounts.permissions import May
from handover.importing import errands, steering
from handover.importing.deleting import refuse_if_too_late
from handover.importing.engine.errors import StopImport
from handover.importing.models import Errand, ImportRun, State
from handover.importing.result.document import in_order
from handover.importing.retelling import retold
from handover.importing.said import type_name
from handover.importing.states import AT_WORK
from handover.importing.views.asking import asked, noted, refuse, the_run

FRESH = timedelta(minutes=30)  # people work on meanwhile: an older look ahead says too little
NUMBERS = ("removed", "edited", "needed", "bytes")


class DeleteForm(forms.Form):
    """What has to be typed."""

    typed = forms.CharField(
        label=gettext_lazy("To confirm, type the words above"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, data: QueryDict | None, *, wanted: str) -> None:
        super().__init__(data)
        self.wanted = wanted

    def clean_typed(self) -> str:
        """Refuse anything else; capitals and spaces do not count."""
        typed = " ".join(str(self.cleaned_data["typed"]).split())
        if typed.casefold() != self.wanted.casefold():
            raise forms.ValidationError(
                _("These are not the words: %(wanted)s.") % {"wanted": self.wanted}
            )
        return typed


@needs(May.DELETE_IMPORTS)
@just_signed_in
def delete(request: Request, run_id: int) -> HttpResponse:
    """Show what deleting would do, and do it once it is typed."""
    run = the_run(run_id)
    ahead = _ahead(run)
    form = DeleteForm(request.POST or None, wanted=f"delete import {run.pk}")
    if request.method == "POST" and form.is_valid() and _is_ready(run, ahead):
        try:
            steering.submit_delete(run, by=str(request.member))
        except StopImport as problem:
            refuse(request, problem)
        else:
            noted(request, run, "", Action.DELETED)
            messages.info(request, _("It is being deleted. You may close this page."))
            return redirect("importing:report", run_id)
    shown = {"run": run, "form": form, "errand": ahead, "ready": _is_ready(run, ahead)}
    shown |= {"refused": _refused(run), **_told(run, ahead)}
    return render(request, "importing/delete.html", shown)


@needs(May.DELETE_IMPORTS)
@require_POST
def look_ahead(request: Request, run_id: int) -> HttpResponse:
    """Have a worker find out what would go and what stays."""
    asked(request, the_run(run_id), Errand.Kind.LOOK_AHEAD)
    return redirect("importing:delete", run_id)


def _ahead(run: ImportRun) -> Errand | None:
    """The latest look ahead, if it is of now."""
    found = errands.latest(run, Errand.Kind.LOOK_AHEAD)
    if found is None or (found.finished_at and found.finished_at < timezone.now() - FRESH):
        return None
    return found


def _is_ready(run: ImportRun, ahead: Errand | None) -> bool:
    """Whether it may be typed: what would go is known, or there is nothing that could go."""
    return run.rehearsal or (ahead is not None and ahead.state != Errand.State.WAITING)


def _refused(run: ImportRun) -> str:
    """Why it cannot be deleted at all; "" if it can."""
    if run.state in AT_WORK:
        return _("It is being worked on: cancel it first.")
    if run.state == State.DELETED:
        return _("It was deleted already.")
    try:
        refuse_if_too_late(run)
    except StopImport as problem:
        told = retold(str(problem))
        return told[:1].upper() + told[1:]
    return ""


def _told(run: ImportRun, ahead: Errand | None) -> dict[str, object]:
    left = run.undo_until - timezone.now() if run.undo_until else None
    told: dict[str, object] = {"left": _span(left) if left else "", "over": run.undo_until}
    if ahead is None or not ahead.told:
        return told
    types = in_order(run, {each["name"]: each for each in ahead.told["types"]})
    told["types"] = [(type_name(name), each) for name, each in types]
    told["total"] = {name: sum(each[name] for _, each in types) for name in NUMBERS}
    return told


def _span(left: timedelta) -> str:
    """How long it still may be deleted, rounded down: nobody is promised a minute too much."""
    minutes = max(0, int(left.total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s minutes") % {"minutes": rest}
    return _("%(hours)s hours and %(minutes)s minutes") % {"hours": hours, "minutes": rest}
