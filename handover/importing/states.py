"""Where a run may go from where it stands: one table, which nothing goes round."""

from handover.importing.models import ImportRun, State

S = State
#: A run that is being worked on may be asked to stop, may have to wait, or may go wrong.
_ANY_TIME = {S.QUEUED, S.PAUSED, S.CANCELLED, S.NEEDS_ATTENTION, S.FAILED, S.DELETING}
_AGAIN = {S.QUEUED, S.FETCHING, S.NEEDS_ATTENTION, S.FAILED, S.DELETING}
_OVER = {S.REHEARSED, S.DONE, S.PARTLY_DONE}

MOVES: dict[State, set[State]] = {
    S.DRAFT: {S.QUEUED},  # one that is given up is deleted: it has brought nothing
    S.QUEUED: {S.FETCHING, *_ANY_TIME},
    S.FETCHING: {S.FETCHING, S.LOADING, *_OVER, *_ANY_TIME},
    S.LOADING: {S.FETCHING, S.FILES, *_OVER, *_ANY_TIME},
    S.FILES: {S.FETCHING, S.DONE, S.PARTLY_DONE, *_ANY_TIME},
    S.REHEARSED: {S.CANCELLED, *_AGAIN},
    S.PAUSED: {S.PAUSED, S.CANCELLED, *_AGAIN},
    S.DONE: {S.NEEDS_ATTENTION, S.DELETING},  # what failed may be tried again
    S.PARTLY_DONE: _AGAIN,
    S.NEEDS_ATTENTION: {S.PAUSED, S.CANCELLED, S.DONE, S.PARTLY_DONE, *_AGAIN},
    S.CANCELLED: {S.DELETING},
    S.FAILED: {S.CANCELLED, *_AGAIN},
    S.DELETING: {S.DELETING, S.DELETED, S.NEEDS_ATTENTION, S.FAILED},
    S.DELETED: set(),
}
#: What a worker goes on with by itself, whatever became of the one before it.
AT_WORK = (S.QUEUED, S.FETCHING, S.LOADING, S.FILES, S.DELETING)
#: A partly done import may be resumed with the key of somebody who may read the rest.
ENDED = (S.DONE, S.CANCELLED, S.DELETED)
#: The key is not needed any more.
FORGETS_KEY = (S.DONE, S.PARTLY_DONE, S.CANCELLED, S.DELETED)


class NoSuchMove(Exception):
    """A run was to go where the table has no way: a fault of ours."""


def go(run: ImportRun, state: State) -> None:
    """Move a run; the caller saves it. Raises `NoSuchMove`."""
    if state not in MOVES[State(run.state)]:
        raise NoSuchMove(f"import {run.pk} cannot go from {run.state} to {state.value}")
    run.state = state
