"""One allowance of requests for each key, whichever processes and machines use it.

Each of the requests that Cliniko allows in a minute is a row: a *place*, free from some moment on.
Whoever sends a request takes one that is free, for as long as a request may last; when the answer
has come, it is free one window later. So any window holds as many requests as there are places,
whoever sends them, and what a process that died had taken comes back by itself. The database's
clock counts.

A key is known by its fingerprint, which nobody can make a key of.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, connections
from django.db.models import Q
from django.db.models.functions import Now

from handover.core import bulk
from handover.core.tenancy import acting_in
from handover.importing.cliniko.gate import (
    CLINIKO_WINDOW,
    MARGIN,
    Gate,
    OnWait,
    Pause,
    lowered_to,
    pause,
)
from handover.importing.cliniko.problems import Interrupted
from handover.importing.models import Allowance, ImportRun, Place

#: How long a request may be under way at most, with all that a slow machine adds to it.
LONGEST_REQUEST = 330.0
_SOON = 0.02  # others are just taking what is free
_KEPT = timedelta(days=2)
T = TypeVar("T")

_TAKE = """
WITH allowed AS (
    SELECT a.name, clock_timestamp() AS now, a.held_until,
        CASE WHEN a.lowered_until > clock_timestamp() THEN least(a.lowered, %(limit)s)
        ELSE %(limit)s END AS places, a.lowered_until
    FROM importing_allowance a WHERE a.name = %(name)s
), free AS (
    SELECT p.id FROM importing_place p, allowed
    WHERE p.allowance_id = allowed.name AND p.number <= allowed.places AND p.free_at <= allowed.now
        AND coalesce(allowed.held_until <= allowed.now, true)
    ORDER BY p.number LIMIT 1 FOR UPDATE OF p SKIP LOCKED
), taken AS (
    UPDATE importing_place p SET free_at = allowed.now + make_interval(secs => %(lease)s)
    FROM free, allowed WHERE p.id = free.id RETURNING p.number
)
SELECT (SELECT number FROM taken), extract(epoch FROM greatest(
    held_until - now,
    least(
        (SELECT min(p.free_at) FROM importing_place p
            WHERE p.allowance_id = allowed.name AND p.number <= allowed.places) - now,
        CASE WHEN lowered_until > now THEN lowered_until - now END,
        make_interval(secs => %(window)s)
    )))
FROM allowed
"""
_GIVE_BACK = """
UPDATE importing_place SET free_at = clock_timestamp() + make_interval(secs => %(window)s)
WHERE allowance_id = %(name)s AND number = %(number)s
"""
_MAKE = """
WITH made AS (INSERT INTO importing_allowance (name) VALUES (%(name)s) ON CONFLICT DO NOTHING)
INSERT INTO importing_place (allowance_id, number, free_at)
SELECT %(name)s, number, '-infinity' FROM generate_series(1, %(limit)s) AS number
ON CONFLICT DO NOTHING
"""
_HOLD = """
UPDATE importing_allowance SET
    held_until = greatest(held_until, clock_timestamp() + make_interval(secs => %(seconds)s))
WHERE name = %(name)s
"""
_LOWER = """
UPDATE importing_allowance SET lowered = %(lowered)s,
    lowered_until = held_until + make_interval(secs => %(window)s)
WHERE name = %(name)s
"""


class Line:
    """A process's own connection to the database for its gates: short statements, one by one.

    It is there while somebody uses it, inside a `with`. Threads that ask wait for their turn.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._thread: ThreadPoolExecutor | None = None

    def ask(self, question: Callable[[], T]) -> T | None:
        """Do it, in the line's thread; None once nobody uses the line any more."""
        with self._lock:
            if not self._users:
                return None
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "gate")
            answer = self._thread.submit(_fresh, question)
        return answer.result()

    @property
    def is_used(self) -> bool:
        """Whether somebody uses it."""
        return self._users > 0

    def __enter__(self) -> "Line":
        with self._lock:
            self._users += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            thread = None if self._users else self._thread
            self._thread = self._thread if self._users else None
        if thread is not None:
            thread.submit(connections.close_all)
            thread.shutdown(wait=True)


