"""When practitioners work and when they are busy, as managers set it and the calendar shows it."""

from datetime import UTC, date, datetime, time

from django.test import Client as Browser

from handover.core.tenancy import acting_in
from handover.scheduling.booking import clashes
from handover.scheduling.models import AvailabilityInterval, BusyTime, BusyTimeType
from handover.scheduling.working import place_of
from tests.diary import Diary

FOUND = 302
DAY = "/calendar/?day=2026-11-23"
FEED = "/calendar/events/?day=2026-11-23"


def test_hours_and_busy_times_lie_behind_the_appointments(diary: Diary, reception: Browser) -> None:
    diary.works(1, "09:00", "12:30")
    diary.busy("13:00", hours=30)
    behind = reception.get(FEED).json()["behind"]
    assert [(each["classNames"], each["start"], each["end"]) for each in behind] == [
        (["is-working"], "2026-11-23T09:00:00", "2026-11-23T12:30:00"),
        (["is-busy"], "2026-11-23T13:00:00", "2026-11-24T19:00:00"),
    ]
    assert "Team meeting" in reception.get("/calendar/?day=2026-11-24").text
    assert "Mary Quant: 09:00 to 12:30" in " ".join(reception.get(DAY).text.split())


def test_a_manager_sets_a_week_and_a_second_one_is_told(diary: Diary, reception: Browser) -> None:
    diary.works(1, "09:00", "12:30")
    path = f"/availability/{diary.mary.pk}/?location={diary.sydney.pk}"
    seen = reception.get(path).context["seen"]
    week = {"seen": seen, "day1-from0": "08:00", "day1-to0": "12:00", "day3-from0": "13:00"}
    assert "Give both times, or neither." in reception.post(path, week).text
    week["day3-to0"] = "17:00"
    assert reception.post(path, week).status_code == FOUND
    page = " ".join(reception.get("/availability/").text.split())
    assert "08:00 to 12:00" in page
    assert "13:00 to 17:00" in page
    assert "Somebody else has changed this" in reception.post(path, week).text
    with acting_in(diary.workspace.pk):
        assert set(AvailabilityInterval.objects.values_list("starts_at", flat=True)) == {
            time(8),
            time(13),
        }


def test_leave_is_planned_and_says_which_appointments_are_in_the_way(
    diary: Diary, reception: Browser
) -> None:
    diary.book("09:30")
    leave = {
        "practitioner": diary.mary.pk,
        "day": "2026-11-23",
        "time": "08:00",
        "last_day": "2026-11-27",
        "last_time": "18:00",
        "notes": "Leave",
    }
    backwards = leave | {"last_day": "2026-11-20"}
    assert "It must end after it begins." in reception.post("/busy-times/new/", backwards).text
    page = reception.post("/busy-times/new/", leave, follow=True).text
    assert "1 appointment is booked in this time" in page
    with acting_in(diary.workspace.pk):
        busy = BusyTime.objects.get()
    assert busy.starts_at == datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    changed = leave | {"last_day": "2026-11-25", "revision": busy.revision}
    assert reception.post(f"/busy-times/{busy.pk}/", changed).status_code == FOUND
    assert "Somebody else" in reception.post(f"/busy-times/{busy.pk}/", changed).text
    with acting_in(diary.workspace.pk):
        busy.refresh_from_db()
    reception.post(f"/busy-times/{busy.pk}/remove/", {"revision": busy.revision})
    with acting_in(diary.workspace.pk):
        busy.refresh_from_db()
    assert busy.archived_at is not None
    assert reception.get(FEED).json()["behind"] == []


def test_hours_that_change_from_a_day_keep_the_past(diary: Diary, reception: Browser) -> None:
    diary.works(1, "09:00", "12:30")
    path = f"/availability/{diary.mary.pk}/?location={diary.sydney.pk}"
    week = {"since": "2026-11-30", "day1-from0": "08:00", "day1-to0": "11:00"}
    week["seen"] = reception.get(path).context["seen"]
    assert reception.post(path, week).status_code == FOUND
    assert worked(reception, "2026-11-23") == ["09:00 to 12:30"]
    assert worked(reception, "2026-11-30") == ["08:00 to 11:00"]
    # put right on the same day, and something else planned for later: both find their place
    for since, ends in (("2026-11-30", "11:30"), ("2027-01-04", "10:00"), ("2026-12-14", "")):
        there = reception.get(f"{path}&since={since}").context
        again = {"seen": there["seen"], "since": since}
        if ends:
            again |= {"day1-from0": "08:00", "day1-to0": ends}
        assert reception.post(path, again).status_code == FOUND
    assert worked(reception, "2026-11-23") == ["09:00 to 12:30"]
    assert worked(reception, "2026-12-07") == ["08:00 to 11:30"]
    assert worked(reception, "2026-12-14") == worked(reception, "2026-12-28") == []
    assert worked(reception, "2027-01-04") == ["08:00 to 10:00"]
    with acting_in(diary.workspace.pk):
        assert [place_of(diary.mary.pk, date(2026, 12, day)) for day in (7, 14)] == [
            diary.sydney.pk,
            None,
        ]


