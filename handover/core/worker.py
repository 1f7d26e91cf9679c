"""The worker: takes jobs from the queue, many at once, and outlives whatever happens around it.

Jobs are Procrastinate's; what its own worker lacks is here. Jobs of workers that died are put back
into the queue, by a task beside the jobs and not by one of them: with all places taken by long jobs
it would never have its turn. Jobs have as many threads as there are places. When the database goes
away, everything here ends, and is begun again once there is one.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import connections
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import DjangoApp, app, connector_params
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from procrastinate.jobs import Job, Status

from handover.core.sweeps import Rounds

#: Set once this process is to end: jobs look at it, stop at the next good moment and queue again.
leaving = threading.Event()

HEARTBEAT, DEAD_AFTER = 2.0, 10.0  # seconds
REAP_EVERY = 2.0
POLL_EVERY = 1.0  # how late a job may begin that was put off
SWEEP_EVERY, REVIVE_EVERY = 0.5, 1.0
PATIENCE = 5.0  # with a database that is away, before what waits for it ends
GRACE = 25.0  # what jobs have to stop in; then the process ends, and others take over
LONGEST_PAUSE = 5.0
MORE_THREADS = 8  # beside those of the jobs

log = logging.getLogger(__name__)


@dataclass
class Worker:
    """Works until `leave` is called. `revive` brings the database back if it is ours to bring."""

    concurrency: int
    revive: Callable[[], object] = lambda: None
    _stop: Callable[[], object] = lambda: None

    def leave(self) -> None:
        """Take no more jobs, and have those under way stop; may be called from a signal handler."""
        if not leaving.is_set():
            leaving.set()
            log.info("stopping: runs under way stop at their next page or batch")
            deadline = threading.Timer(GRACE, _give_up)
            deadline.daemon = True
            deadline.start()
        self._stop()

    def run(self) -> None:
        """Work until told to leave; must be called in the main thread."""
        autodiscover_modules("jobs")
        sweeping = threading.Thread(target=self._look_around, name="sweeps", daemon=True)
        sweeping.start()
        pause = 0.5
        while not leaving.is_set():
            begun = time.monotonic()
            try:
                asyncio.run(self._work())
            except Exception as problem:  # noqa: BLE001  # the database is away, or worse: begin anew
                log.warning("the worker was interrupted (%s)", type(problem).__name__)
            pause = (
                0.5 if time.monotonic() - begun > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            )
            leaving.wait(pause)
        sweeping.join(GRACE)

    def _look_around(self) -> None:
        """See to the database and to what is due, whatever the jobs are waiting for."""
        rounds, revive_at = Rounds(), 0.0
        while not leaving.wait(SWEEP_EVERY):
            if time.monotonic() >= revive_at:
                revive_at = time.monotonic() + REVIVE_EVERY
                with suppress(Exception):  # it is tried again
                    self.revive()
            rounds.go()
        connections.close_all()

    async def _work(self) -> None:
        """Work until told to leave, or until something breaks."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.concurrency + MORE_THREADS, "job"))
        async with _worker_app().open_async() as jobs:
            reaping = asyncio.create_task(_reap(jobs))
            working = asyncio.create_task(
                jobs.run_worker_async(
                    concurrency=self.concurrency,
                    fetch_job_polling_interval=POLL_EVERY,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=3 * DEAD_AFTER,
                    install_signal_handlers=False,
                    delete_jobs="always",  # what became of it stands with the run
                )
            )
            self._stop = lambda: loop.call_soon_threadsafe(working.cancel)
            if leaving.is_set():
                working.cancel()
            try:
                with suppress(asyncio.CancelledError):
                    await working
            finally:
                self._stop = lambda: None
                reaping.cancel()


def anybody_works() -> bool:
    """Whether a worker has given a sign of life lately."""
    lately = timezone.now() - timedelta(seconds=3 * DEAD_AFTER)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=lately).exists()


def _worker_app() -> App:
    """The same jobs with connections of their own; those that jobs make use Django's."""
    connector = PsycopgConnector(
        kwargs=connector_params("default"), min_size=1, max_size=4, timeout=PATIENCE
    )
    other = DjangoApp(connector=connector)
    other.tasks = app.tasks
    return other


async def _reap(jobs: App) -> None:
    """Put the jobs of workers that gave no sign of life back into the queue."""
    while True:
        await asyncio.sleep(REAP_EVERY)
        try:
            stalled = await jobs.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER)
        except ProcrastinateException as problem:
            log.warning("could not look for stalled jobs (%s)", type(problem).__name__)
            continue
        for job in stalled:
            await _put_back(jobs, job)


async def _put_back(jobs: App, job: Job) -> None:
    log.warning("job %s: its worker is gone", job.id)
    try:
        await jobs.job_manager.retry_job(job)
    except ConnectorException:  # another worker was quicker, or it stands in the queue already
        with suppress(ConnectorException):
            if await jobs.job_manager.get_job_status_async(job.id or 0) is Status.DOING:
                await jobs.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)


def _give_up() -> None:
    """Jobs that do not stop are left to others: their connections end with this process."""
    log.warning("runs that did not stop within %.0f s are left to other workers", GRACE)
    os._exit(1)
