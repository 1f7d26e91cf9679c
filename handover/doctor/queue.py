"""The queue of background work: whether somebody works, and how long work waits."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections

from handover.doctor.finding import Finding, ok, problem, warning

CHECK = "queue"
ALIVE_WITHIN = 60  # seconds since a worker's last sign of life
LONG = 600.0  # seconds
ASKED = """
SELECT (SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > clock_timestamp() - make_interval(secs => %s)),
       count(*),
       coalesce(max(extract(epoch FROM clock_timestamp() - coalesce(j.scheduled_at, (
           SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)))), 0)
FROM procrastinate_jobs j
WHERE j.status = 'todo' AND coalesce(j.scheduled_at, clock_timestamp()) <= clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """Workers that are alive, jobs that are due, and the seconds that the oldest has waited."""

    workers: int
    due: int
    oldest: float


def check() -> Iterator[Finding]:
    """Look at the queue, where there is one."""
    found = asked()
    if found is not None:
        yield judged(found)


def asked() -> Queue | None:
    """What the queue's tables say; None before they were made."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_workers')")
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(ASKED, [ALIVE_WITHIN])
        workers, due, oldest = cursor.fetchone()
    return Queue(workers, due, float(oldest))


def judged(queue: Queue) -> Finding:
    """Whether work is being done."""
    says = f"{queue.workers} workers are alive, {queue.due} jobs are due"
    if not queue.workers:
        do = "Start `handover up`, or `handover worker`."
        return problem(CHECK, says, do) if queue.due else warning(CHECK, says, do)
    if queue.oldest > LONG:
        do = "Start more workers, on this or on other machines."
        return warning(CHECK, f"{says}, the oldest since {queue.oldest / 60:.0f} minutes", do)
    return ok(CHECK, says)
