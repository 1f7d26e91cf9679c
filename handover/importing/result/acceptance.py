"""Who has accepted what: written once, added to, never changed."""

import hashlib
import json

from handover.core.json import JsonObject
from handover.core.tenancy import acting_in
from handover.importing.engine.errors import StopImport
from handover.importing.models import Acceptance, ImportRun, State

ACCEPTABLE = (State.DONE, State.PARTLY_DONE)
LONGEST_NAME = 200  # characters


def accept(run: ImportRun, by: str) -> Acceptance:
    """Record that `by` has accepted the result as it stands; a second one stands beside the first.

    Raises `StopImport` for a result that nobody should accept yet, and for no name.
    """
    name = " ".join(by.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise StopImport(f"who accepts it? A name of 1 to {LONGEST_NAME} characters")
    with acting_in(run.workspace_id):
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in ACCEPTABLE or run.report is None:
            state = run.get_state_display().lower()
            raise StopImport(
                f"import {run.pk} cannot be accepted: it is {state}. What is accepted is the"
                " balanced result of an import that was loaded"
            )
        made = Acceptance.objects.create(
            workspace_id=run.workspace_id,
            run=run,
            accepted_by=name,
            digest=digest_of(run.report),
            sentence=str(run.report["summary"]),
        )
        made.refresh_from_db()
        run.signed_by, run.signed_at = made.accepted_by, made.accepted_at
        run.save(update_fields=["signed_by", "signed_at"])
    return made


def acceptances(run: ImportRun) -> list[Acceptance]:
    """Every acceptance of a run, the oldest first."""
    with acting_in(run.workspace_id):
        return list(Acceptance.objects.filter(workspace_id=run.workspace_id, run=run))


def digest_of(report: JsonObject) -> str:
    """Name a report: what was accepted can be told from what came of it later."""
    text = json.dumps(report, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
