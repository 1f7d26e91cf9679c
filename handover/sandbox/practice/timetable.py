"""When appointments are: working days cut into slots, in the local time of each location."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from handover.sandbox.practice.build import Build
from handover.sandbox.practice.services import ROSTER, hours

STEP = 15


@dataclass(frozen=True, slots=True)
class Session:
    """One practitioner's working day at one location."""

    practitioner: int
    business: int
    day: date


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of day, in minutes after local midnight, within a session."""

    session: Session
    minutes: int


def working_days(build: Build) -> list[Session]:
    """Every working day of every practitioner, from the first appointment to the last."""
    first, last = build.start.date(), build.end.date()
    sessions = []
    for offset in range((last - first).days):
        day = first + timedelta(days=offset)
        for person in build.practitioners:
            place = ROSTER[person.number].get(day.weekday())
            if place is not None and (person.left is None or day <= person.left):
                sessions.append(Session(person.number, place, day))
    return sessions


def slots(build: Build, sessions: list[Session], count: int) -> Iterator[Slot]:
    """So many slots, spread evenly over the working days and over each day."""
    total = len(sessions)
    for number, session in enumerate(sessions):
        wanted = (number + 1) * count // total - number * count // total
        if wanted:
            yield from _day_slots(build, session, wanted)


def _day_slots(build: Build, session: Session, wanted: int) -> Iterator[Slot]:
    start, lunch, after, end = (
        _minutes(text) for text in hours(session.practitioner, session.day.weekday())
    )
    morning = lunch - start
    length = morning + end - after - STEP
    cell = length / wanted
    for number in range(wanted):
        offset = int((number + build.rng.random() * 0.6) * cell) // STEP * STEP
        yield Slot(session, start + offset if offset < morning else after + offset - morning)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def begins(build: Build, slot: Slot) -> datetime:
    """The UTC moment at which a slot begins: the clock on the wall of that location decides."""
    hour, minute = divmod(slot.minutes, 60)
    zone = build.businesses[slot.session.business].zone
    return datetime.combine(slot.session.day, time(hour, minute), zone).astimezone(UTC)
