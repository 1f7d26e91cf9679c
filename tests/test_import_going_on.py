"""The pages of an import while it goes on, and until it is deleted: live, steered, typed."""

from pytest_django import Settings

from handover.accounts.models import Role
from handover.core.tenancy import acting_in
from handover.importing import jobs, runs, steering
from handover.importing.models import Errand, ImportRun, State
from tests.moving import CLIENTS, Desk
from tests.people import a_person
from tests.test_import_pages import at, noted, worked
from tests.test_jobs import queued

LISTS = CLIENTS


def test_a_run_that_goes_on_is_shown_paused_resumed_and_ended(
    desk: Desk, settings: Settings
) -> None:
    run = steering.begin(lambda: desk.begin(only=LISTS))
    manager = a_person(desk.workspace, Role.PRACTICE_MANAGER)
    address = f"/settings/imports/{run.pk}/"
    page = manager.browser.get(address).text
    for wanted in ("You may close this page", "every 3s", "Pause", "End the import", "Queued"):
        assert wanted in page
    assert manager.browser.get(f"{address}now/").status_code == 200
    assert "Resume" in manager.browser.post(f"{address}pause/", follow=True).text
    assert (runs.find_run(run.pk).state, queued()) == (State.PAUSED, [])
    assert manager.browser.get(f"{address}now/").headers["HX-Refresh"] == "true"
    manager.browser.post(f"{address}resume/")
    assert (runs.find_run(run.pk).state, queued()) == (State.QUEUED, [run.pk])
    again = manager.browser.post(f"{address}resume/", follow=True).text
    assert "cannot" in again or "is being worked on" in again or "goes on" in again
    manager.browser.post(f"{address}cancel/")
    assert runs.find_run(run.pk).state == State.CANCELLED
    refused = manager.browser.post(f"{address}pause/", follow=True).text
    assert f"Import {run.pk} cannot be paused: it is cancelled." in refused
    assert {"pause", "resume", "cancel"} <= noted(desk)


def test_a_run_without_its_key_asks_for_it_before_it_goes_on(
    desk: Desk, settings: Settings
) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.__class__(
        **{**vars(settings.ENVIRONMENT), "home": desk.home}
    )
    run = steering.begin(lambda: desk.begin(only=LISTS))
    steering.pause(run)
    with desk.inside():
        ImportRun.objects.filter(pk=run.pk).update(sealed_key="")
    owner = a_person(desk.workspace, Role.OWNER)
    address = f"/settings/imports/{run.pk}/resume/"
    assert owner.browser.post(address).headers["Location"].endswith("/resume/key/")
    wrong = owner.browser.post(f"{address}key/", {"key": "au1"}).text
    assert "this is only its ending" in wrong
    secret = desk.sandbox.keys["administrator"]
    answer = owner.browser.post(f"{address}key/", {"key": secret}, follow=True)
    assert "It goes on" in answer.text
    assert secret not in answer.text
    assert runs.find_run(run.pk).sealed_key not in {"", secret}
    assert not [each for each in noted(desk) if secret in each]
    jobs.work(desk.office, run.pk)
    assert runs.find_run(run.pk).state == State.DONE


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(desk: Desk) -> None:
    run = steering.begin(lambda: desk.begin(only=LISTS))
    owner = a_person(desk.workspace, Role.OWNER)
    owner.browser.get("/")
    session = owner.browser.session
    session["seen_at"] -= 20 * 60
    session.save()
    seen = session["seen_at"]
    assert owner.browser.get(f"/settings/imports/{run.pk}/now/").status_code == 200
    assert owner.browser.session["seen_at"] == seen
    session = owner.browser.session
    session["seen_at"] -= 20 * 60
    session.save()
    answer = owner.browser.get(f"/settings/imports/{run.pk}/now/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true", "the whole page, which asks to sign in"


def test_no_errand_is_taken_while_the_run_is_worked_on(desk: Desk) -> None:
    run = steering.begin(lambda: desk.begin(only=LISTS))
    owner = a_person(desk.workspace, Role.OWNER)
    answer = owner.browser.post(f"/settings/imports/{run.pk}/delete/look-ahead/", follow=True)
    assert "cancel it first" in answer.text
    with acting_in(desk.workspace.pk):
        assert not Errand.objects.exists()


def test_deleting_is_looked_at_typed_and_done_by_a_worker_and_leaves_a_receipt(
    desk: Desk,
) -> None:
    done = desk.move(only=CLIENTS)
    owner = a_person(desk.workspace, Role.OWNER)
    page = owner.browser.get(at(done, "delete/")).text
    assert "It can be deleted for another 47 hours" in page
    words = {"typed": f"delete import {done.run.pk}"}
    owner.browser.post(at(done, "delete/"), words)
    assert runs.find_run(done.run.pk).state != State.DELETING, "nobody has looked yet"
    owner.browser.post(at(done, "delete/look-ahead/"))
    assert worked(desk, done).state == "done"
    page = owner.browser.get(at(done, "delete/")).text
    assert "Together" in page or "typed" in page
    wrong = owner.browser.post(at(done, "delete/"), {"typed": "yes"}).text
    assert "These are not the words" in wrong
    answer = owner.browser.post(at(done, "delete/"), words, follow=True)
    assert "It is being deleted" in answer.text
    jobs.work(desk.office, done.run.pk)
    assert runs.find_run(done.run.pk).state == State.DELETED
    page = owner.browser.get(at(done)).text
    assert "Receipt of deleting" in page
    assert f"Asked by {owner.user}" in page
