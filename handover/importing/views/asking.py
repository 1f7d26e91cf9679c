"""What the pages of one run share: finding it, saying no, and asking workers for something."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from handover.accounts.access import Request
from handover.accounts.audit import Action, note
from handover.core.json import JsonObject
from handover.importing import errands
from handover.importing.engine.errors import ImportProblem, StopImport
from handover.importing.models import Errand, ImportRun
from handover.importing.retelling import retold

RECORD = "import"


def the_run(run_id: int) -> ImportRun:
    """The run of this number in the workspace. Raises `Http404`."""
    return get_object_or_404(ImportRun, pk=run_id)


def refuse(request: Request, problem: ImportProblem) -> None:
    """Say at the head of the next page why something was not done."""
    text = retold(str(problem))
    messages.error(request, text[:1].upper() + text[1:].rstrip(".") + ".")


def noted(request: Request, run: ImportRun, detail: str, action: Action = Action.IMPORTED) -> None:
    """Write into the audit log what somebody does with a run."""
    note(request, action, RECORD, run.pk, detail=detail)


def asked(
    request: Request, run: ImportRun, kind: Errand.Kind, what: "JsonObject | None" = None
) -> bool:
    """Have a worker do something, and note it; False, and why, if it may not be done now."""
    try:
        errands.ask(run, kind, what, by=str(request.member))
    except StopImport as problem:
        refuse(request, problem)
        return False
    noted(request, run, str(kind.label))
    messages.info(request, _("It is being done; this page says when it is."))
    return True
