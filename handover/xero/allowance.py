"""Xero's limits, kept by all processes together: so many requests a minute, a day, and at once.

They are of an organisation, whichever practice asks. Each request is a row while it counts; the
database's clock counts. What a process that died had begun counts as under way for as long as a
request may last.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from handover.core.worker import leaving
from handover.xero.models import XeroCall
from handover.xero.place import XeroPlace
from handover.xero.problems import Interrupted, Later

AT_ONCE = 5
LONGEST_CALL = 70.0  # seconds that a request may be under way, with all its time-outs
LONGEST_WAIT = 90.0  # what lasts longer is a matter of hours: the work is put off
MARGIN = 1.0  # seconds: clocks and networks are not exact
WORTH_TELLING = 2.0

# its first question locks the organisation's row: one after the other takes a place
_HELD = """
INSERT INTO xero_xeroallowance AS a (tenant_id) VALUES (%(tenant)s)
ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = excluded.tenant_id
RETURNING extract(epoch FROM a.held_until - clock_timestamp())
"""
_TAKE = """
WITH calls AS (SELECT begun_at, ended_at, clock_timestamp() AS now FROM xero_xerocall
  WHERE tenant_id = %(tenant)s AND begun_at > clock_timestamp() - interval '1 day'),
waits AS (SELECT extract(epoch FROM greatest(
  (SELECT coalesce(ended_at, now) + make_interval(secs => 60 + %(margin)s) - now FROM calls
    WHERE %(minute)s > 0 AND coalesce(ended_at, now) > now - make_interval(secs => 60 + %(margin)s)
    ORDER BY coalesce(ended_at, now) DESC OFFSET greatest(%(minute)s - 1, 0) LIMIT 1),
  (SELECT begun_at + interval '1 day' - now FROM calls WHERE %(day)s > 0
    ORDER BY begun_at DESC OFFSET greatest(%(day)s - 1, 0) LIMIT 1),
  (SELECT interval '0.1 second' FROM calls WHERE %(minute)s > 0 AND ended_at IS NULL
    AND begun_at > now - make_interval(secs => %(longest)s) OFFSET %(at_once)s - 1 LIMIT 1)))
  AS seconds),
taken AS (INSERT INTO xero_xerocall (tenant_id, begun_at)
  SELECT %(tenant)s, clock_timestamp() FROM waits WHERE coalesce(seconds, 0) <= 0 RETURNING id)
SELECT (SELECT id FROM taken), coalesce((SELECT seconds FROM waits), 0)
"""
_HOLD = """
UPDATE xero_xeroallowance SET
  held_until = greatest(held_until, clock_timestamp() + make_interval(secs => %(seconds)s))
WHERE tenant_id = %(tenant)s
"""


@dataclass
class Allowance:
    """What one organisation allows; `on_wait` is told of waits that are worth telling (seconds)."""

    tenant: str
    minute: int
    day: int
    on_wait: Callable[[float], None] = lambda _: None
    pause: Callable[[float], bool] = field(default=leaving.wait)

    @classmethod
    def at(cls, place: XeroPlace, tenant: str) -> "Allowance":
        """By the settings of the installation."""
        return cls(tenant, place.minute, place.day)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Room for one request; waits for it. Raises `Later` and `Interrupted`."""
        number, wait = self._take()
        while number is None:
            self._wait(wait)
            number, wait = self._take()
        try:
            yield
        finally:
            XeroCall.objects.filter(pk=number).update(ended_at=Now())

    def hold(self, seconds: float) -> None:
        """Hold back everybody who asks this organisation: Xero has said so."""
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, {"tenant": self.tenant, "seconds": seconds})

    def _wait(self, seconds: float) -> None:
        if seconds > LONGEST_WAIT:
            raise Later("Xero allows no more requests for now", seconds)
        if seconds > WORTH_TELLING:
            self.on_wait(seconds)
        if self.pause(seconds):
            raise Interrupted

    def _take(self) -> tuple[int | None, float]:
        """The number of the request's row, or None and for how many seconds there is no room."""
        facts: dict[str, str | int | float] = {
            "tenant": self.tenant,
            "minute": self.minute,
            "day": self.day,
            "at_once": AT_ONCE,
            "margin": MARGIN,
            "longest": LONGEST_CALL,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_HELD, facts)
            held = float(cursor.fetchone()[0] or 0.0)
            if held > 0:
                return None, held
            cursor.execute(_TAKE, facts)
            number, wait = cursor.fetchone()
            return number, float(wait)


def forget_calls() -> int:
    """Delete the requests that count against no limit any more. A sweep."""
    count, _ = XeroCall.objects.filter(begun_at__lt=Now() - timedelta(days=2)).delete()
    return count
