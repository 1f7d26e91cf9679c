"""How a run looks to people: its state as a badge, its kind, and one sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from handover.importing.models import ImportRun, State
from handover.importing.retelling import retold
from handover.importing.states import AT_WORK
from handover.importing.systems import CLINIKO

COLOURS = {
    State.DRAFT: "secondary",
    State.QUEUED: "azure",
    State.FETCHING: "azure",
    State.LOADING: "azure",
    State.FILES: "azure",
    State.REHEARSED: "purple",
    State.PAUSED: "yellow",
    State.DONE: "green",
    State.PARTLY_DONE: "yellow",
    State.NEEDS_ATTENTION: "red",
    State.FAILED: "red",
    State.CANCELLED: "secondary",
    State.DELETING: "azure",
    State.DELETED: "secondary",
}


@dataclass(frozen=True)
class Look:
    """What a list or a heading says of a run."""

    kind: str
    state: str
    colour: str
    message: str
    at_work: bool


def look_of(run: ImportRun) -> Look:
    """Tell a run in words."""
    state = State(run.state)
    kind = _("Cliniko") if run.system == CLINIKO else _("Documents")
    if run.rehearsal:
        kind = _("%(kind)s, rehearsal") % {"kind": kind}
    label = str(state.label)
    if state in AT_WORK and run.wish:
        label = _("%(state)s, stopping") % {"state": label}
    return Look(kind, label, COLOURS[state], _message(run, state), state in AT_WORK)


def _message(run: ImportRun, state: State) -> str:
    if run.message:
        return retold(run.message)
    told = {
        State.DRAFT: _("Not begun yet: its choices are being made."),
        State.QUEUED: _("Waits for a worker."),
        State.FETCHING: _("Reads the account."),
        State.LOADING: _("Loads what was read."),
        State.FILES: _("Fetches files."),
        State.REHEARSED: _("Nothing was written yet."),
        State.PAUSED: _("Goes on when somebody resumes it."),
        State.CANCELLED: _("Ended by hand. What it had brought stays."),
        State.DELETING: _("Is being deleted."),
        State.DELETED: _("Deleted. Its receipt is kept."),
    }
    if state in told:
        return told[state]
    return _("Accepted by %(name)s.") % {"name": run.signed_by} if run.signed_by else ""
