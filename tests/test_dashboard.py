"""The dashboard: what there is to do today, for each of those who work in a practice."""

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from handover.accounts.models import AuditEntry, Role, User
from handover.billing.models import Invoice
from handover.clinical.models import ProgressNote
from handover.core.tenancy import acting_in
from handover.practice.models import Practitioner
from handover.scheduling.calendar import Names
from handover.scheduling.models import Appointment, Attendance, Status
from handover.web.dashboard import MOST_COUNTED, MOST_DRAFTS, MOST_LINES
from tests.counting import questions
from tests.diary import Diary
from tests.people import Person, a_person, let_in

pytestmark = pytest.mark.usefixtures("clean_tables")
NOON = 12


@pytest.fixture(autouse=True)
def midday(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Noon of today where the practice is: whatever the time, half of a day is over."""
    with acting_in(diary.workspace.pk):
        zone = Names.read().zone
    noon = timezone.now().astimezone(zone).replace(hour=NOON, minute=0, second=0, microsecond=0)
    monkeypatch.setattr("handover.web.dashboard.now", lambda: noon)
    return noon


def today(noon: datetime) -> datetime:
    return datetime(noon.year, noon.month, noon.day)  # noqa: DTZ001 - what a wall shows has no zone


def mary_herself(diary: Diary, **more: bool) -> Person:
    person = a_person(diary.workspace, Role.PRACTITIONER)
    with acting_in(diary.workspace.pk):
        User.objects.filter(pk=person.user.pk).update(**more)
        Practitioner.objects.filter(pk=diary.mary.pk).update(user=person.user)
    return person


def a_visit(diary: Diary, starts_at: datetime) -> None:
    """One that nobody had to confirm, however many there are at the same time."""
    common = {"workspace_id": diary.workspace.pk, "client": diary.ben}
    booked = Appointment.objects.create(
        **common, kind="individual", practitioner=diary.mary, location=diary.sydney,
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30),
        time_zone="Australia/Sydney",
    )  # fmt: skip
    Attendance.objects.create(**common, appointment=booked)


def test_a_receptionist_sees_who_is_still_to_come_and_marks_them_as_arrived(
    diary: Diary, reception: Browser, midday: datetime
) -> None:
    day = today(midday)
    diary.book("09:00", day=day)
    late = diary.book("15:00", diary.ben, day=day, practitioner=diary.noel)
    page = reception.get("/").text
    assert "Today, " in page
    assert "1 appointment is over" in page
    assert "Ben Ray" in page
    assert "Ann Lee" not in page
    asked = {"status": "arrived", "back": "/", "revision": late.revision}
    answer = reception.post(f"/appointments/{late.pk}/status/", asked)
    assert answer.headers["Location"] == "/"
    with acting_in(diary.workspace.pk):
        assert Appointment.objects.get(pk=late.pk).attendances.get().status == Status.ARRIVED
        assert AuditEntry.objects.filter(record="calendar", detail=f"{day.date()}").exists()


def test_a_place_whose_clock_is_behind_has_the_same_hour_still_before_it(
    diary: Diary, reception: Browser, midday: datetime
) -> None:
    diary.book("11:00", day=today(midday))
    diary.book("11:00", diary.ben, day=today(midday), practitioner=diary.noel, location=diary.perth)
    page = reception.get("/").text
    assert "Ben Ray" in page
    assert "Ann Lee" not in page


def test_a_practitioner_sees_their_own_day_and_the_notes_that_they_have_begun(
    diary: Diary, midday: datetime
) -> None:
    mary = mary_herself(diary, own_clients_only=False)
    diary.book("15:00", day=today(midday))
    diary.book("15:00", diary.ben, day=today(midday), practitioner=diary.noel)
    with acting_in(diary.workspace.pk):
        common = {"workspace_id": diary.workspace.pk, "client": diary.ann}
        for number in range(MOST_DRAFTS + 2):
            ProgressNote.objects.create(
                **common, author=mary.user, title=f"Visit {number}",
                created_at=timezone.now() + timedelta(hours=number),
            )  # fmt: skip
        for title, more in (
            ("Finished", {"state": "final", "author": mary.user}),
            ("Of Noel", {"practitioner": diary.noel}),
            ("Put away", {"author": mary.user, "archived_at": timezone.now()}),
        ):
            ProgressNote.objects.create(**common, title=title, **more)
    page = mary.browser.get("/").text
    assert "Your day, " in page
    assert "Ann Lee" in page
    assert "Ben Ray" not in page
    assert f"Visit {MOST_DRAFTS - 1}" in page
    assert "and 2 newer drafts" in page
    for hidden in (f"Visit {MOST_DRAFTS}", "Finished", "Of Noel", "Put away"):
        assert hidden not in page, hidden


def test_who_is_limited_to_their_own_clients_sees_no_draft_about_another(diary: Diary) -> None:
    mary = mary_herself(diary, own_clients_only=True)
    diary.book("15:00")
    with acting_in(diary.workspace.pk):
        for client, title in ((diary.ann, "About mine"), (None, "About nobody")):
            ProgressNote.objects.create(
                workspace_id=diary.workspace.pk, author=mary.user, client=client, title=title
            )
    page = mary.browser.get("/").text
    assert "About mine" in page
    assert "About nobody" not in page


def test_an_accountant_sees_what_of_invoices_waits_and_nothing_of_a_day(
    diary: Diary, midday: datetime
) -> None:
    diary.book("15:00", day=today(midday))
    accountant = a_person(diary.workspace, Role.ACCOUNTANT)
    with acting_in(diary.workspace.pk):
        for number in range(MOST_COUNTED + 2):
            Invoice.objects.create(
                workspace_id=diary.workspace.pk, client=diary.ann, number=str(number),
                status=Invoice.Status.DRAFT,
            )  # fmt: skip
    page = accountant.browser.get("/").text
    assert f"more than {MOST_COUNTED}" in page
    assert "Who owes what" in page
    for hidden in ("Ann Lee", "Open the calendar", "Your notes to finish", "New appointment"):
        assert hidden not in page, hidden


def test_support_staff_sees_imports_alone(diary: Diary) -> None:
    support = a_person(diary.workspace, Role.SUPPORT)
    let_in(support.user)
    page = support.browser.get("/").text
    assert "No import has begun yet." in page
    for hidden in ("Today, ", "Find a client", "Overdue", "Your notes"):
        assert hidden not in page, hidden


def test_a_full_day_takes_no_more_questions_and_says_how_much_more_there_is(
    diary: Diary, reception: Browser, midday: datetime
) -> None:
    diary.book("13:00", day=today(midday))
    few = questions(reception, "/")
    with acting_in(diary.workspace.pk):
        for number in range(MOST_LINES + 2):
            a_visit(diary, midday + timedelta(hours=2, minutes=number))
    assert questions(reception, "/") == few
    assert "and 3 later appointments" in reception.get("/").text


def test_a_search_from_the_dashboard_finds_a_client(diary: Diary, reception: Browser) -> None:
    assert 'name="q"' in reception.get("/").text
    assert "Lee" in reception.get("/clients/?q=Ann").text
