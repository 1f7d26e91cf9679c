"""What a request asks once: never known longer than it lasts, nor when it has changed."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from conftest import a_workspace
from handover.accounts.models import PracticeDetails, Role, Workspace
from handover.accounts.words import word_of_workspace
from handover.billing.models import BillingSettings
from handover.core.tenancy import acting_in, remembering
from handover.practice.models import Location
from handover.practice.queries import practice_zone
from tests.people import a_person

pytestmark = pytest.mark.usefixtures("clean_tables")

OK = 200
PERTH, HOBART = "Australia/Perth", "Australia/Hobart"


@pytest.fixture
def place() -> Workspace:
    made = a_workspace("Ours")
    with acting_in(made.pk):
        PracticeDetails.objects.create(workspace_id=made.pk, time_zone=PERTH)
    return made


def test_a_request_asks_once_for_the_practices_details(place: Workspace) -> None:
    with acting_in(place.pk), remembering(), CaptureQueriesContext(connection) as asked:
        assert practice_zone() == PERTH
        assert word_of_workspace() == "client"
        assert practice_zone() == PERTH
    assert len(asked) == 1


def test_a_page_asks_once_for_the_practices_clock_and_words() -> None:
    workspace = a_workspace("Ours")
    with acting_in(workspace.pk):
        Location.objects.create(workspace_id=workspace.pk, time_zone=PERTH)
    browser = a_person(workspace, Role.OWNER).browser
    browser.get("/")
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/invoices/").status_code == 200
    told = [each["sql"] for each in asked.captured_queries]
    assert len([each for each in told if 'FROM "accounts_practicedetails"' in each]) == 1
    assert len([each for each in told if '"time_zone" = ' in each]) == 1  # of places


def test_looking_at_invoices_writes_no_settings(place: Workspace) -> None:
    browser = a_person(place, Role.OWNER).browser
    for page in ("/invoices/?q=5", "/settings/invoices/"):
        assert browser.get(page).status_code == 200
    with acting_in(place.pk):
        assert not BillingSettings.objects.exists()


def test_what_a_request_changes_it_knows_at_once(place: Workspace) -> None:
    with acting_in(place.pk), remembering():
        assert practice_zone() == PERTH
        PracticeDetails.objects.update(time_zone=HOBART)
        assert practice_zone() == HOBART
        row = PracticeDetails.objects.get()
        row.time_zone = ""
        row.save()
        assert practice_zone() == ""
        Location.objects.create(workspace_id=place.pk, time_zone=PERTH)
        assert practice_zone() == PERTH
        Location.objects.all().delete()
        assert practice_zone() == ""


def test_what_is_taken_back_is_known_no_more(place: Workspace) -> None:
    with acting_in(place.pk), remembering():
        with transaction.atomic():
            PracticeDetails.objects.update(time_zone=HOBART)
            assert practice_zone() == HOBART
            transaction.set_rollback(True)
        assert practice_zone() == PERTH


def test_another_workspace_is_asked_for_its_own(place: Workspace) -> None:
    other = a_workspace("Theirs")
    with acting_in(place.pk), remembering():
        assert practice_zone() == PERTH
        with acting_in(other.pk):
            assert practice_zone() == ""
            PracticeDetails.objects.create(workspace_id=other.pk, time_zone=HOBART)
            assert practice_zone() == HOBART
        assert practice_zone() == PERTH


def test_nothing_is_known_from_one_request_to_the_next(place: Workspace) -> None:
    for zone in (HOBART, PERTH):
        with acting_in(place.pk), remembering():
            PracticeDetails.objects.update(time_zone=zone)
            assert practice_zone() == zone
    with acting_in(place.pk), remembering():
        assert practice_zone() == PERTH
    with acting_in(place.pk):  # a worker remembers nothing
        for zone in (HOBART, PERTH):
            PracticeDetails.objects.update(time_zone=zone)
            assert practice_zone() == zone


def test_the_account_that_asks_is_read_once_a_request(place: Workspace) -> None:
    browser = a_person(place, Role.OWNER).browser
    browser.get("/")
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/").status_code == OK
    reads = [each["sql"] for each in asked if '"accounts_account"."email"' in each["sql"]]
    assert len(reads) == 1, reads
