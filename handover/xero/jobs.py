"""What a worker does for one workspace's Xero: what was asked first, then the push.

A job says no more than "look after this one": what is to be done stands in rows, so that a job may
come late, twice, or again after its worker has died. One process at a time works for a workspace.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import TimeDeltaParams

from handover.core.tenancy import acting_in
from handover.core.worker import leaving
from handover.xero import looking
from handover.xero.consent import Desk, State, forget, give_up
from handover.xero.models import XeroConnection, XeroErrand, XeroPush
from handover.xero.problems import Interrupted, Later, NotConnected, XeroProblem
from handover.xero.pushing import Push, note_wait

QUEUE = "xero"
LOCK = 4_817_351  # any number of ours: it keeps the locks of Xero apart from others
MOST_TRIES = 5
MOST_PUSH_TRIES = 12
LONGEST_BACKOFF = 900.0
FAULT = "This is a fault of ours: {}. Try again, or tell support."
LOST = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)

log = logging.getLogger(__name__)


@app.task(name="xero.look_after", queue=QUEUE)
def look_after(workspace_id: int) -> None:
    """Do what is asked for in this workspace."""
    environment = settings.ENVIRONMENT
    work(Desk(environment.xero, environment.home, workspace_id))


def nudge(workspace_id: int, seconds: float = 0.0) -> None:
    """Have a worker look after this workspace's Xero, once the caller's transaction is there."""
    due = TimeDeltaParams(seconds=int(seconds) + 1) if seconds else None
    name = f"xero-{workspace_id}"
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job = look_after.configure(
            lock=name, queueing_lock=f"{name}-later" if seconds else name, schedule_in=due
        )
        job.defer(workspace_id=workspace_id)


def work(desk: Desk, halt: Callable[[], bool] = leaving.is_set) -> None:
    """Do what waits, for as long as something does. Raises nothing that Xero may answer."""
    try:
        with _alone(desk.workspace_id) as mine:
            if mine:
                while errand := _next_errand(desk):
                    _do(desk, errand)
                _push(desk, halt)
    except Interrupted:
        pass  # a sweep finds what is left
    except LOST as problem:
        log.warning("work with Xero lost the database (%s)", type(problem).__name__)
    finally:
        connections.close_all()


@contextlib.contextmanager
def _alone(workspace_id: int) -> Iterator[bool]:
    """Whether no other process works for this workspace; the lock goes with the process."""
    numbers = [LOCK, workspace_id % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)


# errands


def _next_errand(desk: Desk) -> XeroErrand | None:
    with acting_in(desk.workspace_id):
        waiting = XeroErrand.objects.filter(state=XeroErrand.State.WAITING).order_by("pk")
        found = waiting.first()
        if found is not None:
            found.tries += 1
            found.save(update_fields=["tries"])
    return found


def _do(desk: Desk, errand: XeroErrand) -> None:
    """Do an errand, and note what came of it."""
    try:
        DOING[XeroErrand.Kind(errand.kind)](desk)
    except (Interrupted, *LOST):
        raise
    except Later as problem:
        if errand.tries < MOST_TRIES and not leaving.wait(min(problem.seconds, 2.0)):
            return  # it is still waiting, and is the next one
        _end(errand, str(problem))
    except XeroProblem as problem:
        _lost(desk, problem)
        _end(errand, str(problem))
    except Exception as problem:  # noqa: BLE001  # whatever it is, the page must say so
        log.error("errand %s failed: %s", errand.pk, type(problem).__name__)  # noqa: TRY400  # a trace may quote a record
        _end(errand, FAULT.format(type(problem).__name__))
    else:
        _end(errand, "")


def _end(errand: XeroErrand, message: str) -> None:
    with acting_in(errand.workspace_id):
        errand.state = XeroErrand.State.FAILED if message else XeroErrand.State.DONE
        errand.message, errand.finished_at = message, timezone.now()
        errand.save(update_fields=["state", "message", "finished_at"])
        if message and errand.kind == XeroErrand.Kind.EXCHANGE:
            row = XeroConnection.objects.select_for_update().get()
            if row.state == State.EXCHANGING:
                give_up(row, message)


def _lost(desk: Desk, problem: XeroProblem) -> None:
    """Note that the consent is gone, where it is."""
    if isinstance(problem, NotConnected):
        with acting_in(desk.workspace_id):
            row = XeroConnection.objects.select_for_update().first()
            if row is not None and row.state in {State.CONNECTED, State.CHOOSING}:
                forget(row, State.LOST, str(problem))


def _disconnect(desk: Desk) -> None:
    """Give the consent back; where Xero cannot be asked, forget it all the same."""
    with acting_in(desk.workspace_id):
        number = XeroConnection.objects.get().connection_id
    message = ""
    try:
        desk.revoke(number)
    except XeroProblem:
        message = (
            "Xero could not be told: disconnect Handover there, too (Settings, Connected apps)."
        )
    with acting_in(desk.workspace_id):
        row = XeroConnection.objects.select_for_update().get()
        row.organisations, row.connection_id = [], ""
        forget(row, State.NONE, message)


DOING: dict[XeroErrand.Kind, Callable[[Desk], None]] = {
    XeroErrand.Kind.EXCHANGE: looking.connect,
    XeroErrand.Kind.READ: looking.read,
    XeroErrand.Kind.PROBE: looking.probe,
    XeroErrand.Kind.DISCONNECT: _disconnect,
}


# the push


def _push(desk: Desk, halt: Callable[[], bool]) -> None:
    """Carry on the push that is to be carried on, as far as it goes."""
    with acting_in(desk.workspace_id):
        now = XeroPush.objects.filter(kind=XeroPush.Kind.API).select_for_update()
        push = now.filter(state__in=(XeroPush.State.QUEUED, XeroPush.State.WORKING)).first()
        if push is None or (
            push.waits_until
            and push.state == XeroPush.State.QUEUED
            and push.waits_until > timezone.now()
        ):
            return
        push.state, push.waits_until = XeroPush.State.WORKING, None
        push.tries += 1
        push.save(update_fields=["state", "waits_until", "tries"])
    log.info("push %s: taken", push.pk)
    _attempt(desk, push, halt)


def _attempt(desk: Desk, push: XeroPush, halt: Callable[[], bool]) -> None:
    client = looking.client_of(desk, push.tenant_id)
    client.allowance.on_wait = lambda seconds: note_wait(push, seconds)
    try:
        with client:
            Push(push, client, halt).carry_on()
    except (Interrupted, *LOST):
        raise
    except Later as problem:
        _put_off(push, problem)
    except XeroProblem as problem:
        _lost(desk, problem)
        _stand(push, str(problem))
    except Exception as problem:  # noqa: BLE001  # whatever it is, the page must say so
        log.error("push %s failed: %s", push.pk, type(problem).__name__)  # noqa: TRY400  # a trace may quote a record
        _stand(push, FAULT.format(type(problem).__name__))


def _put_off(push: XeroPush, problem: Later) -> None:
    """Go on by itself by and by; after many times that got nowhere, a person is asked."""
    if push.tries >= MOST_PUSH_TRIES:
        _stand(push, str(problem))
        return
    seconds = max(problem.seconds, min(LONGEST_BACKOFF, 0.5 * 2**push.tries))
    until = timezone.now() + timedelta(seconds=seconds)
    with acting_in(push.workspace_id):
        found = XeroPush.objects.filter(pk=push.pk, state=XeroPush.State.WORKING)
        found.update(state=XeroPush.State.QUEUED, waits_until=until, message=str(problem))
        nudge(push.workspace_id, seconds)


def _stand(push: XeroPush, message: str) -> None:
    with acting_in(push.workspace_id):
        found = XeroPush.objects.filter(pk=push.pk, state=XeroPush.State.WORKING)
        found.update(state=XeroPush.State.ATTENTION, message=message, waits_until=None)
