"""Trying failures again: records from the ledger, bytes from the source. No list is read."""

from collections.abc import Sequence

from django.utils import timezone

from handover.importing.cliniko.key import ApiKey
from handover.importing.engine.errors import ImportProblem, StopImport
from handover.importing.engine.lease import Lease, only_one, working_on
from handover.importing.kept_key import kept_key
from handover.importing.models import ImportRun, Outcome, SourceRecord, State
from handover.importing.report import Report
from handover.importing.result.failures import MISSING, failed
from handover.importing.runs import Office, chosen, finish, resumable
from handover.importing.states import go

RETRIED = (State.DONE, State.PARTLY_DONE, State.NEEDS_ATTENTION)


def retry(
    office: Office,
    run: ImportRun,
    *,
    causes: Sequence[str] = (),
    types: Sequence[str] = (),
    key: ApiKey | None = None,
) -> Report:
    """Load failures once more; bytes are fetched too if there is a key, given or still kept.

    `causes` are codes of issues or outcomes, `types` names of lists; without either all that was
    rejected and all bytes that are missing. It may be called again after a crash. Raises
    `StopImport` if there is nothing to try, and `ImportProblem` as an import does.
    """
    with only_one(resumable(run)) as lease:
        if run.state not in RETRIED or run.rehearsal:
            raise StopImport(f"import {run.pk} is {run.get_state_display().lower()}: not yet")
        key = key or (kept_key(office.home, run) if run.sealed_key else None)
        updated = _put_back(run, causes, types, fetching=key is not None)
        return _carry(office, lease, key, updated)


def _carry(office: Office, lease: Lease, key: ApiKey | None, updated: list[int]) -> Report:
    run, begun = lease.run, timezone.now()
    source = office.source(key) if key else None
    try:
        if source is not None and source.account().id != run.account:
            raise StopImport("this key opens another account than the one that was imported")
        lines = office.mover(lease, chosen(run.only)).load_again(source)
    except ImportProblem as problem:
        with working_on(run):
            go(run, State.NEEDS_ATTENTION)
            run.message = str(problem)
            run.save(update_fields=["state", "message"])
        raise
    finally:
        if source is not None:
            source.close()
    with working_on(run):
        # what this run had brought something newer for can still be turned back by undoing it
        SourceRecord.objects.filter(pk__in=updated, outcome=Outcome.UNCHANGED).update(
            outcome=Outcome.UPDATED
        )
    return finish(run, lines, begun)


def _put_back(
    run: ImportRun, causes: Sequence[str], types: Sequence[str], *, fetching: bool
) -> list[int]:
    """Let records wait once more; return those that this run had updated."""
    with working_on(run):
        found = failed(run, causes=causes, types=types)
        missing = found.filter(MISSING).count()
        again = found if causes else found.filter(outcome=Outcome.REJECTED)
        updated = list(again.filter(outcome=Outcome.UPDATED).values_list("pk", flat=True))
        count = again.exclude(payload="").update(outcome=Outcome.WAITING, reason="")
        left = SourceRecord.objects.filter(
            workspace_id=run.workspace_id, run=run, outcome=Outcome.WAITING
        ).exists()
        if not count and not left and not (missing and fetching):
            raise StopImport(_nothing(missing))
        go(run, State.NEEDS_ATTENTION)
        run.message = "being tried again"
        run.save(update_fields=["state", "message"])
    return updated


def _nothing(missing: int) -> str:
    if missing:
        return (
            f"the bytes of {missing:,} records are missing, and the key is no longer kept: give it"
            " with --key"
        )
    return "there is nothing to try again"
