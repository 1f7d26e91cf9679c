"""On which day which step is due: plain arithmetic of days, as the practice's clock has them.

Of all steps of one invoice only the latest that has come counts, so that nobody gets five e-mails
at once. A step is due for a few days (a weekend, a worker that was off), and then passed over: the
next one comes. Steps before the day on which a rule was switched on are passed over too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

#: For so many days after its own a step may still go.
LATE = 3
SATURDAY = 5


@dataclass(frozen=True)
class Step:
    """A rule in days: so many after the due day (below nought: before), counted from a day on."""

    days: int
    since: date

    def day(self, due_on: date) -> date:
        """The day on which it is due."""
        return due_on + timedelta(self.days)


def latest(due_on: date, steps: Iterable[Step], today: date) -> Step | None:
    """The last of the steps that has come by today; None before the first."""
    come = [step for step in steps if step.day(due_on) <= today]
    return max(come, key=lambda step: step.days, default=None)


def due_today(due_on: date, steps: Iterable[Step], today: date) -> Step | None:
    """The step that an invoice is to be followed up by now; None if there is none."""
    step = latest(due_on, steps, today)
    if step is None or step.day(due_on) < max(step.since, today - timedelta(LATE)):
        return None
    return step


def window(step: Step, steps: Iterable[Step], today: date) -> tuple[date, date] | None:
    """The due days, first and last, of which this step is `due_today`; None if there are none."""
    first = max(today - timedelta(LATE), step.since) - timedelta(step.days)
    first = max(first, passed_by(step, steps, today))
    last = today - timedelta(step.days)
    return (first, last) if first <= last else None


def passed_by(step: Step, steps: Iterable[Step], today: date) -> date:
    """The first due day of which no later step has come yet."""
    after = [other.days for other in steps if other.days > step.days]
    return today - timedelta(min(after) - 1) if after else date.min


def may_go_at(local: datetime, from_hour: int, until_hour: int, *, weekends: bool) -> bool:
    """Whether it is a time of the day and the week at which people are written to."""
    working = weekends or local.weekday() < SATURDAY
    return working and from_hour <= local.hour < until_hour


def opens_at(
    local: datetime, from_hour: int, until_hour: int, *, weekends: bool
) -> datetime | None:
    """When people are written to next, in the same zone; None if they never are."""
    for ahead in range(8):
        day = local + timedelta(ahead)
        at = day.replace(hour=from_hour, minute=0, second=0, microsecond=0, fold=0)
        if at > local and may_go_at(at, from_hour, until_hour, weekends=weekends):
            return at
    return None
