"""Notes, forms and files in a real browser: what a practitioner writes is never lost."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client as Browser
from playwright.sync_api import Page

from handover.accounts.models import Role, Workspace
from handover.clients.models import Client
from handover.clinical.documents import stored
from handover.clinical.models import ClientForm, NoteAddendum, NoteTemplate, ProgressNote
from handover.core.tenancy import acting_in
from handover.files.models import File
from tests.browsing import AXE, CHROMIUM, Visitor, visitor
from tests.people import PASSWORD, a_person, signed_in
from tests.test_notes_pages import SOAP

pytestmark = [
    pytest.mark.usefixtures("clean_tables"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci brings it"),
]
PAGES = (
    "/clients/{client}/notes/",
    "/clients/{client}/notes/new/",
    "/notes/{final}/",
    "/notes/{final}/print/",
    "/notes/{draft}/finalise/",
    "/notes/{draft}/edit/",
    "/clients/{client}/forms/",
    "/forms/{form}/",
    "/forms/{form}/print/",
    "/clients/{client}/files/",
    "/files/{file}/view/",
    "/settings/note-templates/",
    "/settings/note-templates/new/",
    "/settings/note-templates/{template}/",
    "/settings/note-templates/{template}/edit/",
)
SAVED = "All of it is saved."


@pytest.fixture(autouse=True)
def beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in this thread, which Django would take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def records(workspace: Workspace, author: int) -> dict[str, int]:
    """One of everything that the pages show."""
    with acting_in(workspace.pk):
        of = {"workspace_id": workspace.pk}
        client = Client.objects.create(**of, first_name="Ada", last_name="Byron")
        about = of | {"client": client}
        written = about | {"document": stored(SOAP), "author_name": "Kim Lee"}
        template = NoteTemplate.objects.create(**of, name="SOAP", document=stored(SOAP))
        final = ProgressNote.objects.create(**written, title="First visit", state="final")
        NoteAddendum.objects.create(**of, note=final, author_name="Kim Lee", text="Left.")
        draft = ProgressNote.objects.create(**written, title="Second", author_id=author)
        form = ClientForm.objects.create(**about, name="Intake", document=stored(SOAP))
        file = File.objects.create(**about, name="a very-long-name-of-a-scan" * 6 + ".pdf")
    rows = {"template": template, "final": final, "draft": draft, "form": form, "file": file}
    return {name: row.pk for name, row in rows.items()} | {"client": client.pk}


def test_pages_of_records_are_without_barriers_light_and_dark_and_narrow(
    workspace: Workspace,
) -> None:
    owner = a_person(workspace, Role.OWNER, PASSWORD)
    numbers = records(workspace, owner.user.pk)
    with visitor(width=360, height=740) as visiting:
        visiting.sign_in(owner.account.email, PASSWORD)
        found = []
        for path in PAGES:
            visiting.go(path.format(**numbers))
            found += visiting.barriers()
            wide = "document.documentElement.scrollWidth - innerWidth"
            assert visiting.page.evaluate(wide) <= 0, path
        assert "\n".join(found) == ""
        assert visiting.complaints == []


def says(page: Page, words: str) -> None:
    page.locator("[data-state]").get_by_text(words).wait_for()


def test_a_draft_survives_a_lost_connection_another_window_and_the_end_of_the_session(
    workspace: Workspace,
) -> None:
    owner = a_person(workspace, Role.OWNER, PASSWORD)
    numbers = records(workspace, owner.user.pk)
    with visitor() as visiting:
        page, context = visiting.page, visiting.page.context
        visiting.sign_in(owner.account.email, PASSWORD)
        visiting.go(f"/notes/{numbers['draft']}/edit/")
        page.get_by_role("textbox", name="Complaint").click()
        page.keyboard.press("Control+a")
        page.keyboard.type("Since the ")
        page.get_by_role("button", name="Bold").click()
        page.keyboard.type("fall")
        says(page, SAVED)
        assert "<b>fall</b>" in str(saved(workspace, numbers["draft"]).document)
        context.set_offline(True)
        page.get_by_label("Title").fill("Written offline")
        says(page, "no connection")
        context.set_offline(False)
        says(page, SAVED)
        assert saved(workspace, numbers["draft"]).title == "Written offline"
        in_another_window(workspace, numbers["draft"])
        page.get_by_label("Title").fill("Written here")
        says(page, "another window")
        assert saved(workspace, numbers["draft"]).title == "Written there"
        page.get_by_role("button", name="Put mine in its place").click()
        says(page, SAVED)
        signed_out_and_in_again(visiting, signed_in(owner.account, workspace))
        assert saved(workspace, numbers["draft"]).title == "Written signed out"


def saved(workspace: Workspace, number: int) -> ProgressNote:
    with acting_in(workspace.pk):
        return ProgressNote.objects.get(pk=number)


def in_another_window(workspace: Workspace, number: int) -> None:
    with acting_in(workspace.pk):
        ProgressNote.objects.filter(pk=number).update(title="Written there")


def signed_out_and_in_again(visiting: Visitor, elsewhere: Browser) -> None:
    """The session ends while somebody writes; they sign in again in another window."""
    page, name = visiting.page, settings.SESSION_COOKIE_NAME
    page.context.clear_cookies()
    page.get_by_label("Title").fill("Written signed out")
    says(page, "you were signed out")
    cookie = {"name": name, "value": elsewhere.cookies[name].value, "url": visiting.site}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a SetCookieParam
    says(page, SAVED)
