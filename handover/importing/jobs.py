"""Background runs. A job is thin: it says no more than "look at this run".

What is to be done stands in the run's row, so that a job may come late, twice, or again after its
worker has died, and a run whose job was lost is found by a sweep (`handover.importing.sweeps`).
A job's arguments are numbers of rows and nothing else.
"""

import contextlib
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.types import TimeDeltaParams

from handover.core.tenancy import acting_in
from handover.core.worker import leaving
from handover.importing import runs
from handover.importing.deleting import finish_deleting
from handover.importing.engine.contents import LOOKS
from handover.importing.engine.errors import CannotStore, ImportProblem, RetryLater, StopImport
from handover.importing.engine.lease import Busy, GiveWay, Lease, Stale, only_one, working_on
from handover.importing.models import ImportRun, State
from handover.importing.states import AT_WORK, go
from handover.importing.surveying import look, note_problem
from handover.importing.telling import tell_state
from handover.importing.turns import Turn

if TYPE_CHECKING:
    from handover.config.environment import Environment

QUEUE = "imports"
WORKSPACE_BUSY = 3.0  # seconds after which a run looks again whether it is alone in its workspace
FIRST_WAIT, LONGEST_WAIT = 15.0, 900.0  # seconds
MOST_TRIES = 24  # attempts in a row that get nowhere, some hours of them, before a person is asked
LOST = (
    *(OperationalError, InterfaceError, ConnectorException),
    *(psycopg.OperationalError, psycopg.InterfaceError),
)

log = logging.getLogger(__name__)


@app.task(name="importing.look_after", queue=QUEUE)
def look_after(run_id: int) -> None:
    """Carry a run on, or go on with deleting what it made, if that is what it waits for."""
    work(installed_office(), run_id, leaving.is_set)


@app.task(name="importing.survey", queue=QUEUE)
def survey(run_id: int) -> None:
    """Look for the first time at the account of a draft."""
    try:
        look(installed_office(), run_id)
    except Exception as problem:  # noqa: BLE001  # whatever it is, who waits for it must hear of it
        log.error("survey of import %s failed: %s", run_id, _told(problem))  # noqa: TRY400  # a trace may quote a record
        with contextlib.suppress(*LOST):
            note_problem(run_id, _told(problem))
    finally:
        connections.close_all()


def submit_survey(run_id: int) -> None:
    """Have a worker look at the account of a draft, once the caller's transaction is committed."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        survey.configure(queueing_lock=f"survey-{run_id}").defer(run_id=run_id)


def submit(run: ImportRun) -> None:
    """Have workers look after a run from now on, once the caller's transaction is committed."""
    with transaction.atomic():
        with acting_in(run.workspace_id):
            ImportRun.objects.filter(pk=run.pk).update(in_background=True, tries=0)
        run.in_background, run.tries = True, 0
        enqueue(run.pk)


def enqueue(run_id: int, seconds: float = 0.0) -> None:
    """Put a run into the queue, to be looked at in so many seconds; it stands there once."""
    if not seconds:
        drop(run_id)  # one that is due later
    due = TimeDeltaParams(seconds=math.ceil(seconds)) if seconds else None
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job = look_after.configure(queueing_lock=_lock(run_id), schedule_in=due)
        job.defer(run_id=run_id)


def drop(run_id: int) -> None:
    """Take a run out of the queue."""
    for job in app.job_manager.list_jobs(queueing_lock=_lock(run_id), status="todo"):
        app.job_manager.cancel_job_by_id(job.id or 0, delete_job=True)


def work(office: runs.Office, run_id: int, leaving: Callable[[], bool] = lambda: False) -> None:
    """Look at a run: carry it on as far as it goes, and see to what comes after that.

    Raises nothing that a run may come to: it is all noted with the run.
    """
    try:
        run = runs.find_run(run_id)
        if run.in_background and run.state in AT_WORK:
            turn = Turn(run, leaving)
            with only_one(run, patience=0, leaving=turn.is_over) as lease:
                _Doing(office, lease).do()
    except Busy:
        _look_again(run)
    except Stale:
        log.warning("import %s was taken over by another worker", run_id)
    except StopImport as problem:
        log.warning("job of import %s: %s", run_id, problem)
    except LOST as problem:
        # where it stood is in the ledger; the sweep finds it when the database is back
        log.warning("import %s lost the database (%s)", run_id, type(problem).__name__)
    finally:
        connections.close_all()


