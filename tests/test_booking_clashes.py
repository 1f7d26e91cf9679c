"""A time that is taken: asked about with its clock and its reason, and booked only on a yes."""

from django.test import Client as Browser

from handover.core.tenancy import acting_in
from handover.scheduling.models import Appointment
from tests.diary import Diary
from tests.test_calendar import FOUND, OK, form


def test_a_double_booking_is_asked_about_and_then_kept(diary: Diary, reception: Browser) -> None:
    diary.book("09:30")
    wish = form(diary, "10:00", client=diary.ben.pk)
    page = reception.post("/appointments/new/", wish)
    assert "from 09:30 to 10:15 the practitioner is booked already." in page.text
    [question] = page.context["question"].clashes
    assert reception.post("/appointments/new/", wish | {"confirmed": "a999"}).status_code == OK
    answer = reception.post("/appointments/new/", wish | {"confirmed": question.name})
    assert answer.status_code == FOUND
    with acting_in(diary.workspace.pk):
        assert Appointment.objects.count() == 2


def test_a_clash_elsewhere_is_told_by_the_clock_of_the_place_that_is_booked(
    diary: Diary, reception: Browser
) -> None:
    diary.book("10:30", location=diary.perth)
    page = reception.post("/appointments/new/", form(diary, "13:45", client=diary.ben.pk))
    assert "from 13:30 to 14:15 the practitioner is booked already." in page.text


def test_what_was_confirmed_for_one_time_is_not_confirmed_for_another(
    diary: Diary, reception: Browser
) -> None:
    first = diary.book("09:30")
    diary.busy("14:00")
    yes = {"confirmed": f"a{first.pk}"}
    page = reception.post("/appointments/new/", form(diary, "14:00", client=diary.ben.pk) | yes)
    assert "the practitioner is busy" in page.text


def test_a_client_who_is_elsewhere_at_that_time_is_asked_about(
    diary: Diary, reception: Browser
) -> None:
    diary.book("09:30", practitioner=diary.noel)
    page = reception.post("/appointments/new/", form(diary, "09:30", client=diary.ann.pk))
    assert "the client is booked" in page.text
