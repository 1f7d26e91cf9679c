"""Sweeps of the import tool: runs that workers look after are never forgotten."""

from django.db import connections
from django.utils import timezone

from handover.core.sweeps import sweep
from handover.core.tenancy import acting_in
from handover.importing import errands, jobs
from handover.importing.allowance import forget_allowances
from handover.importing.engine.heart import DEAD_AFTER
from handover.importing.engine.lease import LOCK
from handover.importing.kept_key import forget_due
from handover.importing.models import Errand, ImportRun, State
from handover.importing.states import AT_WORK, go
from handover.importing.telling import tell_state

# A run that waits for workers, that no living process holds, and that is not in the queue. The lock
# of a workspace goes with the process that held it; if it only stands still, its beats stop.
_FORGOTTEN = f"""
SELECT r.id, r.workspace_id, r.tries FROM {ImportRun._meta.db_table} r
WHERE r.in_background AND r.state = ANY(%s)
AND (r.beat_at < clock_timestamp() - make_interval(secs => %s) OR NOT EXISTS (
    SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s
    AND l.objid = (r.workspace_id %% 2147483648)::bigint::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())))
AND NOT EXISTS (SELECT FROM procrastinate_jobs j
    WHERE j.queueing_lock = 'import-' || r.id AND j.status = 'todo')
"""  # noqa: S608  # a table of ours; values are parameters
# Jobs of workers that died are put back into the queue; an errand without any job was lost.
_LEFT_UNDONE = f"""
SELECT e.workspace_id, e.id FROM {Errand._meta.db_table} e WHERE e.state = 'waiting'
AND NOT EXISTS (SELECT FROM procrastinate_jobs j
    WHERE j.queueing_lock = 'errand-' || e.id AND j.status IN ('todo', 'doing'))
"""  # noqa: S608  # a table of ours


sweep(every=300)(forget_due)
sweep(every=3600)(forget_allowances)


@sweep(every=1)
def wake_forgotten() -> int:
    """Put runs whose worker has died back into the queue; how many."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_FORGOTTEN, [list(AT_WORK), DEAD_AFTER, LOCK])
        found = cursor.fetchall()
    for run_id, workspace_id, tries in found:
        with acting_in(workspace_id):
            run = ImportRun.objects.select_for_update(no_key=True).get(pk=run_id)
            if tries >= jobs.MOST_TRIES:
                _give_up(run)
                continue
            ImportRun.objects.filter(pk=run_id).update(tries=run.tries + 1)
            jobs.enqueue(run_id, jobs.backoff(tries - 2) if tries > 1 else 0.0)
    return len(found)


@sweep(every=5)
def wake_errands() -> int:
    """Put errands that nobody is at back into the queue; how many."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_LEFT_UNDONE)
        found = cursor.fetchall()
    for workspace_id, errand_id in found:
        with acting_in(workspace_id):
            errands.enqueue(workspace_id, errand_id)
    return len(found)


def _give_up(run: ImportRun) -> None:
    go(run, State.FAILED)
    run.message = (
        f"{jobs.MOST_TRIES} workers in a row died or lost the database at it. What was done so far"
        " is kept. Look at memory, disk and log of the workers, then `handover import-resume`."
    )
    run.finished_at = timezone.now()
    run.save()
    tell_state(run)
