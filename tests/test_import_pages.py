"""The pages of an import after it was submitted: what they show, and what their buttons do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from conftest import Emptying, a_workspace
from handover.accounts.models import AuditEntry, Role, User
from handover.clients.models import Client
from handover.clinical.models import ProgressNote
from handover.core.postgres import throwaway_home
from handover.files.models import File
from handover.importing import errands, runs
from handover.importing.models import Conflict, Errand, ImportRun, Reassignment
from handover.importing.sweeps import wake_errands
from handover.importing.views.spot_check import called
from handover.practice.models import Practitioner
from handover.sandbox import Sandbox
from handover.scheduling.models import Attendance
from tests.moving import Desk, Done, a_practice
from tests.people import Person, a_person

ONE = "75335"
LISTS = ("individual_appointments",)


@pytest.fixture(scope="module")
def house(emptying: Emptying) -> Iterator[tuple[Desk, Done, Person]]:
    """A practice that was moved twice, with a failure and two conflicts, and its owner."""
    with throwaway_home() as home, Sandbox(a_practice(), rate_limit=0) as sandbox, emptying():
        desk = Desk(a_workspace("Pages"), sandbox, home)
        odd = desk.records["individual_appointments"][0]["id"]
        desk.practice.change("individual_appointments", odd, starts_at="soon")
        desk.move(only=LISTS)
        with desk.inside():
            row = desk.row_of("patients", ONE)
            Client.objects.filter(pk=row).update(occupation="Baker", city="Perth")
        desk.practice.change("patients", ONE, occupation="Miller", city="Hobart")
        done = desk.move(only=LISTS)
        yield desk, done, a_person(desk.workspace, Role.OWNER)


House = tuple[Desk, Done, Person]


def at(done: Done, page: str = "") -> str:
    return f"/settings/imports/{done.run.pk}/{page}"


def worked(desk: Desk, done: Done) -> Errand:
    """Have a worker do what was asked last."""
    with desk.inside():
        errand = Errand.objects.filter(run=done.run).latest("id")
    errands.do(desk.office, desk.workspace.pk, errand.pk)
    with desk.inside():
        return Errand.objects.get(pk=errand.pk)


def noted(desk: Desk) -> set[str]:
    with desk.inside():
        return set(AuditEntry.objects.values_list("detail", flat=True))


def test_the_list_says_type_status_message_and_when_something_last_happened(house: House) -> None:
    _desk, done, owner = house
    page = owner.browser.get("/settings/imports/").text
    assert f"Import {done.run.pk}" in page
    assert "Cliniko" in page
    assert str(done.run.get_state_display()) in page
    assert timezone.localtime().strftime("%b %Y") in page


def test_result_and_list_offer_what_can_be_done_and_to_nobody_else(house: House) -> None:
    desk, done, owner = house
    page = owner.browser.get(at(done)).text
    for wanted in ("Try failures again", "Spot check", "Accept", "Delete"):
        assert wanted in page, wanted
    admin = a_person(desk.workspace, Role.PRACTITIONER_ADMIN)
    page = admin.browser.get(at(done)).text
    for other in ("/conflicts/", "/retry/", "/spot-check/", "Your name", "/delete/"):
        assert other not in page, other
    delete = f"{at(done)}delete/"
    assert delete in owner.browser.get("/settings/imports/").text
    assert delete not in admin.browser.get("/settings/imports/").text


def test_a_failure_is_tried_again_by_a_worker_and_the_page_says_what_came_of_it(
    house: House,
) -> None:
    desk, done, owner = house
    form = owner.browser.get(at(done, "retry/")).text
    assert "One record did not come" in form
    answer = owner.browser.post(at(done, "retry/"), {"type": "", "cause": ""}, follow=True)
    assert "a worker is at it" in answer.text
    again = owner.browser.post(at(done, "retry/"), {"type": "", "cause": ""}, follow=True)
    assert "is still being done" in again.text, "one after the other"
    with desk.inside():
        number = Errand.objects.latest("id").pk
    part = at(done, f"errands/{number}/")
    assert "every 2s" in owner.browser.get(part).text
    assert worked(desk, done).state == Errand.State.DONE
    assert owner.browser.get(part).headers["HX-Refresh"] == "true"
    page = owner.browser.get(at(done)).text
    assert "Try failures again: done" in page
    assert "Try failures again" in noted(desk)


def test_what_cannot_be_done_says_why_and_changes_nothing(house: House) -> None:
    desk, done, _owner = house
    with desk.inside():
        errands.ask(done.run, Errand.Kind.RETRY, {"types": ["users"]}, by="Robin")
    errand = worked(desk, done)
    assert (errand.state, errand.message) == ("refused", "there is nothing to try again")


def test_an_errand_that_was_lost_is_found_and_one_that_kills_workers_is_given_up(
    house: House,
) -> None:
    desk, done, _owner = house
    with desk.inside():
        errand = errands.ask(done.run, Errand.Kind.LOOK_AHEAD, by="Robin")
    assert wake_errands() == 0, "its job is there"
    for job in app.job_manager.list_jobs(queueing_lock=f"errand-{errand.pk}"):
        app.job_manager.cancel_job_by_id(job.id or 0, delete_job=True)
    assert wake_errands() == 1
    with desk.inside():
        Errand.objects.filter(pk=errand.pk).update(tries=errands.MOST_TRIES)
    assert worked(desk, done).state == Errand.State.FAILED
    assert wake_errands() == 0


def test_conflicts_stand_side_by_side_and_are_settled_one_by_one_or_all(house: House) -> None:
    desk, done, owner = house
    assert "2 conflicts" in owner.browser.get(at(done)).text
    page = owner.browser.get(at(done, "conflicts/")).text
    for wanted in ("Baker", "Miller", "Perth", "Hobart"):
        assert wanted in page
    with desk.inside():
        job = Conflict.objects.get(field="occupation")
        row = desk.row_of("patients", ONE)
    nothing = owner.browser.post(at(done, "conflicts/"), follow=True).text
    assert "Choose for at least one line" in nothing
    owner.browser.post(at(done, "conflicts/"), {f"conflict-{job.pk}": "theirs"})
    assert worked(desk, done).told == {"count": 1, "left": [], "left_count": 0}
    with desk.inside():
        now = Client.objects.get(pk=row)
        assert (now.occupation, now.city) == ("Miller", "Perth")
    owner.browser.post(at(done, "conflicts/"), {"all": "ours"})
    assert worked(desk, done).state == "done"
    page = owner.browser.get(at(done, "conflicts/")).text
    assert "No conflicts are open" in page
    with desk.inside():
        assert Client.objects.get(pk=row).city == "Perth"
        read = AuditEntry.objects.filter(action="read", client_id=row)
        assert read.exists(), "who saw a client's fields is noted"


def test_a_practitioner_is_given_to_a_user_who_becomes_one_and_it_is_taken_back(
    house: House,
) -> None:
    desk, done, owner = house
    with desk.inside():
        robin = User.objects.create(workspace=desk.workspace, first_name="Robin", last_name="Ray")
        name = next(str(each["id"]) for each in desk.records["practitioners"])
        was = desk.row_of("practitioners", name)
    page = at(done, f"mapping/practitioners/{was}/")
    assert "Robin Ray (becomes a practitioner)" in owner.browser.get(page).text
    choice = {"to": f"user-{robin.pk}"}
    owner.browser.post(page, {**choice, "ahead": "1"})
    ahead = worked(desk, done)
    assert ahead.told is not None
    assert {each["name"] for each in ahead.told["followed"]} >= {"appointments"}
    with desk.inside():
        assert not Practitioner.objects.filter(user=robin).exists(), "a look ahead changes nothing"
    assert "Would move" in owner.browser.get(page).text
    owner.browser.post(page, choice)
    assert worked(desk, done).state == "done"
    with desk.inside():
        assert Practitioner.objects.get(user=robin).display_name == "Robin Ray"
        number = Reassignment.objects.get()
    listed = owner.browser.get(at(done, "mapping/practitioners/")).text
    assert "Take back" in listed
    owner.browser.post(at(done, f"mapping-undo/{number.pk}/"))
    assert worked(desk, done).state == "done"
    assert "taken back" in owner.browser.get(at(done, "mapping/practitioners/")).text


def test_a_result_is_accepted_under_a_name(house: House) -> None:
    desk, done, owner = house
    answer = owner.browser.post(at(done, "accept/"), {"name": " "}, follow=True)
    assert "Give the name" in answer.text
    answer = owner.browser.post(at(done, "accept/"), {"name": "Robin Ray"}, follow=True)
    assert "Robin Ray" in answer.text
    assert runs.find_run(done.run.pk).signed_by == "Robin Ray"
    assert "accepted as Robin Ray" in noted(desk)


def test_a_spot_check_draws_records_that_are_here(house: House) -> None:
    desk, done, owner = house
    page = owner.browser.get(at(done, "spot-check/")).text
    ids = {str(each["id"]) for each in desk.records["patients"]}
    assert [each for each in ids if f"<td>{each}</td>" in page]
    with desk.inside():
        assert AuditEntry.objects.filter(record="spot check of import").exists()


def test_the_spot_check_says_whose_each_record_is() -> None:
    ann = Client(pk=1, first_name="Ann", last_name="Lee")
    assert called(ann) == "Ann Lee"
    assert called(ProgressNote(pk=7, client=ann)) == "Ann Lee: Progress note 7"
    assert called(Attendance(pk=8, client=ann)) == "Ann Lee: Attendance 8"
    assert called(File(pk=9, client=ann, name="scan.pdf")) == "Ann Lee: scan.pdf"


def test_after_its_window_an_import_cannot_be_deleted_and_the_page_says_so(house: House) -> None:
    desk, _done, owner = house
    with desk.inside():
        first = ImportRun.objects.order_by("pk")[0]
        ImportRun.objects.filter(pk=first.pk).update(
            undo_until=timezone.now() - timedelta(minutes=1)
        )
    page = owner.browser.get(f"/settings/imports/{first.pk}/delete/").text
    assert "This import cannot be deleted" in page
    assert 'name="typed"' not in page
