"""Whose a run is: one process works in a workspace, and one that was overtaken writes no more.

Whoever begins takes a lock that ends with its process, and raises the run's epoch. Every
transaction of the run holds the epoch that its process knows, so that a process which was frozen,
cut off or merely slow finds it raised and stops, having written nothing. A sign of life every
second tells a process that works from one that only holds on: the latter is put out.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.db import Error, OperationalError, connection, connections

from handover.core.tenancy import acting_in
from handover.importing.engine.errors import StopImport
from handover.importing.engine.heart import DEAD_AFTER, heart
from handover.importing.models import ImportRun, Wish

LOCK = 4_817_331  # any number of ours: it keeps import locks apart from other advisory locks
PATIENCE = 10  # seconds: by then the database has noticed that a killed process is gone
STEP = 0.2
_TABLE = ImportRun._meta.db_table
#: Holds the run's epoch to the end of the transaction: what links to the run locks it the same
#: way, only a taker's lock is at odds with it. The transaction goes by the run's name, so that a
#: taker can end one that does not end.
_HOLD = (
    f"SELECT set_config('application_name', %s, true), epoch FROM {_TABLE}"
    " WHERE id = %s FOR KEY SHARE"
)

log = logging.getLogger(__name__)


class Busy(StopImport):
    """Another import or undo is at work in the workspace."""


class Stale(Exception):
    """Another process has taken this run over; this one has nothing more to say in it."""


class GiveWay(Exception):
    """The run is to stop here for now; `wish` says who asked: a person, or nobody ("")."""

    def __init__(self, wish: Wish = Wish.NONE) -> None:
        super().__init__(wish)
        self.wish = wish

    def __str__(self) -> str:
        if self.wish == Wish.CANCEL:
            return "The import was cancelled. What it has brought stays, until `import-undo`."
        return "The import was stopped where it was. `handover import-resume` goes on."


@contextmanager
def working_on(run: ImportRun) -> Iterator[None]:
    """Act in the run's workspace, in a transaction that only its present holder can commit.

    Raises `Stale` at once if the run was taken over, and keeps it from being so until the end.
    """
    with acting_in(run.workspace_id, _HOLD, [_name(run), run.pk]) as found:
        if found is None or found[1] != run.epoch:
            raise Stale(f"import {run.pk} was taken over by another process, which goes on with it")
        yield


class Halt(Protocol):
    """Who may ask the work to stop: `asked` says so, and from then on; `check` raises it."""

    @property
    def asked(self) -> bool: ...  # noqa: D102  # what it is stands above
    def check(self) -> None: ...  # noqa: D102


class Never:
    """Nobody asks anything."""

    asked = False

    def check(self) -> None:
        """Go on."""


@dataclass
class Lease:
    """The right to work on a run. `leaving` says whether this process, or this turn, is to end.

    `check` is for the work to call wherever it could stop: it costs nothing.
    """

    run: ImportRun
    leaving: Callable[[], bool] = lambda: False

    @property
    def asked(self) -> bool:
        """Whether the work is to stop at the next good moment, whatever for."""
        pulse = heart.pulse(self.run.pk)
        return pulse.lost or bool(pulse.wish) or self.leaving()

    def check(self) -> None:
        """Raise what ends the work: `Stale`, or `GiveWay` with what was wished."""
        pulse = heart.pulse(self.run.pk)
        if pulse.lost:
            raise Stale(f"import {self.run.pk} was taken over, or the database cannot be reached")
        if pulse.wish:
            raise GiveWay(Wish(pulse.wish))
        if self.leaving():
            raise GiveWay


@contextmanager
def only_one(
    run: ImportRun, patience: float = PATIENCE, leaving: Callable[[], bool] = lambda: False
) -> Iterator[Lease]:
    """Take the run, and hold its workspace against every other import and undo, on any machine.

    What it stands at is read once more then. A dead process lets go by itself, a frozen one is put
    out. Raises `Busy` if another one is at work for longer than `patience` seconds.
    """
    _lock(run, patience)
    try:
        _take(run)
        heart.begin(run)
        try:
            yield Lease(run, leaving)
        finally:
            heart.end(run)
            _let_go(run)
    finally:
        with contextlib.suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, _key(run)])


def _lock(run: ImportRun, patience: float) -> None:
    latest = time.monotonic() + patience
    while not _locked(run):
        if _is_frozen(run):
            _put_out(_LOCKERS, [LOCK, _key(run)])
        elif time.monotonic() > latest:
            raise Busy(
                f"another import or undo is at work in this workspace; let it finish, then go on"
                f" with import {run.pk}"
            )
        time.sleep(STEP)


def _locked(run: ImportRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, _key(run)])
        return bool(cursor.fetchone()[0])


def _is_frozen(run: ImportRun) -> bool:
    """Whether whoever holds the workspace has given no sign of life for too long."""
    with acting_in(run.workspace_id), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(beat_at) < clock_timestamp() - make_interval(secs => %s) FROM {_TABLE}"
            " WHERE workspace_id = %s",
            [DEAD_AFTER, run.workspace_id],
        )
        return bool(cursor.fetchone()[0])


def _take(run: ImportRun) -> None:
    """Raise the epoch. Whoever still holds the old one in a transaction may end it, but soon."""
    while True:
        try:
            with acting_in(run.workspace_id), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                cursor.execute(f"SELECT FROM {_TABLE} WHERE id = %s FOR UPDATE", [run.pk])
                cursor.execute(
                    f"UPDATE {_TABLE} SET epoch = epoch + 1, beat_at = clock_timestamp()"
                    " WHERE id = %s",
                    [run.pk],
                )
                run.refresh_from_db()
                return
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
                raise
            # the workspace is ours, so that nobody who works has a right to hold on
            _put_out(_NAMED, [_name(run)])


def _let_go(run: ImportRun) -> None:
    """Say that nobody is at it; who was overtaken says nothing."""
    with contextlib.suppress(Error), acting_in(run.workspace_id):
        ImportRun.objects.filter(pk=run.pk, epoch=run.epoch).update(beat_at=None, wish=Wish.NONE)


_LOCKERS = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s"
    " AND objid = %s"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_NAMED = (
    "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"
)


def _put_out(whom: str, parameters: list[int | str]) -> None:
    """End the database's sessions of a process that holds on to what it does not work on."""
    for alias in ("default", "owner"):  # which of them may depends on how the roles were made
        with contextlib.suppress(Error), connections[alias].cursor() as cursor:
            cursor.execute(
                f"SELECT pg_terminate_backend(pid) FROM ({whom}) s WHERE pid <> pg_backend_pid()",
                parameters,
            )
            log.warning("a process that gave no sign of life was put out")
            return


def _name(run: ImportRun) -> str:
    return f"handover import {run.pk}"


def _key(run: ImportRun) -> int:
    """Locks are named by two numbers of 32 bits."""
    return run.workspace_id % 2**31
