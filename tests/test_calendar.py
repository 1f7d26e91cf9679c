"""The calendar as receptionists, practitioners and managers use it, page by page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser

from handover.accounts.models import AuditEntry, Role
from handover.core.tenancy import acting_in
from handover.core.tenancy.changing import ChangedMeanwhile
from handover.messaging.models import OutgoingMessage
from handover.scheduling import operations
from handover.scheduling.models import (
    Appointment,
    Attendance,
    Status,
)
from tests.counting import questions
from tests.diary import MONDAY, Diary
from tests.people import a_person

OK, FOUND, MISSING = 200, 302, 404
DAY = "/calendar/?day=2026-11-23"
Given = dict[str, object]


def form(diary: Diary, at: str, **more: object) -> Given:
    """What the form of an appointment posts."""
    return {
        "service": diary.visit.pk,
        "practitioner": diary.mary.pk,
        "location": diary.sydney.pk,
        "day": "2026-11-23",
        "time": at,
        "minutes": "",
        "notes": "",
    } | more


def feed(browser: Browser, words: str = "day=2026-11-23") -> dict[str, list[Given]]:
    found: dict[str, list[Given]] = browser.get(f"/calendar/events/?{words}").json()
    return found


def test_a_receptionist_finds_mondays_calendar(diary: Diary, reception: Browser) -> None:
    diary.book("09:30")
    diary.book("11:00", diary.ben, practitioner=diary.noel, location=diary.perth)
    page = reception.get(DAY).text
    assert "Monday 23 November 2026" in page
    assert page.index("Ann Lee") < page.index("Ben Ray")
    assert "2 appointments" in page
    assert "Subiaco (Perth time)" in page
    assert "Sydney time" not in page
    assert "Ann Lee" not in reception.get("/calendar/?day=2026-11-24").text


def test_nine_in_perth_is_nine_in_the_grid_whoever_looks(diary: Diary, reception: Browser) -> None:
    booked = diary.book("09:00", practitioner=diary.noel, location=diary.perth)
    assert booked.starts_at == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    [event] = feed(reception)["events"]
    assert (event["start"], event["end"]) == ("2026-11-23T09:00:00", "2026-11-23T09:45:00")
    assert event["resourceId"] == diary.noel.pk
    titles = {each["id"]: each["title"] for each in feed(reception)["columns"]}
    assert titles[diary.noel.pk] == "Noel Reed (Perth time)"


@pytest.mark.parametrize(
    ("day", "at", "shown"),
    [("2026-10-04", "01:30", "01:30 to 03:15"), ("2026-04-05", "02:30", "02:30 to 02:15")],
)
def test_on_the_days_on_which_clocks_turn_an_hour_lasts_an_hour(
    diary: Diary, reception: Browser, day: str, at: str, shown: str
) -> None:
    booked = diary.book(at, day=datetime.fromisoformat(day))
    assert booked.ends_at - booked.starts_at == timedelta(minutes=45)
    [event] = feed(reception, f"day={day}")["events"]
    drawn = [datetime.fromisoformat(str(event[end])) for end in ("start", "end")]
    assert drawn[1] - drawn[0] == timedelta(minutes=45)
    assert event["extendedProps"]["times"] == shown  # type: ignore[index]  # as JSON has it
    page = reception.get(f"/calendar/?day={day}").text
    assert ("AEDT" in page) is (day == "2026-04-05")


def test_a_week_takes_the_same_queries_however_much_is_in_it(
    diary: Diary, reception: Browser
) -> None:
    paths = [f"{DAY}&view=week", "/calendar/events/?day=2026-11-23&view=week"]
    diary.book("08:00")
    diary.book("08:00", practitioner=diary.noel, service=diary.pilates)
    few = [questions(reception, path) for path in paths]
    for hour in range(9, 17):
        diary.book(f"{hour:02}:00")
        diary.book(f"{hour:02}:00", practitioner=diary.noel, service=diary.pilates)
    assert [questions(reception, path) for path in paths] == few
    assert max(few) <= 20


def test_an_appointment_is_booked_for_as_long_as_its_service(
    diary: Diary, reception: Browser
) -> None:
    found = reception.post("/appointments/clients/", {"client_search": "le an"})
    assert f'value="{diary.ann.pk}"' in found.text
    answer = reception.post("/appointments/new/", form(diary, "09:30", client=diary.ann.pk))
    assert answer.status_code == FOUND
    with acting_in(diary.workspace.pk):
        booked = Appointment.objects.get()
        assert booked.starts_at == datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
        assert booked.ends_at - booked.starts_at == timedelta(minutes=45)
        assert booked.time_zone == "Australia/Sydney"
        assert Attendance.objects.get().client == diary.ann
        line = AuditEntry.objects.get(action="created")
        assert (line.record, line.client_id) == ("appointment", diary.ann.pk)
        assert not OutgoingMessage.objects.exists()


def test_what_was_pressed_in_the_grid_stands_in_the_form(diary: Diary, reception: Browser) -> None:
    diary.works(1, "09:00", "12:30")
    pressed = f"day=2026-11-23&time=10:15&practitioner={diary.mary.pk}&client={diary.ben.pk}"
    page = reception.get(f"/appointments/new/?{pressed}").text
    assert 'value="10:15"' in page
    assert f'<option value="{diary.sydney.pk}" selected>' in page
    assert "Ben Ray" in page


def test_without_a_script_a_client_is_found_by_the_button(diary: Diary, reception: Browser) -> None:
    typed = form(diary, "09:30", client_search="ray", find="1")
    page = reception.post("/appointments/new/", typed).text
    assert f'value="{diary.ben.pk}"' in page
    assert 'value="09:30"' in page
    assert "This could not be saved yet" not in page


def test_enter_in_a_field_books_once_somebody_is_chosen(diary: Diary, reception: Browser) -> None:
    """It presses the first button of the form, which finds clients."""
    wish = form(diary, "09:30", client=diary.ann.pk) | {"find": "1", "client_search": ""}
    assert reception.post("/appointments/new/", wish | {"client_search": "be"}).status_code == OK
    assert reception.post("/appointments/new/", wish).status_code == FOUND


def test_nobody_is_booked_with_somebody_who_has_left(diary: Diary, reception: Browser) -> None:
    wish = form(diary, "09:30", client=diary.ann.pk, practitioner=diary.left.pk)
    assert "Select a valid choice" in reception.post("/appointments/new/", wish).text
    assert "Old Sage" not in str(feed(reception)["columns"])


def test_a_time_that_does_not_exist_is_refused_in_words(diary: Diary, reception: Browser) -> None:
    wish = form(diary, "02:30", client=diary.ann.pk) | {"day": "2026-10-04"}
    assert "There is no 02:30 on 04/10/2026" in reception.post("/appointments/new/", wish).text


def test_a_series_keeps_its_hour_on_the_wall_through_the_change_of_clocks(
    diary: Diary, reception: Browser
) -> None:
    wish = form(diary, "09:30", client=diary.ann.pk, weeks="1", times="2") | {"day": "2026-09-27"}
    assert reception.post("/appointments/new/", wish).status_code == FOUND
    with acting_in(diary.workspace.pk):
        made = list(Appointment.objects.order_by("starts_at"))
    assert [each.starts_at.hour for each in made] == [23, 22, 22]
    assert [each.series_start_id for each in made] == [None, made[0].pk, made[0].pk]


def test_moving_by_form_raises_the_revision_and_says_so(diary: Diary, reception: Browser) -> None:
    booked = diary.book("09:30")
    wish = form(diary, "14:15", revision=booked.revision, practitioner=diary.noel.pk)
    assert reception.post(f"/appointments/{booked.pk}/edit/", wish).status_code == FOUND
    moved = diary.fresh(booked)
    assert moved.starts_at == datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
    assert moved.practitioner_id == diary.noel.pk
    assert moved.revision > booked.revision


def test_the_second_of_two_who_edit_is_told_and_overwrites_nothing(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    wish = form(diary, "14:15", revision=booked.revision)
    reception.post(f"/appointments/{booked.pk}/edit/", wish)
    page = reception.post(f"/appointments/{booked.pk}/edit/", wish | {"time": "16:00"})
    assert "Somebody else has changed this in the meantime" in page.text
    assert diary.fresh(booked).starts_at.hour == 3


def test_an_appointment_is_dragged_and_lasts_as_long_as_before(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    posted = {
        "starts": "2026-11-24T10:45:00",
        "practitioner": diary.noel.pk,
        "revision": booked.revision,
    }
    assert reception.post(f"/appointments/{booked.pk}/move/", posted).json() == {"moved": True}
    moved = diary.fresh(booked)
    assert moved.starts_at == datetime(2026, 11, 23, 23, 45, tzinfo=UTC)
    assert moved.ends_at - moved.starts_at == timedelta(minutes=45)
    again = reception.post(f"/appointments/{booked.pk}/move/", posted)
    assert "Somebody else" in again.json()["problem"]


def test_dropping_on_a_taken_time_opens_the_form_with_the_question(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    diary.book("13:00", diary.ben)
    posted = {"starts": "2026-11-23T13:15:00", "revision": booked.revision}
    answer = reception.post(f"/appointments/{booked.pk}/move/", posted)
    page = reception.get(answer.json()["go"]).text
    assert "from 13:00 to 13:45 the practitioner is booked already." in page
    assert 'value="13:15"' in page
    assert diary.fresh(booked).starts_at == booked.starts_at


@pytest.mark.parametrize("starts", ["", "yesterday", "2026-10-04T02:30:00"])
def test_dropping_where_there_is_no_time_is_refused(
    diary: Diary, reception: Browser, starts: str
) -> None:
    booked = diary.book("09:30")
    posted = {"starts": starts, "revision": booked.revision}
    assert "problem" in reception.post(f"/appointments/{booked.pk}/move/", posted).json()
    assert diary.fresh(booked).revision == booked.revision


def test_a_status_is_set_with_one_press_and_stands_on_both_rows(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    assert ">Arrived</button>" in reception.get(DAY).text
    posted = {"status": "arrived", "revision": booked.revision, "back": DAY}
    answer = reception.post(f"/appointments/{booked.pk}/status/", posted)
    assert answer.headers["Location"] == DAY
    assert diary.fresh(booked).status == Status.ARRIVED
    assert diary.attendance(booked).status == Status.ARRIVED


def test_going_back_leads_to_no_other_site(diary: Diary, reception: Browser) -> None:
    booked = diary.book("09:30")
    for back in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        posted = {"status": "arrived", "revision": diary.fresh(booked).revision, "back": back}
        answer = reception.post(f"/appointments/{booked.pk}/status/", posted)
        assert answer.headers["Location"] == f"/appointments/{booked.pk}/"


def test_cancelling_asks_why_keeps_the_record_and_frees_the_time(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    path = f"/appointments/{booked.pk}/cancel/"
    assert "This field is required" in reception.post(path, {"revision": booked.revision}).text
    posted = {"revision": booked.revision, "reason": "Illness", "note": "flu"}
    assert reception.post(path, posted).status_code == FOUND
    gone, row = diary.fresh(booked), diary.attendance(booked)
    assert (gone.status, gone.cancellation_reason, gone.cancellation_note) == (
        *(Status.CANCELLED, "Illness", "flu"),
    )
    assert (row.status, row.cancellation_reason, row.cancelled_at) == (
        *(Status.CANCELLED, "Illness", gone.cancelled_at),
    )
    assert "Ann Lee" not in reception.get(DAY).text
    assert "Ann Lee" in reception.get(f"{DAY}&cancelled=on").text
    wish = form(diary, "09:30", client=diary.ben.pk)
    assert reception.post("/appointments/new/", wish).status_code == FOUND


def test_what_was_cancelled_takes_its_time_again_only_if_it_is_free(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    with acting_in(diary.workspace.pk):
        gone = operations.set_status(booked.pk, booked.revision, Status.CANCELLED, reason="x")
    other = diary.book("09:30", diary.ben)
    posted = {"status": "booked", "revision": diary.fresh(gone).revision}
    page = reception.post(f"/appointments/{booked.pk}/status/", posted)
    assert "the practitioner is booked already" in page.text
    reception.post(f"/appointments/{booked.pk}/status/", posted | {"confirmed": f"a{other.pk}"})
    again = diary.fresh(booked)
    assert (again.status, again.cancelled_at, again.cancellation_reason) == ("booked", None, "")


def test_an_old_revision_changes_nothing_whatever_is_asked(diary: Diary) -> None:
    booked = diary.book("09:30")
    row = diary.attendance(booked)
    with acting_in(diary.workspace.pk):
        operations.set_status(booked.pk, booked.revision, Status.ARRIVED)
        for attempt in (
            lambda: operations.set_status(booked.pk, booked.revision, Status.COMPLETED),
            lambda: operations.move(booked.pk, booked.revision, MONDAY),
            lambda: operations.change(booked.pk, booked.revision, diary.slot("12:00")),
            lambda: operations.set_attendance(row.pk, row.revision, Status.COMPLETED),
        ):
            with pytest.raises(ChangedMeanwhile):
                attempt()
    assert diary.fresh(booked).status == Status.ARRIVED


def test_an_imported_appointment_without_an_attendance_stands_by_itself(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    with acting_in(diary.workspace.pk):
        Attendance.objects.all().delete()
        Appointment.objects.update(client=None, client_name="Ann as booked", status="arrived")
    page = reception.get(DAY).text
    assert "Ann as booked" in page
    assert "Arrived" in page
    posted = {"status": "completed", "revision": diary.fresh(booked).revision}
    reception.post(f"/appointments/{booked.pk}/status/", posted)
    assert diary.fresh(booked).status == Status.COMPLETED


def test_who_has_left_has_a_column_only_where_they_were_booked(
    diary: Diary, reception: Browser
) -> None:
    booked = diary.book("09:30")
    with acting_in(diary.workspace.pk):
        Appointment.objects.filter(pk=booked.pk).update(practitioner=diary.left)
    assert [each["title"] for each in feed(reception)["columns"]] == ["Old Sage"]
    later = feed(reception, "day=2026-11-24")["columns"]
    assert [each["title"] for each in later] == ["Mary Quant", "Noel Reed"]


def test_a_clients_appointments_are_listed_the_latest_first(
    diary: Diary, reception: Browser
) -> None:
    diary.book("09:30")
    diary.book("10:30", location=diary.perth, practitioner=diary.noel)
    page = reception.get(f"/clients/{diary.ann.pk}/appointments/").text
    assert page.index("10:30") < page.index("09:30")
    assert "Perth time" in page
    with acting_in(diary.workspace.pk):
        assert AuditEntry.objects.get(record="appointments").client_id == diary.ann.pk


def test_who_is_limited_to_their_own_clients_sees_no_others_in_the_calendar(diary: Diary) -> None:
    limited = a_person(diary.workspace, Role.PRACTITIONER, own_clients_only=True)
    with acting_in(diary.workspace.pk):
        diary.mary.user = limited.user
        diary.mary.save()
    own = diary.book("09:30")
    others = diary.book("11:00", diary.ben, practitioner=diary.noel)
    page = limited.browser.get(DAY).text
    assert "Ann Lee" in page
    assert "Ben Ray" not in page
    assert limited.browser.get(f"/appointments/{own.pk}/").status_code == OK
    for path in ("", "edit/", "cancel/"):
        assert limited.browser.get(f"/appointments/{others.pk}/{path}").status_code == MISSING
    wish = form(diary, "15:00", client=diary.ben.pk)
    assert "Choose who comes" in limited.browser.post("/appointments/new/", wish).text
    assert "Ben" not in limited.browser.post("/appointments/clients/", {"client_search": "be"}).text


@pytest.mark.parametrize(
    "words", ["day=x", "day=9999-12-31", "day=0001-01-01&view=week", "practitioner=%00", "form=<"]
)
def test_an_address_that_cannot_be_read_shows_today(
    diary: Diary, reception: Browser, words: str
) -> None:
    assert reception.get(f"/calendar/?{words}").status_code == OK
    assert reception.get(f"/calendar/events/?{words}").status_code == OK