def worked(reception: Browser, day: str) -> list[str]:
    """Mary's hours on a day, as the calendar says them."""
    behind = reception.get(f"/calendar/events/?day={day}").json()["behind"]
    return [f"{each['start'][11:16]} to {each['end'][11:16]}" for each in behind]


def test_without_a_day_what_was_wrong_from_the_beginning_is_put_right(
    diary: Diary, reception: Browser
) -> None:
    diary.works(1, "09:00", "12:30")
    path = f"/availability/{diary.mary.pk}/?location={diary.sydney.pk}"
    week = {"since": "", "day1-from0": "08:00", "day1-to0": "12:30"}
    week["seen"] = reception.get(path).context["seen"]
    assert reception.post(path, week).status_code == FOUND
    assert worked(reception, "2026-11-23") == worked(reception, "2016-11-21") == ["08:00 to 12:30"]


def test_what_is_planned_is_shown_beside_what_holds_today(diary: Diary, reception: Browser) -> None:
    diary.works(1, "09:00", "12:30")
    path = f"/availability/{diary.mary.pk}/?location={diary.sydney.pk}"
    week = {"since": "2126-11-25", "day1-from0": "08:00", "day1-to0": "11:00"}
    week["seen"] = reception.get(path).context["seen"]
    reception.post(path, week)
    page = " ".join(reception.get("/availability/").text.split())
    assert "09:00 to 12:30" in page
    assert "from 25 Nov 2126" in page
    assert "08:00 to 11:00" in page
    assert "the hours from 25 Nov 2126" in reception.get(path).text
    assert 'value="08:00"' in reception.get(f"{path}&since=2126-11-25").text
    assert 'value="09:00"' in reception.get(f"{path}&since=nonsense").text


def test_a_busy_time_keeps_a_type_and_a_place_that_are_offered_no_more(
    diary: Diary, reception: Browser
) -> None:
    busy = diary.busy("13:00")
    with acting_in(diary.workspace.pk):
        old = BusyTimeType.objects.create(
            workspace_id=diary.workspace.pk, name="Outreach", archived_at=datetime.now(UTC)
        )
        diary.perth.archived_at = datetime.now(UTC)
        diary.perth.save()
        BusyTime.objects.filter(pk=busy.pk).update(type=old, location=diary.perth)
    page = reception.get(f"/busy-times/{busy.pk}/")
    form = page.context["form"]
    given = {each.name: each.value() or "" for each in form} | {"notes": "Later"}
    given["revision"] = page.context["revision"]
    assert reception.post(f"/busy-times/{busy.pk}/", given).status_code == FOUND
    with acting_in(diary.workspace.pk):
        busy.refresh_from_db()
    assert (busy.type_id, busy.location_id, busy.notes) == (old.pk, diary.perth.pk, "Later")


def test_a_busy_time_of_everybody_stays_everybodys_and_is_met_by_whoever_is_booked(
    diary: Diary, reception: Browser
) -> None:
    diary.book("13:30", practitioner=diary.noel)
    closed = diary.busy("13:00")
    with acting_in(diary.workspace.pk):
        BusyTime.objects.filter(pk=closed.pk).update(practitioner=None)
        closed.refresh_from_db()
    page = reception.get(f"/busy-times/{closed.pk}/")
    assert "Everybody" in page.text
    given = {each.name: each.value() or "" for each in page.context["form"]}
    given |= {"notes": "Closed", "location": diary.sydney.pk, "revision": closed.revision}
    saved = reception.post(f"/busy-times/{closed.pk}/", given, follow=True)
    assert "1 appointment is booked in this time" in saved.text
    with acting_in(diary.workspace.pk):
        closed.refresh_from_db()
        assert (closed.practitioner_id, closed.notes) == (None, "Closed")
        here, there = diary.slot("13:15"), diary.slot("10:15", location=diary.perth)
        assert here.times() == there.times()
        assert [each.name for each in clashes(here.wanted())] == [f"b{closed.pk}"]
        assert clashes(there.wanted()) == []


def test_a_busy_time_whose_form_is_sent_twice_is_there_once(
    diary: Diary, reception: Browser
) -> None:
    day = {"day": "2026-11-23", "time": "08:00", "last_day": "2026-11-27", "last_time": "18:00"}
    for _ in range(2):
        answer = reception.post("/busy-times/new/", day | {"practitioner": diary.mary.pk})
        assert answer.status_code == FOUND
    other = reception.post("/busy-times/new/", day | {"practitioner": diary.noel.pk})
    assert other.status_code == FOUND
    with acting_in(diary.workspace.pk):
        assert list(BusyTime.objects.order_by("pk").values_list("practitioner", flat=True)) == [
            diary.mary.pk,
            diary.noel.pk,
        ]
