"""Errands: what people ask of an import's result on a page, done by a worker.

A page answers in one transaction; what works on a run takes it, gives signs of life and commits as
it goes. So a page writes down what is asked, and a job calls the same functions as the commands.
A job may come late, twice or never: `sweeps` finds what was forgotten, and each function may be
called again.
"""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import TimeDeltaParams

from handover.accounts.models import Workspace
from handover.core.json import JsonObject
from handover.core.tenancy import acting_in
from handover.importing import corrections, jobs
from handover.importing.deleting import delete_run
from handover.importing.engine.errors import ImportProblem, StopImport
from handover.importing.engine.lease import Busy, Stale
from handover.importing.kept_key import forget_key
from handover.importing.models import Conflict, Errand, ImportRun, Reassignment
from handover.importing.retrying import retry
from handover.importing.runs import Office, find_run
from handover.importing.states import AT_WORK, FORGETS_KEY

MOST_TRIES = 5
MOST_NAMED = 20  # records of one type that are named one by one
BUSY = 3  # seconds after which it is looked again whether the workspace is free

log = logging.getLogger(__name__)
Told = JsonObject


def ask(run: ImportRun, kind: Errand.Kind, asked: "JsonObject | None" = None, *, by: str) -> Errand:
    """Write down what is asked, and have a worker do it once the caller's transaction is there.

    Raises `StopImport` while the run is being worked on, or while another errand of it waits.
    """
    with transaction.atomic(), acting_in(run.workspace_id):
        now = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if now.state in AT_WORK:
            raise StopImport("The import is being worked on: pause it first, or wait until it ends")
        if waiting(run) is not None:
            raise StopImport("Something else that was asked is still being done; wait a moment")
        made = Errand.objects.create(
            workspace_id=run.workspace_id, run=run, kind=kind, asked=asked or {}, asked_by=by
        )
        enqueue(made.workspace_id, made.pk)
    return made


def waiting(run: ImportRun) -> Errand | None:
    """What a worker is at, or will be, of this run; the caller acts in its workspace."""
    return Errand.objects.filter(run=run, state=Errand.State.WAITING).first()


def latest(run: ImportRun, *kinds: Errand.Kind) -> Errand | None:
    """The newest errand of these kinds; the caller acts in the run's workspace."""
    return Errand.objects.filter(run=run, kind__in=kinds).order_by("-id").first()


def enqueue(workspace_id: int, errand_id: int, seconds: int = 0) -> None:
    """Put an errand into the queue; it stands there once."""
    due = TimeDeltaParams(seconds=seconds) if seconds else None
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job = run_errand.configure(queueing_lock=f"errand-{errand_id}", schedule_in=due)
        job.defer(workspace_id=workspace_id, errand_id=errand_id)


@app.task(name="importing.errand", queue=jobs.QUEUE)
def run_errand(workspace_id: int, errand_id: int) -> None:
    """Do what was asked, if nobody has done it yet."""
    do(jobs.installed_office(), workspace_id, errand_id)


def do(office: Office, workspace_id: int, errand_id: int) -> None:
    """Do an errand and note what came of it. Raises nothing that it may come to."""
    try:
        errand = _begun(workspace_id, errand_id)
        if errand is not None:
            _attempt(office, errand)
    except Busy:  # another import of the workspace is at work: after it
        with acting_in(workspace_id):
            Errand.objects.filter(pk=errand_id).update(tries=0)
        enqueue(workspace_id, errand_id, BUSY)
    except (Stale, *jobs.LOST) as problem:
        log.warning("errand %s was interrupted (%s)", errand_id, type(problem).__name__)
    finally:
        connections.close_all()


def _begun(workspace_id: int, errand_id: int) -> Errand | None:
    with acting_in(workspace_id):
        found = Errand.objects.select_for_update(of=("self",)).filter(pk=errand_id).first()
        if found is None or found.state != Errand.State.WAITING:
            return None
        found.tries += 1
        if found.tries > MOST_TRIES:
            _end(found, Errand.State.FAILED, "Workers died at it, one after the other.")
            return None
        found.save(update_fields=["tries"])
    return found


def _attempt(office: Office, errand: Errand) -> None:
    try:
        told = DOING[Errand.Kind(errand.kind)](office, errand, find_run(errand.run_id))
    except (Busy, Stale, *jobs.LOST):
        raise
    except ImportProblem as problem:
        _end(errand, Errand.State.REFUSED, str(problem))
    except Exception as problem:  # noqa: BLE001  # whatever it is, the page must say so
        _end(errand, Errand.State.FAILED, f"This is a fault of ours: {type(problem).__name__}.")
        log.error("errand %s failed: %s", errand.pk, type(problem).__name__)  # noqa: TRY400  # a trace may quote a record
    else:
        _end(errand, Errand.State.DONE, "", told)
    _forget_needless_key(errand)


