"""Days and times as the clock on the wall of a place shows them, and the instants behind them.

A clock that goes forward leaves times out, and one that goes back shows some twice: what a person
reads and types is of the wall, what is stored and compared is an instant, and only this module goes
from one to the other.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from handover.core.zones import identifier

#: How far the clocks of the world are from UTC at most, ahead of it and behind it.
AHEAD, BEHIND = timedelta(hours=14), timedelta(hours=12)
DAY = timedelta(days=1)
THIS_AGE = 2026  # a year of the rules that hold today


class NoSuchTime(Exception):
    """The clocks go forward past this time on this day; the text says so, for people."""


@cache
def zone_of(name: str, otherwise: str = "") -> ZoneInfo:
    """The zone of this name, or label; else that of the other name; else UTC."""
    return ZoneInfo(identifier(name) or identifier(otherwise) or "UTC")


def on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows at an instant: a time without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def on_wall_from(bare: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows at an instant that is given in UTC, without saying so."""
    ahead = _ahead_all_day(bare.date(), zone)
    return _on_wall_from(bare, zone) if ahead is None else bare + ahead


def _on_wall_from(bare: datetime, zone: ZoneInfo) -> datetime:
    return zone.fromutc(bare.replace(tzinfo=zone)).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=4096)  # days: worked out for each instant, a week of a thousand takes 8 ms
def _ahead_all_day(day: date, zone: ZoneInfo) -> timedelta | None:
    """How far a clock is ahead of UTC on a day of UTC; None if it is put forward or back on it."""
    midnight = datetime.combine(day, time.min)
    hours = (midnight + timedelta(hours=each) for each in range(25))
    found = {_on_wall_from(each, zone) - each for each in hours}
    return found.pop() if len(found) == 1 else None


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the clock shows this; the first one, if it does so twice.

    Raises `NoSuchTime` if it never does.
    """
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if on_wall(found, zone) != wall:
        raise NoSuchTime(
            _("There is no %(time)s on %(day)s at this place: the clocks go forward past it.")
            % {"time": f"{wall:%H:%M}", "day": f"{wall:%d/%m/%Y}"}
        )
    return found


def shown_twice(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock shows this time twice, because it goes back."""
    if not _is_turned(wall.date(), zone):
        return False
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second and on_wall(wall.replace(tzinfo=zone).astimezone(UTC), zone) == wall


@cache
def _is_turned(day: date, zone: ZoneInfo) -> bool:
    """Whether the clock is put forward or back on a day or at its edges."""
    noon = datetime.combine(day, time(12), zone)
    before, after = (noon + timedelta(days=days) for days in (-1, 1))
    return before.utcoffset() != after.utcoffset()


def beginning_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, of a day at a place."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def anywhere(first: date, last: date) -> tuple[datetime, datetime]:
    """From when to before when it may be one of these days at some place of the world."""
    start = datetime.combine(first, time.min, UTC) - AHEAD
    end = datetime.combine(last, time.min, UTC) + DAY + BEHIND
    return start, end


@cache
def same_clock(one: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether the clocks of two zones show the same all year round, as Sydney's and Melbourne's."""
    if one.key == other.key:
        return True
    moments = (datetime(THIS_AGE, month, 1, tzinfo=UTC) for month in range(1, 13))
    return all(
        each.astimezone(one).utcoffset() == each.astimezone(other).utcoffset() for each in moments
    )


def abbreviation(moment: datetime, zone: ZoneInfo) -> str:
    """How the zone's clock is called at this instant: `AEDT`, or `+1030` where it has no name."""
    return moment.astimezone(zone).strftime("%Z")
