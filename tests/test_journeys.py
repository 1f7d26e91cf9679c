"""From the first visit to Monday's work: one practice, moved in a browser, and who works there.

The move is made once, by an owner who goes through the pages; each test takes it up from there,
in any order. With `PICTURES=folder` every step leaves a picture (`make pictures`).
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import expect
from pytest_django import Settings

from conftest import Emptying, a_workspace
from handover.accounts.models import Account, AuditEntry, Role, User
from handover.clients.models import Client
from handover.clinical.models import ClientForm, ProgressNote
from handover.core.postgres import throwaway_home
from handover.core.tenancy import acting_in
from handover.files.models import File
from handover.importing.models import Acceptance, ImportRun, Reassignment, SourceRecord, State
from handover.practice.models import Location
from handover.sandbox import Sandbox
from handover.scheduling.models import Appointment
from handover.scheduling.operations import wall_time
from tests.browsing import AXE, CHROMIUM, visitor
from tests.moving import CLIENTS, Desk, a_practice
from tests.people import PASSWORD, a_person, a_user
from tests.post import mail_server
from tests.story import (
    ANN,
    HARRIET,
    JESS,
    SOON,
    Practice,
    by_keyboard,
    go_through_the_wizard,
    let_in,
    make_a_location,
    open_the_workspace,
    picture,
    rehearse_and_load,
)
from tests.story_of_money import pictures_of_money
from tests.working import a_worker

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci brings it"),
]
A_MONDAY = 2  # as the database counts days of the week
FORBIDDEN, SERVICES = 403, 5
#: Pages to work in, by the names of their pictures.
SHOWN = {
    "dashboard": "/",
    "calendar-week": "/calendar/?day={day}&view=week",
    "clients": "/clients/",
    "contacts": "/contacts/",
    "appointments": "/clients/{client}/appointments/",
    "new-note": "/clients/{client}/notes/new/",
    "forms": "/clients/{forms}/forms/",
    "files": "/clients/{files}/files/",
    "cases": "/clients/{client}/cases/",
    "communications": "/clients/{client}/communications/",
    "invoices": "/clients/{client}/invoices/",
    "availability": "/availability/",
    "note-templates": "/settings/note-templates/",
    "users": "/settings/users/",
    "support-access": "/settings/support/",
    "audit-log": "/settings/audit-log/",
    "imports": "/settings/imports/",
    "sign-off": "/settings/imports/{run}/sign-off/",
}
SMALL = {"clients": "small", "cases": "small", "calendar-week": "dark"}


@pytest.fixture(scope="module")
def practice(emptying: Emptying) -> Iterator[Practice]:
    """A stranger has become an owner, has let two people in, and has moved the practice."""
    with throwaway_home() as home, Sandbox(a_practice(), rate_limit=0) as sandbox, emptying():
        environment = replace(
            settings.ENVIRONMENT,
            home=home,
            cliniko_url=sandbox.url,
            cliniko_rate=0,
            cliniko_file_hosts=(sandbox.storage_host,),
        )
        quick = ["tests.people.QuickArgon2"]
        with override_settings(ENVIRONMENT=environment, PASSWORD_HASHERS=quick):
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop is in this thread
            with mail_server(cast("Settings", settings)) as post, visitor() as owner, a_worker():
                made = Practice(owner, sandbox, post)
                open_the_workspace(made)
                make_a_location(made, "Kalamunda", "Australia/Perth")
                let_in(made, "Jess Nolan", JESS, "receptionist")
                let_in(made, "Harriet Okafor", HARRIET, "practitioner")
                go_through_the_wizard(made)
                rehearse_and_load(made)
                yield made
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def test_an_owner_moves_the_practice_by_the_wizard_and_accepts_the_result(
    practice: Practice,
) -> None:
    ann, page = practice.owner, practice.owner.page
    assert practice.run.state == State.DONE
    at = f"/settings/imports/{practice.run.pk}/"
    ann.go(at)
    page.get_by_role("link", name="Who stands for whom").click()
    practice.see("who-stands-for-whom")
    page.get_by_role("link", name="Change whom").last.click()
    page.locator("select").select_option(index=1)
    ann.press("Change it")
    page.get_by_text("done, Ann Lee").wait_for(timeout=SOON)
    ann.go(at)
    page.get_by_role("link", name="Spot check").click()
    practice.see("spot-check")
    ann.go(at)
    ann.press("Accept")
    page.get_by_text("Accepted. The sign-off names you.").wait_for()
    with acting_in(practice.workspace.pk):
        assert Reassignment.objects.count() == 1
        assert Acceptance.objects.get().accepted_by == "Ann Lee"
        assert Client.objects.count() > 30
        assert Location.objects.filter(name="Kalamunda").count() == 1
        jess = User.objects.get(email=JESS, account__isnull=False)
        assert SourceRecord.objects.get(resource="users", target_id=jess.pk).outcome == "matched"
    assert ann.complaints == []


def test_a_receptionist_finds_mondays_calendar(practice: Practice) -> None:
    with acting_in(practice.workspace.pk):
        booked = Appointment.objects.exclude(status="cancelled").exclude(client=None)
        mondays = booked.filter(starts_at__week_day=A_MONDAY).select_related("client")
        most = Counter(wall_time(each).date() for each in mondays).most_common(1)[0][0]
        first = next(each for each in mondays if wall_time(each).date() == most)
        name, starts = str(first.client), wall_time(first)
    with practice.come_in(JESS) as page:
        picture(page, "dashboard-of-a-receptionist")
        page.get_by_role("link", name="Calendar", exact=True).click()
        page.get_by_label("Go to").fill(f"{starts:%Y-%m-%d}")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("heading", name=f"{starts:%A} {starts.day} ").first.wait_for()
        page.locator(".ec-event").first.wait_for()
        picture(page, "calendar-grid")
        page.get_by_role("link", name="List").click()
        row = page.get_by_role("listitem").filter(has_text=name).filter(has_text=f"{starts:%H:%M}")
        expect(row.first).to_be_visible()
        picture(page, "calendar-list")
        row.get_by_role("link", name=name).click()
        page.get_by_role("heading", name=name).wait_for()
        picture(page, "appointment")


def test_a_practitioner_reads_an_imported_final_note_and_cannot_alter_it(
    practice: Practice,
) -> None:
    note = a_final_note(practice)
    before = note.document
    with practice.come_in(HARRIET) as page:
        page.goto(f"/clients/{note.client_id}/")
        picture(page, "client")
        page.get_by_role("link", name="Progress notes").click()
        picture(page, "notes")
        page.locator(f"a[href='/notes/{note.pk}/']").click()
        page.get_by_text("From Cliniko").click()
        page.get_by_text("Number there").wait_for()
        picture(page, "note")
        assert page.get_by_role("link", name="Write on").count() == 0
        assert page.get_by_role("link", name="Clients", exact=True).first.get_attribute(
            "aria-current"
        )
        page.goto(f"/notes/{note.pk}/edit/")
        page.get_by_text("This note is final: nobody can change it.").wait_for()
    with acting_in(practice.workspace.pk):
        note.refresh_from_db()
    assert note.document == before


def test_an_accountant_sees_invoices_and_no_notes(practice: Practice) -> None:
    note = a_final_note(practice)
    a_person(practice.workspace, Role.ACCOUNTANT, PASSWORD)
    with practice.come_in(f"accountant@{practice.workspace.slug}.example") as page:
        page.goto(f"/clients/{note.client_id}/")
        tabs = page.get_by_role("navigation", name="About this client")
        assert tabs.get_by_role("link").all_text_contents() != []
        assert tabs.get_by_role("link", name="Progress notes").count() == 0
        tabs.get_by_role("link", name="Invoices").click()
        page.get_by_role("heading", name=str(note.client)).wait_for()
        answer = page.goto(f"/notes/{note.pk}/")
        assert answer is not None
        assert answer.status == FORBIDDEN
        assert note.title not in page.locator("main").inner_text()


def a_final_note(practice: Practice) -> ProgressNote:
    """The newest one that came with the import, of a client who is still there."""
    with acting_in(practice.workspace.pk):
        found = ProgressNote.objects.filter(state="final", client__archived_at=None)
        return found.select_related("client").exclude(title="").latest("pk")


def test_the_wizard_works_by_keyboard_alone(practice: Practice) -> None:
    ann, page = practice.owner, practice.owner.page
    ann.go("/settings/imports/new/")
    by_keyboard(page.get_by_role("link", name="Start", exact=True))
    by_keyboard(page.get_by_label("API key"), practice.sandbox.keys["administrator"], "Enter")
    page.get_by_text("The account was looked at. Nothing was changed there.").wait_for(timeout=SOON)
    by_keyboard(page.get_by_role("link", name="Go on"))
    for number in (3, 4, 5, 6):
        page.get_by_role("heading", name=f"{number}. ").wait_for()
        if number == SERVICES:
            choice = page.locator("select").first
            if choice.count():
                by_keyboard(choice, "ArrowDown")
                page.get_by_text("Saved.").wait_for()
        by_keyboard(page.get_by_role("button", name="Save and go on"))
    page.locator("[name=debtors]").first.wait_for()
    chosen = page.locator("[name=debtors]:checked")  # as the practice said when it moved before
    by_keyboard(chosen if chosen.count() else page.locator("[name=debtors]").first, "Space")
    by_keyboard(page.get_by_role("button", name="Save and go on"))
    page.get_by_role("heading", name="8. Review").wait_for()
    by_keyboard(page.get_by_role("button", name="Give up this draft"))
    page.get_by_role("dialog").wait_for()
    by_keyboard(page.get_by_role("button", name="Give it up"))
    page.get_by_text("The draft and its key are deleted.").wait_for()
    assert ann.complaints == []


def test_pages_to_work_in_show_what_came(practice: Practice) -> None:
    with acting_in(practice.workspace.pk):
        note = ProgressNote.objects.filter(state="final").latest("pk")
        numbers = {
            "client": note.client_id,
            "files": File.objects.exclude(client=None).latest("pk").client_id,
            "forms": ClientForm.objects.exclude(client=None).latest("pk").client_id,
            "run": practice.run.pk,
            "day": busiest_monday(),
        }
    ann = practice.owner
    for name, path in SHOWN.items():
        ann.go(path.format(**numbers))
        if "calendar" in name:
            ann.page.locator(".ec-event").first.wait_for()
        practice.see(name)
    if "PICTURES" in os.environ:
        small_pictures(practice, numbers)
        pictures_of_money(practice)
    assert ann.complaints == []


def busiest_monday() -> date:
    """The first day of the week that has most in it; the caller acts in the workspace."""
    days = [each.date() for each in Appointment.objects.values_list("starts_at", flat=True)]
    weeks = Counter(each - timedelta(days=each.weekday()) for each in days)
    return weeks.most_common(1)[0][0]


def small_pictures(practice: Practice, numbers: Mapping[str, object]) -> None:
    """Some of them on a telephone and in the dark."""
    page = practice.owner.page
    for name, how in SMALL.items():
        small = how == "small"
        page.set_viewport_size({"width": 360 if small else 1280, "height": 740})
        practice.owner.go(SHOWN[name].format(**numbers))
        if not small:
            page.locator(".ec-event").first.wait_for()
            page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
        picture(page, f"{name}-{how}")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_within_48_hours_an_import_is_deleted_and_leaves_a_receipt(practice: Practice) -> None:
    """In a workspace of its own: the others are to find what came."""
    other = a_workspace("Second thoughts")
    ann = a_user(other, Role.OWNER, Account.objects.get(email=ANN))
    with acting_in(other.pk):
        User.objects.filter(pk=ann.pk).update(first_name="Ann", last_name="Lee")
    run = Desk(other, practice.sandbox, settings.ENVIRONMENT.home).move(only=CLIENTS).run
    with practice.come_in(ANN, other) as page:
        page.goto(f"/settings/imports/{run.pk}/")
        page.get_by_role("link", name="Delete").click()
        page.get_by_text("It can be deleted for another 47 hours").wait_for()
        page.get_by_role("button", name="Show what would go and what stays").click()
        page.get_by_label("To confirm, type the words above").wait_for(timeout=SOON)
        picture(page, "delete")
        page.get_by_label("To confirm, type the words above").fill(f"delete import {run.pk}")
        page.get_by_role("button", name="Delete").click()
        page.get_by_text("Receipt of deleting").first.wait_for(timeout=SOON)
        picture(page, "deleted")
    with acting_in(other.pk):
        assert ImportRun.objects.get().state == State.DELETED
        assert not Client.objects.exists()
        assert AuditEntry.objects.filter(action="deleted", record="import").count() == 1
