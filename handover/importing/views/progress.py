"""How a run goes on, live; pause, resume and cancel."""

import time

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.permissions import May, may
from handover.files.keeping import Keeper
from handover.files.shelf import installed_shelf
from handover.importing import steering
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.problems import BadKey
from handover.importing.engine.errors import StopImport
from handover.importing.models import ImportRun, State
from handover.importing.outlook import outlook
from handover.importing.retelling import retold
from handover.importing.said import type_name
from handover.importing.standing import Kind, Standing, standing
from handover.importing.states import AT_WORK, MOVES
from handover.importing.views.asking import noted, refuse, the_run
from handover.importing.views.look import look_of

REFRESH = {"HX-Refresh": "true"}
SOONEST, LATEST = 3, 60  # seconds between two looks
SHARE = 20  # a look may take one part in so many of the time
STEP = 10  # per cent: what is read aloud changes no more often than that


@needs(May.SEE_IMPORTS, quiet=True)
@require_GET
def now(request: Request, run_id: int) -> HttpResponse:
    """The part of the page that is asked for again and again; the whole page once it is over."""
    run = the_run(run_id)
    if run.state not in AT_WORK:
        return HttpResponse(headers=REFRESH)
    return render(request, "importing/now.html", live(run))


def live(run: ImportRun) -> dict[str, object]:
    """Everything that the page shows of a run that goes on, or has stopped on its way."""
    begun = time.monotonic()
    found = standing(run, Keeper(installed_shelf()))
    seconds = round(max(SOONEST, min(LATEST, SHARE * (time.monotonic() - begun))))
    waits = found.waits_until
    return {
        "run": run,
        "look": look_of(run),
        "now": found,
        "rows": [(type_name(each.name), each, _percent(each)) for each in found.kinds],
        "ahead": outlook(found, settings.ENVIRONMENT.cliniko_rate),
        "aloud": _aloud(run, found),
        "waits_until": waits if waits and waits > timezone.now() else None,
        "every": seconds,
        "at_work": run.state in AT_WORK,
    }


def steps_of(request: Request, run: ImportRun) -> dict[str, object]:
    """What this person may do with the run as it stands: for buttons beside it."""
    moves, runs = MOVES[State(run.state)], may(request.member, May.RUN_IMPORTS)
    at_work = run.state in AT_WORK and run.state != State.DELETING
    stopped = run.state in {State.PAUSED, State.NEEDS_ATTENTION, State.FAILED, State.PARTLY_DONE}
    return {
        "may_pause": runs and at_work and not run.wish,
        "may_cancel": runs and State.CANCELLED in moves and run.state != State.DELETING,
        "may_resume": runs and stopped,
        "may_load": runs and run.state == State.REHEARSED,
        "may_delete": may(request.member, May.DELETE_IMPORTS) and _can_be_deleted(run),
    }


def _can_be_deleted(run: ImportRun) -> bool:
    in_time = run.undo_until is None or run.undo_until > timezone.now()
    resting = run.state not in (*AT_WORK, State.DELETED)
    return resting and in_time


def _percent(kind: Kind) -> int:
    """How much of a type has an outcome, of all that its lists are known to have."""
    of = max(kind.total if kind.reading else 0, kind.fetched)
    return min(100, 100 * kind.loaded // of) if of else 0


def _aloud(run: ImportRun, found: Standing) -> str:
    of = sum(max(each.total, each.fetched) for each in found.kinds)
    done = 100 * sum(each.loaded for each in found.kinds) // of if of else 0
    label = State(run.state).label
    return _("%(state)s: %(percent)s per cent of what is known so far is loaded.") % {
        "state": label,
        "percent": done // STEP * STEP,
    }


@needs(May.RUN_IMPORTS)
@require_POST
def pause(request: Request, run_id: int) -> HttpResponse:
    """Have the run stop where it is."""
    run = the_run(run_id)
    try:
        state = steering.pause(run)
    except StopImport as problem:
        refuse(request, problem)
    else:
        noted(request, run, "pause")
        if state != State.PAUSED:
            messages.info(request, _("It pauses as soon as its page or batch is finished."))
    return redirect("importing:report", run_id)


@needs(May.RUN_IMPORTS)
@require_POST
def cancel(request: Request, run_id: int) -> HttpResponse:
    """End the run for good."""
    run = the_run(run_id)
    try:
        state = steering.cancel(run)
    except StopImport as problem:
        refuse(request, problem)
    else:
        noted(request, run, "cancel")
        if state != State.CANCELLED:
            messages.info(request, _("It ends as soon as its page or batch is finished."))
    return redirect("importing:report", run_id)


@needs(May.RUN_IMPORTS)
@require_POST
def resume(request: Request, run_id: int) -> HttpResponse:
    """Go on with the key that is kept; without one ask for it."""
    run = the_run(run_id)
    if not run.sealed_key:
        return redirect("importing:resume_with_key", run_id)
    _resume(request, run, None)
    return redirect("importing:report", run_id)


class KeyForm(forms.Form):
    """A key of Cliniko; it is sealed, and never shown again."""

    key = forms.CharField(
        label=gettext_lazy("API key of Cliniko"),
        help_text=gettext_lazy(
            "In Cliniko: your name, My info, Manage API keys. It is encrypted, and forgotten when"
            " it is no longer needed."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        strip=True,
        max_length=600,
    )

    def clean_key(self) -> ApiKey | None:
        """Refuse what cannot be a key; nothing if none was needed or given."""
        text = str(self.cleaned_data["key"])
        if not text:
            return None
        try:
            return ApiKey.parse(text)
        except BadKey as problem:
            raise forms.ValidationError(retold(str(problem))) from None


@needs(May.RUN_IMPORTS)
@just_signed_in
def resume_with_key(request: Request, run_id: int) -> HttpResponse:
    """Go on with a key that is given now."""
    run = the_run(run_id)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _resume(request, run, form.cleaned_data["key"])
        return redirect("importing:report", run_id)
    return render(request, "importing/key.html", {"run": run, "form": form})


def _resume(request: Request, run: ImportRun, key: ApiKey | None) -> None:
    try:
        steering.resume(run, settings.ENVIRONMENT.home, key)
    except StopImport as problem:
        refuse(request, problem)
    else:
        noted(request, run, "resume, with another key" if key else "resume")
        messages.success(request, _("It goes on. You may close this page."))