@dataclass
class _Doing:
    """One turn of a worker at a run that it has taken."""

    office: runs.Office
    lease: Lease
    has_moved: bool = False

    def do(self) -> None:
        """Carry on or delete, and note what became of it. Raises `Stale` and lost connections."""
        run = self.lease.run
        if not (run.in_background and run.state in AT_WORK):
            return  # somebody has paused or cancelled it since
        log.info("import %s: taken in its state %s, epoch %d", run.pk, run.state, run.epoch)
        self._attempt()
        log.info("import %s: %s", run.pk, run.state)

    def _attempt(self) -> None:
        run = self.lease.run
        try:
            self._go()
        except GiveWay:
            if run.state == State.QUEUED:
                enqueue(run.pk)
        except (RetryLater, CannotStore) as problem:
            self._wait(problem)
        except (Stale, *LOST):
            raise
        except ImportProblem as problem:
            self._end(State.NEEDS_ATTENTION, str(problem))
        except Exception as problem:  # noqa: BLE001  # whatever it is, the run must say so
            self._end(State.FAILED, _told(problem))
            log.error("import %s failed: %s", run.pk, _told(problem))  # noqa: TRY400  # a trace may quote a record

    def _go(self) -> None:
        if self.lease.run.state == State.DELETING:
            finish_deleting(self.lease, self.office.keeper)
        else:
            runs.carry_source(self._noting(), self.lease)

    def _noting(self) -> runs.Office:
        """The office, with an ear for the first thing that goes well."""
        heard = self.office.progress

        def page(step: object, count: int) -> None:
            self._moved()
            heard.on_page(step, count)  # type: ignore[arg-type]  # handed on as it came

        def content(name: str, done: int, of: int, size: int) -> None:
            self._moved()
            heard.on_content(name, done, of, size)

        return replace(self.office, progress=replace(heard, on_page=page, on_content=content))

    def _moved(self) -> None:
        if not self.has_moved and self.lease.run.tries:
            self.lease.run.tries = 0
            with working_on(self.lease.run):
                self.lease.run.save(update_fields=["tries"])
        self.has_moved = True

    def _wait(self, problem: RetryLater | CannotStore) -> None:
        """Try again by and by: soon after something went well, seldom if nothing does."""
        run = self.lease.run
        if run.tries >= MOST_TRIES:
            self._end(State.NEEDS_ATTENTION, str(problem))
            return
        seconds = max(problem.seconds, backoff(run.tries))
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        with transaction.atomic():
            self._end(
                State.QUEUED,
                f"{str(problem).rstrip('.')}. It goes on by itself at {until:%H:%M:%S} UTC.",
                tries=run.tries + 1,
            )
            enqueue(run.pk, seconds)

    def _end(self, state: State, message: str, tries: int | None = None) -> None:
        run = self.lease.run
        with working_on(run):
            run.refresh_from_db()  # what could not be saved is not so
            go(run, state)
            run.message, run.tries = message, run.tries if tries is None else tries
            run.save()
            tell_state(run)


def backoff(tries: int) -> float:
    """Seconds to wait after so many attempts that got nowhere."""
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries, 10)))


def installed_office() -> runs.Office:
    """What imports need, by the settings of this installation."""
    return office_of(settings.ENVIRONMENT)


def office_of(environment: "Environment") -> runs.Office:
    """The same, by settings that were read just now."""
    return runs.Office(
        home=environment.home,
        contact=environment.contact,
        cliniko_url=environment.cliniko_url,
        rate=environment.cliniko_rate,
        files=environment.files,
        file_hosts=environment.cliniko_file_hosts,
        # without a limit it is no real Cliniko: it does not go on processing files meanwhile
        looks=LOOKS if environment.cliniko_rate else LOOKS[:1],
    )


def _look_again(run: ImportRun) -> None:
    """Another run, or a command, is at work in the workspace: this one comes after it."""
    with acting_in(run.workspace_id):
        held = ImportRun.objects.filter(pk=run.pk, beat_at__isnull=False).exists()
    if not held:
        enqueue(run.pk, WORKSPACE_BUSY)


def _lock(run_id: int) -> str:
    return f"import-{run_id}"


def _told(problem: Exception) -> str:
    """A fault of ours in one sentence: its kind and place. Its words may quote a record."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "?")
        where = f" in {name}, line {trace.tb_lineno}"
    return (
        f"This is a fault of ours: {type(problem).__name__}{where}. What was done so far is kept;"
        " tell support, or try `handover import-resume`."
    )