def _end(errand: Errand, state: Errand.State, message: str, told: "Told | None" = None) -> None:
    with acting_in(errand.workspace_id):
        errand.state, errand.message, errand.told = state, message, told
        errand.finished_at = timezone.now()
        errand.save(update_fields=["state", "message", "told", "finished_at"])


def _forget_needless_key(errand: Errand) -> None:
    """A key that was given for an errand is kept no longer than the errand."""
    with acting_in(errand.workspace_id):
        run = ImportRun.objects.get(pk=errand.run_id)
        if run.sealed_key and run.state in FORGETS_KEY:
            forget_key(run)


# what there is to be done: each returns what is told of it


def _retry(office: Office, errand: Errand, run: ImportRun) -> Told:
    causes, types = errand.asked.get("causes", ()), errand.asked.get("types", ())
    retry(office, run, causes=causes, types=types)
    return {}  # the run's own report says what came of it


def _settle(_office: Office, errand: Errand, run: ImportRun) -> Told:
    """`asked`: for each way ("ours", "theirs") the numbers of conflicts; or one way for `all`."""
    count, left = 0, list[str]()
    for how, wanted in _wanted(errand.asked):
        done = corrections.settle_conflicts(run, wanted, how, by=errand.asked_by)
        count += done.count
        with acting_in(run.workspace_id):
            pieces = corrections.pieces_of([each for each, _ in done.left])
        for each, why in done.left:
            field = pieces[each.pk].label if each.pk in pieces else each.field
            left.append(f"{each.resource} {each.source_id}, {field}: {why}")
    return {"count": count, "left": [*left[:MOST_NAMED]], "left_count": len(left)}


def _wanted(
    asked: Mapping[str, Any],
) -> Sequence[tuple[Conflict.How, corrections.Wanted]]:
    if "all" in asked:
        how = Conflict.How(asked["all"])
        return [(how, corrections.Wanted(asked.get("type", "")))]
    return [
        (how, corrections.Chosen(numbers=frozenset(asked[how.value])))
        for how in (corrections.OURS, corrections.THEIRS)
        if asked.get(how.value)
    ]


def _reassign(_office: Office, errand: Errand, run: ImportRun) -> Told:
    """`asked`: kind, from, and either to (a row) or user (somebody who becomes a practitioner)."""
    workspace, asked = Workspace(pk=run.workspace_id), errand.asked

    def becomes() -> int:
        if "user" in asked:
            return corrections.practitioner_of(workspace, asked["user"])
        return int(asked["to"])

    preview = bool(asked.get("preview"))
    done = corrections.reassign_to(
        workspace, asked["kind"], (asked["from"], becomes), by=errand.asked_by, preview=preview
    )
    return {
        "followed": [
            {"name": f.name, "moved": f.moved, "doubled": f.doubled, "locked": f.locked}
            for f in done.followed
        ],
        "everything": done.everything,
    }


def _take_back(_office: Office, errand: Errand, run: ImportRun) -> Told:
    with acting_in(run.workspace_id):
        number = Reassignment.objects.get(pk=errand.asked["number"])
    return {"count": corrections.undo_reassignment(number, by=errand.asked_by)}


def _look_ahead(office: Office, _errand: Errand, run: ImportRun) -> Told:
    """What deleting would do, by type: nothing is changed."""
    return {
        "types": [
            {
                "name": each.name,
                "removed": each.removed,
                "edited": len(each.edited),
                "needed": len(each.needed),
                "edited_ids": list(each.edited[:MOST_NAMED]),
                "needed_ids": list(each.needed[:MOST_NAMED]),
                "contents": each.contents,
                "bytes": each.bytes,
            }
            for each in delete_run(run, preview=True, keeper=office.keeper)
            if each.removed or each.edited or each.needed
        ]
    }


DOING: Mapping[Errand.Kind, Callable[[Office, Errand, ImportRun], Told]] = {
    Errand.Kind.RETRY: _retry,
    Errand.Kind.SETTLE: _settle,
    Errand.Kind.REASSIGN: _reassign,
    Errand.Kind.TAKE_BACK: _take_back,
    Errand.Kind.LOOK_AHEAD: _look_ahead,
}
