"""Pause, resume, cancel and delete: what people ask of a run, whoever works on it, or nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from handover.core.tenancy import acting_in
from handover.importing import jobs, runs
from handover.importing.cliniko.key import ApiKey
from handover.importing.deleting import ask_deleting
from handover.importing.engine.errors import StopImport
from handover.importing.engine.heart import DEAD_AFTER
from handover.importing.kept_key import forget_key, keep_key
from handover.importing.models import ImportRun, State, Wish
from handover.importing.states import MOVES, go


def begin(start: Callable[[], ImportRun]) -> ImportRun:
    """Record a run and submit it, in one transaction: both, or neither."""
    with transaction.atomic():
        run = start()
        jobs.submit(run)
    return run


def pause(run: ImportRun) -> State:
    """Have a run stop where it is; what it is at work on is finished first. Raises `StopImport`.

    Returns what it is now: paused, or as before if its worker has yet to hear of it.
    """
    return _ask(run, Wish.PAUSE, State.PAUSED)


def cancel(run: ImportRun) -> State:
    """End a run; what it has brought stays, and can be undone. Returns as `pause` does."""
    return _ask(run, Wish.CANCEL, State.CANCELLED)


def resume(run: ImportRun, home: Path, key: ApiKey | None = None) -> None:
    """Have workers go on with a run, a rehearsal in earnest. Raises `StopImport`.

    A key that is given takes the place of the kept one.
    """
    runs.resumable(run)
    with _changing(run) as now:
        if _is_held(now):
            if not now.wish:
                raise StopImport(f"import {run.pk} is being worked on already")
            ImportRun.objects.filter(pk=run.pk).update(wish=Wish.NONE)
            return
        runs.refuse_if_over(now)
        if now.state == State.REHEARSED:
            runs.load_rehearsed(now)
        else:
            go(now, State.QUEUED)
        if key is not None:
            keep_key(home, now, key)
        if not now.sealed_key:
            raise StopImport(f"the key of import {run.pk} is no longer kept; give it with --key")
        now.message = ""
        now.save()
        jobs.submit(now)


def submit_delete(run: ImportRun, *, by: str = "") -> None:
    """Have workers delete what a run made and nobody has touched since. Raises `StopImport`."""
    with _changing(run) as now:
        if _is_held(now):
            raise StopImport(f"import {run.pk} is being worked on: cancel it first")
        _refuse_unless_open(now, State.DELETING, "deleted")
        ask_deleting(now, by=by)
        jobs.submit(now)


def _ask(run: ImportRun, wish: Wish, state: State) -> State:
    with _changing(run) as now:
        _refuse_unless_open(now, state, state.label.lower())
        if _is_held(now):
            ImportRun.objects.filter(pk=run.pk).update(wish=wish)
            return State(now.state)
        go(now, state)
        if state == State.CANCELLED:
            forget_key(now)
            now.finished_at = timezone.now()
        now.message = ""
        now.save()
        # whoever was cut off while at work on it must not go on now
        ImportRun.objects.filter(pk=run.pk).update(epoch=now.epoch + 1, wish=Wish.NONE)
        jobs.drop(run.pk)
    return state


@contextmanager
def _changing(run: ImportRun) -> Iterator[ImportRun]:
    """The run as it is, held against others who would change it or begin with it."""
    with transaction.atomic(), acting_in(run.workspace_id):
        yield ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)


def _is_held(run: ImportRun) -> bool:
    """Whether a living process works on it."""
    alive = timezone.now() - timedelta(seconds=DEAD_AFTER)
    return run.beat_at is not None and run.beat_at > alive


def _refuse_unless_open(run: ImportRun, state: State, told: str) -> None:
    if state not in MOVES[State(run.state)]:
        raise StopImport(
            f"import {run.pk} cannot be {told}: it is {run.get_state_display().lower()}"
        )
