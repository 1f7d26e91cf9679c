"""Appointments that repeat: one of them changed or cancelled, those after it, or all to come."""

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client as Browser

from handover.accounts.models import AuditEntry
from handover.core.tenancy import acting_in
from handover.scheduling.models import Appointment, Status
from handover.scheduling.operations import Repeat, book, set_attendance, wall_time
from tests.diary import Diary

FOUND, TIMES = 302, 4
#: A Monday to come.
FIRST = datetime.combine(date(2126, 11, 25), time())


@pytest.fixture
def booked(diary: Diary) -> list[Appointment]:
    """Ann comes on four Mondays at half past nine."""
    with acting_in(diary.workspace.pk):
        book(diary.slot("09:30", day=FIRST), diary.ann, repeat=Repeat(1, TIMES - 1))
        return list(Appointment.objects.order_by("starts_at"))


def form(appointment: Appointment, **other: object) -> dict[str, object]:
    """Its form as it stands, with something other."""
    starts = wall_time(appointment)
    given = {
        "revision": appointment.revision,
        "service": appointment.service_id,
        "practitioner": appointment.practitioner_id,
        "location": appointment.location_id,
        "day": starts.date(),
        "time": f"{starts:%H:%M}",
        "minutes": 45,
        "notes": "",
    }
    return given | other


def stand(diary: Diary) -> list[tuple[int, str, str]]:
    """Which Monday or other day of the series each is on, when, and how it stands."""
    with acting_in(diary.workspace.pk):
        rows = list(Appointment.objects.order_by("pk"))
        walls = [wall_time(each) for each in rows]
    return [
        ((wall - FIRST).days, f"{wall:%H:%M}", each.status)
        for wall, each in zip(walls, rows, strict=True)
    ]


def test_this_one_and_those_after_it_move_as_far_on_the_wall(
    diary: Diary, reception: Browser, booked: list[Appointment]
) -> None:
    second = booked[1]
    path = f"/appointments/{second.pk}/edit/"
    assert "3 others are still to come." in reception.get(path).text
    day = wall_time(second).date() + timedelta(days=1)
    told = form(second, day=day, time="11:00", practitioner=diary.noel.pk, reach="later")
    page = reception.post(path, told, follow=True)
    assert "Saved 3 times" in page.text
    assert stand(diary) == [
        *((0, "09:30", "booked"), (8, "11:00", "booked"), (15, "11:00", "booked")),
        (22, "11:00", "booked"),
    ]
    with acting_in(diary.workspace.pk):
        assert Appointment.objects.filter(practitioner=diary.noel).count() == TIMES - 1
        assert AuditEntry.objects.filter(action="changed", record="appointment").count() == 3


def test_a_series_is_not_in_its_own_way_and_meets_others_once(
    diary: Diary, reception: Browser, booked: list[Appointment]
) -> None:
    first = booked[0]
    path = f"/appointments/{first.pk}/edit/"
    a_week_on = form(first, day=(FIRST + timedelta(days=7)).date(), reach="all")
    assert reception.post(path, a_week_on).status_code == FOUND
    assert [days for days, _time, _status in stand(diary)] == [7, 14, 21, 28]
    with acting_in(diary.workspace.pk):
        book(diary.slot("14:00", day=FIRST + timedelta(days=21)), diary.ben)
    now = diary.fresh(first)
    wish = form(now, time="14:00", reach="all")
    question = reception.post(path, wish).context["question"]
    assert len(question.clashes) == 1
    assert [time for _days, time, _status in stand(diary)][:TIMES] == ["09:30"] * TIMES
    assert reception.post(path, wish | {"confirmed": question.names}).status_code == FOUND
    assert [time for _days, time, _status in stand(diary)][:TIMES] == ["14:00"] * TIMES


def test_cancelling_those_after_it_leaves_what_was_before_and_what_somebody_came_to(
    diary: Diary, reception: Browser, booked: list[Appointment]
) -> None:
    came = diary.attendance(booked[2])
    with acting_in(diary.workspace.pk):
        set_attendance(came.pk, came.revision, Status.ARRIVED)
    told = {"revision": booked[1].revision, "reason": "Moved away", "reach": "later"}
    path = f"/appointments/{booked[1].pk}/cancel/"
    assert "2 appointments are cancelled." in reception.post(path, told, follow=True).text
    found = [status for _days, _time, status in stand(diary)]
    assert found == ["booked", "cancelled", "arrived", "cancelled"]


def test_nothing_that_is_over_is_touched_and_no_one_is_asked_where_nothing_is_to_come(
    diary: Diary, reception: Browser
) -> None:
    long_ago = datetime.combine(date(2020, 1, 6), time())
    with acting_in(diary.workspace.pk):
        made = book(diary.slot("09:30", day=long_ago), diary.ann, repeat=Repeat(1, 2))
    first = diary.fresh(made[0])
    assert "what is this for?" not in reception.get(f"/appointments/{first.pk}/cancel/").text
    told = {"revision": first.revision, "reason": "Error", "reach": "all"}
    assert reception.post(f"/appointments/{first.pk}/cancel/", told).status_code == FOUND
    assert [status for _days, _time, status in stand(diary)] == ["cancelled", "booked", "booked"]


def test_without_a_word_on_how_far_only_this_one_changes(
    diary: Diary, reception: Browser, booked: list[Appointment]
) -> None:
    told = form(booked[0], time="08:00")
    assert reception.post(f"/appointments/{booked[0].pk}/edit/", told).status_code == FOUND
    assert [time for _days, time, _status in stand(diary)] == ["08:00", *["09:30"] * (TIMES - 1)]


def test_of_what_repeats_it_is_said_on_which_day_a_time_is_taken(
    diary: Diary, reception: Browser, booked: list[Appointment]
) -> None:
    wish = form(booked[0], day=FIRST.date() - timedelta(weeks=2), weeks=1, times=2)
    page = reception.post("/appointments/new/", wish | {"client": diary.ben.pk}).text
    assert "On Monday 25 November from 09:30 to 10:15 the practitioner is booked" in page
