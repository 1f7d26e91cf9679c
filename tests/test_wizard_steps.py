"""The wizard's steps, by themselves: suggestions, answers, switches, and drafts given up."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as Browser

from conftest import a_workspace
from handover.accounts.models import AuditEntry, Role, User, Workspace
from handover.core.tenancy import acting_in
from handover.importing import choosing, drafts
from handover.importing.engine.errors import StopImport
from handover.importing.models import Choice, ImportRun, Move, SourceRecord, State
from handover.importing.wizard import asking, data
from handover.practice.models import Location, Practitioner, Service
from tests.counting import questions
from tests.drafts import a_draft
from tests.people import a_person

NEW = "/settings/imports/new/"
CLASS, INITIAL = "appointment_types/5", "appointment_types/4"
OK, FOUND, FORBIDDEN = 200, 302, 403


@pytest.fixture
def move(workspace: Workspace) -> Move:
    return a_draft(workspace)


@pytest.fixture
def browser(workspace: Workspace, move: Move) -> Browser:
    return a_person(workspace, Role.OWNER).browser


def rows(move: Move, step: str) -> dict[str, asking.Row]:
    with acting_in(move.workspace_id):
        return {row.key: row for row in asking.sheet(move, step).rows}


def refresh(move: Move) -> None:
    with acting_in(move.workspace_id):
        move.refresh_from_db()


def choices(move: Move) -> dict[str, str]:
    with acting_in(move.workspace_id):
        return {f"{each.resource}/{each.source_id}": each.how for each in Choice.objects.all()}


def test_what_is_sure_is_suggested_and_what_is_not_is_asked(move: Move) -> None:
    assert rows(move, "locations")["businesses/1"].state == "suggested"
    services = rows(move, "services")
    assert services[CLASS].value == "create"
    assert (services[INITIAL].state, services[INITIAL].guess) == ("open", "Initial consult")
    (person,) = rows(move, "people").values()  # a user who is a practitioner is one person
    assert (person.state, person.count, person.notes) == ("open", 3, 2)
    assert "is it the same person?" in person.suggestion.why


def test_of_two_with_one_name_none_is_suggested(move: Move) -> None:
    with acting_in(move.workspace_id):
        Location.objects.create(workspace_id=move.workspace_id, name=" riverside")
    row = rows(move, "locations")["businesses/1"]
    assert (row.state, row.suggestion.value) == ("open", "")
    assert "several have this name" in row.suggestion.why


def test_what_was_imported_earlier_stays_what_it_is(move: Move, browser: Browser) -> None:
    with acting_in(move.workspace_id):
        service = Service.objects.get()
        SourceRecord.objects.create(
            workspace_id=move.workspace_id,
            run_id=move.run_id,
            system="cliniko",
            account="77",
            resource="appointment_types",
            source_id="4",
            payload="{}",
            target_id=service.pk,
        )
    assert rows(move, "services")[INITIAL].state == "settled"
    assert "imported earlier" in browser.get(f"{NEW}services/").text
    browser.post(f"{NEW}services/", {INITIAL: "ignore"})
    assert INITIAL not in choices(move)


def test_answers_are_kept_as_one_goes_and_can_be_taken_back(move: Move, browser: Browser) -> None:
    saved = browser.post(f"{NEW}services/", {INITIAL: "create"}, headers={"HX-Request": "true"})
    assert "Saved." in saved.text
    assert "Nothing needs a choice" in saved.text
    assert choices(move) == {INITIAL: "create"}  # what is only suggested waits
    browser.post(f"{NEW}services/", {INITIAL: ""}, headers={"HX-Request": "true"})
    assert choices(move) == {}
    assert (
        browser.post(f"{NEW}services/", {INITIAL: "ignore"}).headers["Location"].endswith("data/")
    )
    assert choices(move) == {INITIAL: "ignore", CLASS: "create"}


def test_two_services_become_one_new_one_in_the_wizard_and_in_a_file(
    move: Move, browser: Browser, tmp_path: Path
) -> None:
    assert rows(move, "services")[INITIAL].same == [("same:5", "Class")]
    browser.post(f"{NEW}services/", {INITIAL: "same:5", CLASS: "create"})
    told = rows(move, "services")
    assert told[INITIAL].value == "same:5"
    assert told[CLASS].same == [], "none follows one that follows"
    assert choices(move) == {INITIAL: "same", CLASS: "create"}
    with acting_in(move.workspace_id):
        asking.keep(move, "services", {CLASS: "ignore"}, by="")
    assert rows(move, "services")[INITIAL].is_open, "the other one becomes nothing any more"
    file, source = tmp_path / "choices.json", choosing.Source(move.workspace_id, "77")
    for given in ({"4": "same:4"}, {"4": "same:5", "5": "same:4"}, {"4": "same:"}):
        file.write_text(json.dumps({"appointment_types": given}), encoding="utf-8")
        with pytest.raises(StopImport, match="is no choice"):
            choosing.from_file(file, source, by="")
    file.write_text(json.dumps({"appointment_types": {"4": "same:5"}}), encoding="utf-8")
    assert choosing.from_file(file, source, by="") == 1
    assert choices(move)[INITIAL] == "same"


def test_whoever_begins_an_import_while_another_is_at_work_is_told_and_led_there(
    move: Move, browser: Browser
) -> None:
    assert "is at work" not in browser.get(NEW).text
    with acting_in(move.workspace_id):
        run = ImportRun.objects.create(
            workspace_id=move.workspace_id, system="cliniko", state=State.FETCHING
        )
    page = browser.get(NEW).text
    assert f"Import {run.pk} is at work." in page
    assert f'href="/settings/imports/{run.pk}/"' in page


def test_each_type_of_the_data_step_tells_its_requests_and_minutes(browser: Browser) -> None:
    page = browser.get(f"{NEW}data/").text
    assert "3 requests, less than a minute" in " ".join(page.split())


def test_a_person_is_chosen_for_with_the_practitioner_that_they_are(
    move: Move, browser: Browser
) -> None:
    with acting_in(move.workspace_id):
        user = User.objects.get(first_name="Grace")
        here = Practitioner.objects.create(workspace_id=move.workspace_id, user=user)
    browser.post(f"{NEW}people/", {"users/2": f"match:{user.pk}"})
    assert choices(move) == {"users/2": "match", "practitioners/3": "match"}
    with acting_in(move.workspace_id):
        assert Choice.objects.get(resource="practitioners").target_id == here.pk
    browser.post(f"{NEW}people/", {"users/2": "create"})
    assert choices(move) == {"users/2": "create"}
    browser.post(f"{NEW}people/", {"users/2": "ignore"})
    assert choices(move) == {"users/2": "ignore", "practitioners/3": "ignore"}


def test_all_suggestions_are_taken_at_once(move: Move, browser: Browser) -> None:
    browser.post(f"{NEW}services/", {"accept": "all"})
    assert choices(move) == {INITIAL: "match", CLASS: "create"}


def test_nobody_chooses_what_is_of_another_workspace(move: Move, browser: Browser) -> None:
    other = a_workspace("Other")
    with acting_in(other.pk):
        theirs = Service.objects.create(workspace_id=other.pk, name="Theirs")
    answers = {INITIAL: f"match:{theirs.pk}", "users/2": "match:x", "users/999": "ignore"}
    for step in ("services", "people"):
        browser.post(f"{NEW}{step}/", answers)
    assert INITIAL not in choices(move)
    assert "users/2" not in choices(move)
    assert "users/999" not in choices(move)


def test_what_others_need_is_not_switched_off_alone(move: Move, browser: Browser) -> None:
    on = [name for name in data.switchable() if name != "patients"]
    page = browser.post(f"{NEW}data/", {"type": on})
    assert "Clients is needed by: " in page.text
    refresh(move)
    assert move.off == []
    answer = browser.post(f"{NEW}data/", {"type": on, "all": "yes"})
    assert answer.headers["Location"].endswith("/debtors/")
    refresh(move)
    assert {"patients", "attendees", "treatment_notes"} <= set(move.off)
    assert "taxes" not in move.off
    assert {"users", "taxes"} <= set(data.only(move))
    assert not {"patients", "attendees"} & set(data.only(move))


def test_a_draft_is_given_up_with_its_key_and_what_was_chosen_is_remembered(
    move: Move, browser: Browser
) -> None:
    browser.post(f"{NEW}services/", {INITIAL: "ignore"})
    browser.post(f"{NEW}give-up/")
    with acting_in(move.workspace_id):
        assert not ImportRun.objects.exists()
        assert not Move.objects.exists()
        assert AuditEntry.objects.filter(action="deleted", record="import draft").exists()
    assert INITIAL in choices(move)
    answer = browser.get(f"{NEW}services/")
    assert (answer.status_code, answer.headers["Location"]) == (FOUND, f"{NEW}key/")


def test_a_draft_is_submitted_once(move: Move) -> None:
    with acting_in(move.workspace_id):
        run = drafts.submit_draft(move, only=["users"], rehearsal=True, notify="")
        assert (run.state, run.rehearsal, run.in_background) == (State.QUEUED, True, True)
        assert drafts.draft_in(move.workspace_id) is None
        with pytest.raises(StopImport, match="submitted already"):
            drafts.submit_draft(move, only=[], rehearsal=False, notify="")
        with pytest.raises(StopImport, match="submitted meanwhile"):
            drafts.give_up(move)


def test_steps_that_ask_do_not_grow_with_their_rows(move: Move, browser: Browser) -> None:
    few = questions(browser, f"{NEW}services/")
    records = move.survey["records"]["appointment_types"]
    records += [{**records[0], "id": str(n), "name": f"Service {n}"} for n in range(100, 180)]
    with acting_in(move.workspace_id):
        move.save()
    many = questions(browser, f"{NEW}services/")
    assert many == few < 40


def test_a_key_and_a_submission_ask_who_it_is_first(workspace: Workspace, move: Move) -> None:
    person = a_person(workspace, Role.PRACTICE_MANAGER)
    session = person.browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1}]
    session["began_at"] = 1
    session.save()
    for step in ("key", "review"):
        answer = person.browser.post(f"{NEW}{step}/", {"key": "x" * 40})
        assert answer.status_code == FOUND
        assert "/again/" in answer.headers["Location"] or "/sign-in/" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no json", "cannot be read as JSON"),
        ("[1]", "holds no choices"),
        ('{"patients": {"1": "ignore"}}', "nothing can be chosen for 'patients'"),
        ('{"businesses": {"1": "activity"}}', "is no choice"),
        ('{"businesses": {"1": "match:999999"}}', "no row here"),
        ('{"businesses": {"1": "ignore", "2": 7}}', "is no choice"),
    ],
)
def test_a_file_of_choices_is_taken_whole_or_not_at_all(
    move: Move, tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "choices.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StopImport, match=why):
        choosing.from_file(file, choosing.Source(move.workspace_id, "77"), by="Ann")
    assert choices(move) == {}


def test_a_file_of_choices_says_the_same_as_the_wizard(move: Move, tmp_path: Path) -> None:
    with acting_in(move.workspace_id):
        service = Service.objects.get()
    given = {"appointment_types": {"4": f"match:{service.pk}", "5": "activity"}}
    file = tmp_path / "choices.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    source = choosing.Source(move.workspace_id, "77")
    assert choosing.from_file(file, source, by="Ann") == 2
    found = rows(move, "services")
    assert [found[each].value for each in (INITIAL, CLASS)] == [f"match:{service.pk}", "activity"]
    told = [(each["id"], each["choice"], each["to"]) for each in choosing.choices_of(move.run)]
    assert sorted(told) == [("4", "match", "Initial consult"), ("5", "activity", "")]


def test_a_page_that_waits_for_a_worker_says_if_there_is_none(move: Move, browser: Browser) -> None:
    with acting_in(move.workspace_id):
        Move.objects.update(survey={})
    assert "No worker is running at this moment" in browser.get(f"{NEW}key/").text
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    page = browser.get(f"{NEW}key/").text
    assert "No worker is running at this moment" not in page
    assert "The account is being looked at" in page
