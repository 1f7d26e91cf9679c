"""Turns: a long run lets others have theirs, and a worker that is to end keeps none waiting."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

from handover.importing.models import ImportRun

LONGEST_TURN = 300.0  # seconds, if others wait
LOOK_EVERY = 10.0
_OTHERS_WAIT = (
    "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo'"
    " AND (scheduled_at IS NULL OR scheduled_at <= now()))"
)


@dataclass
class Turn:
    """One worker's turn at a run; once it is over it stays so.

    A rehearsal is loaded in one transaction and would begin that anew: it has no end but the
    worker's own.
    """

    run: ImportRun
    leaving: Callable[[], bool]
    longest: float = LONGEST_TURN
    next_look: float = field(init=False)
    over: bool = False

    def __post_init__(self) -> None:
        self.next_look = time.monotonic() + self.longest

    def is_over(self) -> bool:
        """Whether the run is to give way, at the next page, batch or file."""
        if not self.over:
            self.over = self.leaving() or self._has_lasted()
        return self.over

    def _has_lasted(self) -> bool:
        if self.run.rehearsal or time.monotonic() < self.next_look:
            return False
        self.next_look = time.monotonic() + LOOK_EVERY
        with connection.cursor() as cursor:
            cursor.execute(_OTHERS_WAIT)
            return bool(cursor.fetchone()[0])
