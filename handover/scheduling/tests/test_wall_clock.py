"""What clocks on walls show, on the days on which they are turned too."""

# ruff: noqa: DTZ001 - what a wall shows has no zone

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.scheduling.wall_clock import (
    NoSuchTime,
    abbreviation,
    anywhere,
    beginning_of,
    instant,
    on_wall,
    on_wall_from,
    shown_twice,
    zone_of,
)

SYDNEY, LONDON = ZoneInfo("Australia/Sydney"), ZoneInfo("Europe/London")
LORD_HOWE, PERTH = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Australia/Perth")
#: The last two begin a day at one o'clock when their clocks go forward.
ZONES = [SYDNEY, LONDON, LORD_HOWE, PERTH, ZoneInfo("Asia/Beirut"), ZoneInfo("America/Havana")]
#: Every other day is near one on which clocks are turned.
TURNS = [date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25)]
near = st.sampled_from(TURNS).flatmap(
    lambda day: st.dates(day - timedelta(days=2), day + timedelta(days=2))
)
days = near | st.dates(date(1990, 1, 1), date(2045, 1, 1))
moments_near = st.builds(datetime.combine, near, st.times())
moments = st.datetimes(datetime(1990, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))


@given(moments_near | moments, st.sampled_from(ZONES))
def test_a_moment_without_a_zone_is_shown_as_the_same_one_with_it(
    moment: datetime, zone: ZoneInfo
) -> None:
    assert on_wall_from(moment.replace(tzinfo=None), zone) == on_wall(
        moment.replace(tzinfo=UTC), zone
    )


@pytest.mark.parametrize(
    ("zone", "day", "gone", "next_one"),
    [
        (SYDNEY, (2026, 10, 4), (2, 30), (3, 0)),
        (LONDON, (2026, 3, 29), (1, 30), (2, 0)),
        (LORD_HOWE, (2026, 10, 4), (2, 15), (2, 30)),
    ],
)
def test_a_time_that_the_clock_goes_past_is_refused(
    zone: ZoneInfo, day: tuple[int, int, int], gone: tuple[int, int], next_one: tuple[int, int]
) -> None:
    with pytest.raises(NoSuchTime, match="clocks go forward"):
        instant(datetime(*day, *gone), zone)
    assert on_wall(instant(datetime(*day, *next_one), zone), zone) == datetime(*day, *next_one)


@pytest.mark.parametrize(
    ("zone", "wall", "first"),
    [
        (SYDNEY, datetime(2026, 4, 5, 2, 30), datetime(2026, 4, 4, 15, 30, tzinfo=UTC)),
        (LONDON, datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (LORD_HOWE, datetime(2026, 4, 5, 1, 45), datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
    ],
)
def test_of_a_time_that_the_clock_shows_twice_the_first_is_taken(
    zone: ZoneInfo, wall: datetime, first: datetime
) -> None:
    assert shown_twice(wall, zone)
    assert instant(wall, zone) == first
    later = first + timedelta(minutes=30 if zone is LORD_HOWE else 60)
    assert on_wall(later, zone) == wall
    assert not shown_twice(wall + timedelta(hours=3), zone)


def test_a_time_that_is_left_out_is_not_shown_twice() -> None:
    assert not shown_twice(datetime(2026, 10, 4, 2, 30), SYDNEY)


@given(days, st.sampled_from(ZONES))
def test_a_day_begins_when_the_wall_first_shows_it(day: date, zone: ZoneInfo) -> None:
    begins = beginning_of(day, zone)
    assert on_wall(begins, zone).date() == day
    assert on_wall(begins - timedelta(seconds=1), zone).date() < day


@given(days, st.integers(0, 41), st.sampled_from(ZONES), st.floats(0, 1))
def test_every_instant_of_some_days_lies_in_their_range(
    first: date, more: int, zone: ZoneInfo, part: float
) -> None:
    last = first + timedelta(days=more)
    begins, ends = beginning_of(first, zone), beginning_of(last + timedelta(days=1), zone)
    moment = begins + (ends - begins - timedelta(microseconds=1)) * part
    assert first <= on_wall(moment, zone).date() <= last
    start, end = anywhere(first, last)
    assert start <= moment < end


@given(moments, st.sampled_from(ZONES))
def test_what_the_wall_shows_leads_back_to_its_instant(moment: datetime, zone: ZoneInfo) -> None:
    wall = on_wall(moment, zone)
    back = instant(wall, zone)
    assert back <= moment
    assert back == moment or shown_twice(wall, zone)
    assert on_wall(back, zone) == wall


def test_an_unknown_zone_gives_way_to_the_practices_own() -> None:
    assert zone_of("Nowhere", "Australia/Sydney") == SYDNEY
    assert zone_of("Perth") == PERTH
    assert zone_of("", "") == ZoneInfo("UTC")


def test_a_clock_says_whether_it_was_turned() -> None:
    assert abbreviation(datetime(2026, 1, 1, tzinfo=UTC), SYDNEY) == "AEDT"
    assert abbreviation(datetime(2026, 7, 1, tzinfo=UTC), SYDNEY) == "AEST"
