"""Sweeps: whether one reading of a list, or of a part of it, has missed nothing."""

from datetime import timedelta

from handover.importing.engine import known
from handover.importing.engine.ledger import VANISHED
from handover.importing.engine.lists import Reading
from handover.importing.engine.source import Source
from handover.importing.models import ImportRun

SECOND = 2  # page
CLOCKS_DIFFER = timedelta(seconds=2)  # at most: the source's web server's and its database's
ADDED_MEANWHILE = 500  # records: more are not made while one list is read


def all_came(run: ImportRun, source: Source, reading: Reading) -> tuple[int, bool]:
    """How many different records have come, and whether these are all of the list.

    Call it inside the run's workspace: what only an earlier sweep has seen is marked.
    """
    step = reading.step
    here = known.records(run, step).exclude(reason=VANISHED).count()
    latest = known.seen_last(run, step).count()
    shrunk = reading.has_shrunk or _has_lost_rows(run, source, reading)
    if step.total is None or (here == step.total and not shrunk):
        return here, True
    if latest == step.total and not shrunk:
        known.mark_vanished(run, step)
        return here, True
    return here, False


def _has_lost_rows(run: ImportRun, source: Source, reading: Reading) -> bool:
    """Whether rows were deleted while others were added, so that the total hides it.

    Each row that is deleted from a page already read moves another one up into it, unseen.
    """
    step = reading.step
    if step.sweep_began_at is None or reading.latest is None or step.next_page <= SECOND:
        return False
    since, until = step.sweep_began_at - CLOCKS_DIFFER, reading.latest + CLOCKS_DIFFER
    fresh = known.records(run, step).filter(pk__gt=reading.known)
    newest = fresh.order_by("-pk").values_list("payload", flat=True)
    moments = (source.made_at(each) for each in newest[:ADDED_MEANWHILE])
    added = sum(1 for each in moments if each is not None and since <= each <= until)
    return (step.total or 0) < (step.sweep_total or 0) + added
