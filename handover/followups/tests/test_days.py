"""Which step is due on which day, whatever the zone and the days between."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from handover.followups.days import LATE, Step, due_today, latest, may_go_at, window

TODAY = date(2026, 11, 23)
OFFSETS = st.integers(-70, 70)
STEPS = st.lists(
    st.builds(Step, st.integers(-30, 60), OFFSETS.map(lambda each: TODAY + timedelta(each))),
    max_size=5,
    unique_by=lambda step: step.days,
)


@given(steps=STEPS, late=OFFSETS)
def test_windows_and_steps_say_the_same(steps: list[Step], late: int) -> None:
    """What is looked up by due days is what each invoice by itself is due for, once at most."""
    due_on = TODAY - timedelta(late)
    windows = [(step, window(step, steps, TODAY)) for step in steps]
    found = [step for step, days in windows if days and days[0] <= due_on <= days[1]]
    step = due_today(due_on, steps, TODAY)
    assert found == ([step] if step else [])


@given(steps=STEPS, late=OFFSETS)
def test_a_step_is_never_early_never_older_than_its_rule_and_never_long_past(
    steps: list[Step], late: int
) -> None:
    due_on = TODAY - timedelta(late)
    step = due_today(due_on, steps, TODAY)
    if step is not None:
        assert step == latest(due_on, steps, TODAY)
        assert step.since <= step.day(due_on) <= TODAY
        assert TODAY - step.day(due_on) <= timedelta(LATE)


@given(steps=STEPS, due=OFFSETS, absent=st.integers(0, LATE))
def test_whoever_looks_at_least_every_few_days_misses_no_step(
    steps: list[Step], due: int, absent: int
) -> None:
    """Each step comes on some day, unless the next one comes before anybody looks."""
    due_on = TODAY + timedelta(due)
    seen, day = set(), TODAY - timedelta(150)
    while day < TODAY + timedelta(150):
        seen.add(due_today(due_on, steps, day))
        day += timedelta(absent + 1)
    for step in steps:
        followed = any(0 < other.days - step.days <= absent for other in steps)
        if step.since <= step.day(due_on) and not followed:
            assert step in seen


def test_a_friday_evening_is_not_monday_morning_anywhere() -> None:
    def at(zone: str, moment: datetime) -> bool:
        return may_go_at(moment.astimezone(ZoneInfo(zone)), 9, 17, weekends=False)

    moment = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # a Sunday; Monday in the east
    assert at("Australia/Sydney", moment)  # 9:30
    assert not at("Australia/Perth", moment)  # 6:30
    assert not at("UTC", moment)
    assert at("Pacific/Auckland", moment)  # 11:30
    assert not at("Pacific/Auckland", datetime(2026, 11, 23, 4, 0, tzinfo=UTC))  # 17:00


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # the zone is given beside
def test_hours_go_by_the_wall_through_every_change_of_the_clock(moment: datetime) -> None:
    local = moment.astimezone(ZoneInfo("Australia/Sydney"))
    open_now = may_go_at(local, 9, 17, weekends=True)
    assert open_now == (9 <= int(local.strftime("%H")) < 17)
