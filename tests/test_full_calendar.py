"""The calendar of a practice with hundreds of appointments a week."""

import re
from datetime import UTC, datetime, timedelta

from django.test import Client as Browser

from handover.core.tenancy import acting_in
from handover.scheduling.models import Appointment, BusyTime
from handover.web.calendar.showing import MOST_LINES
from tests.diary import MONDAY, Diary

DAY = "/calendar/?day=2026-11-23"


def test_a_very_full_week_lists_a_day_at_a_time_and_the_others_by_a_link(
    diary: Diary, reception: Browser
) -> None:
    of = {"workspace_id": diary.workspace.pk, "practitioner": diary.mary, "kind": "individual"}
    days = [datetime(2026, 11, 23 + number % 2, 1, tzinfo=UTC) for number in range(MOST_LINES + 1)]
    with acting_in(diary.workspace.pk):
        Appointment.objects.bulk_create(
            Appointment(
                **of,
                client_name=f"Guest of day {day:%d}",
                starts_at=day,
                ends_at=day + timedelta(hours=1),
                time_zone="Australia/Sydney",
            )
            for day in days
        )
        BusyTime.objects.create(
            workspace_id=diary.workspace.pk,
            starts_at=MONDAY.replace(day=25, hour=1, tzinfo=UTC),
            ends_at=MONDAY.replace(day=25, hour=2, tzinfo=UTC),
            time_zone="Australia/Sydney",
            notes="Stocktaking",
        )
    page = reception.get(f"{DAY}&view=week").text
    assert "Stocktaking" in page  # on a day with nothing to fold
    assert page.count(">Guest of day 23<") == 151
    assert "Guest of day 24" not in page
    assert "150 appointments" in page
    [link] = re.findall(r'href="([^"]*day=2026-11-24[^"]*)#day-20261124"', page)
    other = reception.get(link.replace("&amp;", "&")).text
    assert other.count(">Guest of day 24<") == 150
    assert "Guest of day 23" not in other
    assert (
        len(reception.get("/calendar/events/?day=2026-11-23&view=week").json()["events"])
        == MOST_LINES + 1
    )