def _fresh(question: Callable[[], T]) -> T:
    """On a connection that stays: one for each statement takes many times as long as the rest."""
    if connection.connection is None or connection.errors_occurred:
        connection.close()
        bulk.never_hurry_commits()
    return question()


LINE = Line()


class SharedGate(Gate):
    """A moving window over the requests of one key, for all processes on one database.

    `name` stands for the key; `limit` requests in `window` seconds, one at least. It works inside
    `with line`.
    """

    def __init__(
        self,
        name: str,
        limit: int,
        window: float = CLINIKO_WINDOW,
        *,
        margin: float = MARGIN,
        line: Line = LINE,
        sleep: Pause = pause,
        **more: Callable[[float, float], float],
    ) -> None:
        super().__init__(sleep=sleep, **more)
        self._line, self._made = line, False
        self._mine = threading.local()
        window += margin
        self._limit = limit
        self._facts: dict[str, str | float] = {
            "name": name,
            "limit": limit,
            "window": window,
            "lease": LONGEST_REQUEST + window,
        }

    @property
    def held_for(self) -> float:
        """Seconds for which the server's word still holds every request back."""
        rows = self._ask(
            "SELECT greatest(extract(epoch FROM held_until - clock_timestamp()), 0)"
            " FROM importing_allowance WHERE name = %(name)s"
        )
        return float(rows[0][0] or 0.0) if rows else 0.0

    def _take(self) -> float:
        if not self._made:
            self._ask(_MAKE)
            self._made = True
        rows = self._ask(_TAKE)
        if not rows:
            if not self._line.is_used:
                raise Interrupted  # the work is being put away
            self._made = False  # nobody had used the key for days, and it was swept
            return _SOON
        number, wait = rows[0]
        if number is None:
            return max(float(wait or 0.0), _SOON)
        self._mine.number = number
        return 0.0

    def _give_back(self) -> None:
        self._ask(_GIVE_BACK, number=self._mine.number)

    def _hold(self, seconds: float, *, refused: bool) -> None:
        self._ask(_HOLD, seconds=seconds)
        if refused:
            used = self._used() - 1
            if used < self._limit:
                # Somebody else spends from the same allowance: leave them their part for a while.
                self._ask(_LOWER, lowered=lowered_to(used, self._limit))

    def _used(self) -> int:
        rows = self._ask(
            "SELECT count(*) FROM importing_place"
            " WHERE allowance_id = %(name)s AND free_at > clock_timestamp()"
        )
        return rows[0][0] or 0 if rows else 0

    def _ask(self, statement: str, **more: float) -> list[tuple[int | None, float | None]]:
        def ask() -> list[tuple[int | None, float | None]]:
            with connection.cursor() as cursor:
                cursor.execute(statement, {**self._facts, **more})
                return list(cursor.fetchall()) if cursor.description else []

        return self._line.ask(ask) or []


@contextmanager
def noting_waits(run: ImportRun, on_wait: OnWait | None, line: Line = LINE) -> Iterator[OnWait]:
    """Tell `on_wait`, and write on the run at most once a second until when it waits."""
    written = [float("-inf")]

    def note(until: datetime | None) -> None:
        with acting_in(run.workspace_id):
            ImportRun.objects.filter(pk=run.pk).update(waits_until=until)

    def waiting(until: datetime) -> None:
        if on_wait is not None:
            on_wait(until)
        if time.monotonic() - written[0] >= 1.0:
            written[0] = time.monotonic()
            line.ask(lambda: note(until))

    with line:
        yield waiting


def forget_allowances() -> int:
    """Delete the allowances of keys that nobody has used for two days. A sweep."""
    idle = Q(held_until=None) | Q(held_until__lt=Now() - _KEPT)
    used = Place.objects.filter(free_at__gt=Now() - _KEPT).values("allowance")
    count, _ = Allowance.objects.filter(idle).exclude(pk__in=used).delete()
    return count
