"""Times that could be booked, and whether appointments collide: simple, yet from real records."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.model import Practice, linked_id, stamp

WEEK = timedelta(days=7)
BOOKED = ("individual_appointments", "group_appointments", "unavailable_blocks")


class BadTimeFrame(ValueError):
    """``from`` and ``to`` are missing, too far apart or in the past."""


def read_frame(first: str, last: str, today: date) -> tuple[date, date]:
    """Check ``from`` and ``to``."""
    message = "Invalid time frame definition. Please check from/to param limitations."
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as problem:
        raise BadTimeFrame(message) from problem
    if begin < today or end < begin or end - begin > WEEK:
        raise BadTimeFrame(message)
    return begin, end


def can_be_booked_online(practice: Practice, business: str, person: str, kind: str) -> bool:
    """Whether place, practitioner and type exist, belong together and are shown online."""
    names = (("businesses", business), ("practitioners", person), ("appointment_types", kind))
    try:
        found = [practice.find(name, record_id) for name, record_id in names]
    except KeyError:
        return False
    return (
        all(record.get("show_in_online_bookings") for record in found)
        and business in practice.practitioner_businesses.get(person, [])
        and kind in practice.practitioner_types.get(person, [])
    )


def free_times(
    practice: Practice, business: str, person: str, kind: str, frame: tuple[date, date]
) -> list[str]:
    """UTC starts within the roster at which nothing else is booked."""
    minutes = practice.find("appointment_types", kind)["duration_in_minutes"]
    length = timedelta(minutes=int(str(minutes)))
    taken = list(_taken(practice, person, frame))
    return [
        stamp(start)
        for start in sorted(_starts(practice, business, person, frame, length))
        if not any(begin < stamp(start + length) and end > stamp(start) for begin, end in taken)
    ]


def collides(practice: Practice, record: Record) -> bool:
    """Whether a practitioner has something else at the same time."""
    person = linked_id(record.get("practitioner"))
    begins, ends = str(record["starts_at"]), str(record["ends_at"])
    for name in BOOKED:
        for other in practice.records.get(name, []):
            if other is record or other.get("archived_at") or other.get("cancelled_at"):
                continue
            if (
                str(other["starts_at"]) < ends
                and str(other["ends_at"]) > begins
                and linked_id(other.get("practitioner")) == person
            ):
                return True
    return False


def _taken(practice: Practice, person: str, frame: tuple[date, date]) -> Iterator[tuple[str, str]]:
    first = (frame[0] - timedelta(days=1)).isoformat()
    last = (frame[1] + timedelta(days=2)).isoformat()
    for name in BOOKED:
        for row in practice.records.get(name, []):
            if row.get("archived_at") or row.get("cancelled_at"):
                continue
            begins = str(row["starts_at"])
            if first <= begins < last and linked_id(row.get("practitioner")) == person:
                yield begins, str(row["ends_at"])


def _starts(
    practice: Practice, business: str, person: str, frame: tuple[date, date], length: timedelta
) -> Iterator[datetime]:
    roster = [
        row
        for row in practice.records.get("daily_availabilities", [])
        if linked_id(row.get("practitioner")) == person
        and linked_id(row.get("business")) == business
    ]
    for offset in range((frame[1] - frame[0]).days + 1):
        day = frame[0] + timedelta(days=offset)
        for row in roster:
            if row["day_of_week"] == (day.weekday() + 1) % 7:
                yield from _within(row, day, length)


def _within(row: Record, day: date, length: timedelta) -> Iterator[datetime]:
    zone = ZoneInfo(str(row["time_zone_identifier"]))
    spans: Json = row["availabilities"]
    for span in spans if isinstance(spans, list) else []:
        if not isinstance(span, dict):
            continue
        start = datetime.combine(day, time.fromisoformat(str(span["starts_at"])), zone)
        end = datetime.combine(day, time.fromisoformat(str(span["ends_at"])), zone)
        moment, last = start.astimezone(UTC), end.astimezone(UTC) - length
        while moment <= last:
            yield moment
            moment += length
