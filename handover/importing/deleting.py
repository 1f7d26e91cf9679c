"""Deleting an import: within its window, typed by somebody, and all of it; a receipt stays.

Two steps, so that a job may do the second: `ask_deleting` asks whether it may be and says so in
the run's state; `finish_deleting` does it, and may be called again after any crash.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from handover.core.json import JsonObject
from handover.files.keeping import Keeper
from handover.files.shelf import installed_shelf
from handover.importing.engine.enclosed import store_enclosed
from handover.importing.engine.errors import StopImport
from handover.importing.engine.lease import Lease, only_one, working_on
from handover.importing.engine.row_contents import sweep
from handover.importing.engine.undo import Undone, undo
from handover.importing.engine.values import Context
from handover.importing.models import ImportRun, State, Step
from handover.importing.report import without_records
from handover.importing.states import go
from handover.importing.systems import RESOURCES

MINUTES = "%Y-%m-%d %H:%M UTC"


def delete_run(
    run: ImportRun,
    *,
    by: str = "",
    preview: bool = False,
    keeper: Keeper | None = None,
    now: datetime | None = None,
) -> Sequence[Undone]:
    """Delete what a run made, or say what would be deleted. Raises `StopImport`.

    `by` is who wants it, for the receipt.
    """
    keeper = keeper or Keeper(installed_shelf())
    with only_one(run) as lease:
        refuse_if_too_late(run, now)
        if preview:
            return _undo(run, keeper, preview=True)
        with working_on(run):
            ask_deleting(run, by=by, now=now)
        return finish_deleting(lease, keeper)


def refuse_if_too_late(run: ImportRun, now: datetime | None = None) -> None:
    """Raises `StopImport` for a run that is deleted already, or whose window is over."""
    if run.state == State.DELETED:
        raise StopImport(f"import {run.pk} was deleted already")
    if run.state == State.DELETING or run.undo_until is None:
        return
    if (now or timezone.now()) > run.undo_until:
        raise StopImport(
            f"import {run.pk} could be deleted until {run.undo_until.strftime(MINUTES)}. What it"
            " made is the practice's record now: change or archive what is wrong, one by one."
            " (HANDOVER_UNDO_HOURS says how long imports can be deleted that end from now on.)"
        )


def ask_deleting(run: ImportRun, *, by: str = "", now: datetime | None = None) -> None:
    """Note that a run is to be deleted, and by whose word; from then on nothing goes on with it.

    Its key is forgotten. Raises `StopImport`. A run that is being deleted stays so. The caller
    holds the run, in a transaction.
    """
    now = now or timezone.now()
    refuse_if_too_late(run, now)
    if run.state == State.DELETING:
        return
    go(run, State.DELETING)
    run.sealed_key, run.message = "", ""
    run.receipt = {"by": by, "asked_at": now.isoformat(timespec="seconds")}
    run.save(update_fields=["state", "sealed_key", "message", "receipt"])


def finish_deleting(lease: Lease, keeper: Keeper | None = None) -> Sequence[Undone]:
    """Delete a run that is being deleted: rows and the ledger in one transaction, then the bytes.

    Whatever dies in between, calling it again does what is left; when all is done, it does
    nothing. Raises `StopImport`.
    """
    run, keeper = lease.run, keeper or Keeper(installed_shelf())
    result: Sequence[Undone] = ()
    if run.state == State.DELETED:
        return result
    if run.state != State.DELETING:
        raise StopImport(f"nobody has asked to delete import {run.pk}")
    receipt = dict(run.receipt or {})
    if "types" not in receipt:
        receipt, result = _delete_rows(run, keeper, receipt)
    store_enclosed(run, RESOURCES[run.system], keeper)
    sweep(run, keeper)
    with working_on(run):
        go(run, State.DELETED)
        run.undone_at = timezone.now()
        run.receipt = {**receipt, "deleted_at": run.undone_at.isoformat(timespec="seconds")}
        run.save(update_fields=["state", "undone_at", "receipt"])
    return result


def _delete_rows(
    run: ImportRun, keeper: Keeper, receipt: JsonObject
) -> tuple[JsonObject, Sequence[Undone]]:
    """All that the database has, and the receipt that says so, or nothing."""
    with transaction.atomic():
        result = _undo(run, keeper, preview=False)
        with working_on(run):
            Step.objects.filter(workspace_id=run.workspace_id, run=run).delete()
            run.report = without_records(run.report) if run.report else None
            run.rehearsal_result = None
            run.receipt = {**receipt, **_counts(result)}
            run.save(update_fields=["report", "rehearsal_result", "receipt"])
    return run.receipt, result


def _undo(run: ImportRun, keeper: Keeper, *, preview: bool) -> list[Undone]:
    context = Context(time_zone=run.time_zone or "UTC")
    return undo(run, RESOURCES[run.system], context, keeper, preview=preview)


def _counts(result: Sequence[Undone]) -> JsonObject:
    """What a receipt says of types: numbers, no names and no ids."""
    return {
        "types": {
            each.name: {
                "deleted": each.removed,
                "kept_edited": len(each.edited),
                "kept_needed": len(each.needed),
                "contents": each.contents,
                "bytes": each.bytes,
            }
            for each in result
            if each.removed or each.edited or each.needed
        }
    }
