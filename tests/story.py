"""The story of a practice that moves, as its owner goes through it at a browser, step by step.

With `PICTURES=folder` every step leaves a picture there.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Locator, Page

from handover.accounts.models import Account, Workspace
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun
from handover.sandbox import Sandbox
from tests.browsing import Visitor
from tests.people import PASSWORD, signed_in
from tests.post import Postbox

#: Jess and Harriet have these addresses in Cliniko, too: the wizard knows them by it.
ANN = "ann@riverbend.example.test"
JESS, HARRIET = "reception@riverbend.example.test", "harriet.okafor@riverbend.example.test"
SOON = 60_000  # milliseconds that a run may take on a busy machine
MOST_TABS = 150
KEYS = {"Enter", "Space", "ArrowDown"}


@dataclass
class Practice:
    """The practice of the story: its owner at the browser, where it comes from, and its mail."""

    owner: Visitor
    sandbox: Sandbox
    post: Postbox

    @property
    def workspace(self) -> Workspace:
        return Workspace.objects.using("owner").earliest("pk")

    @property
    def run(self) -> ImportRun:
        with acting_in(self.workspace.pk):
            return ImportRun.objects.earliest("pk")

    def see(self, name: str) -> None:
        """A page on the way: a picture is taken, and nothing may be wider than the window."""
        picture(self.owner.page, name)
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert self.owner.page.evaluate(wide) <= 0, name

    @contextmanager
    def come_in(self, email: str, workspace: Workspace | None = None) -> Iterator[Page]:
        """Somebody else at a browser of their own, signed in."""
        name, account = settings.SESSION_COOKIE_NAME, Account.objects.get(email=email)
        session = signed_in(account, workspace or self.workspace).cookies[name].value
        cookie = {"name": name, "value": session}
        with self.a_window() as page:
            page.context.add_cookies([cookie | {"url": self.owner.site}])  # type: ignore[list-item]  # a SetCookieParam
            page.goto("/")
            yield page

    @contextmanager
    def a_window(self) -> Iterator[Page]:
        """A browser that has never been there."""
        browser = self.owner.page.context.browser
        assert browser is not None
        context = browser.new_context(
            viewport={"width": 1280, "height": 800},
            base_url=self.owner.site,
            reduced_motion="reduce",
            locale="en-AU",
        )
        yield context.new_page()
        context.close()


def picture(page: Page, name: str) -> None:
    """Keep what is to be seen, if somebody wants pictures."""
    if folder := os.environ.get("PICTURES"):
        page.mouse.move(0, 0)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def open_the_workspace(practice: Practice) -> None:
    ann, page = practice.owner, practice.owner.page
    ann.go("/sign-up/")
    practice.see("sign-up")
    ann.fill(name_of_your_practice="Riverbend Allied Health", first_name="Ann", last_name="Lee")
    ann.fill(email=ANN, password=PASSWORD)
    ann.press("Open the workspace")
    page.get_by_label("Code").fill(practice.post.code(ANN))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Welcome, Ann").wait_for()
    practice.see("first-steps")


def make_a_location(practice: Practice, name: str, zone: str) -> None:
    """The owner makes a place in Settings, and finds it in the list."""
    ann, page = practice.owner, practice.owner.page
    ann.go("/settings/locations/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Time zone").select_option(zone)
    ann.press("Save")
    page.get_by_role("link", name=name).wait_for()


def let_in(practice: Practice, name: str, email: str, role: str) -> None:
    """The owner invites somebody, who follows the link in their mail."""
    ann, (first, last) = practice.owner, name.split()
    ann.go("/settings/users/invite/")
    ann.page.get_by_label("First name").fill(first)
    ann.page.get_by_label("Last name").fill(last)
    ann.page.get_by_label("E-mail address").fill(email)
    ann.page.get_by_label("Role").select_option(role)
    ann.press("Send the invitation")
    ann.page.get_by_text(f"An invitation was sent to {email}").wait_for()
    with practice.a_window() as page:
        page.goto(practice.post.link(email))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Join").click()
        page.get_by_role("heading", name=f"Welcome, {first}").wait_for()


def go_through_the_wizard(practice: Practice) -> None:
    ann, page = practice.owner, practice.owner.page
    ann.go("/settings/imports/")
    practice.see("imports-none")
    page.get_by_role("link", name="Import from Cliniko").click()
    practice.see("wizard-1-start")
    page.get_by_role("link", name="Start", exact=True).click()
    practice.see("wizard-2-key")
    page.get_by_label("API key").fill(practice.sandbox.keys["administrator"])
    ann.press("Check this key")
    page.get_by_text("The account was looked at. Nothing was changed there.").wait_for(timeout=SOON)
    practice.see("wizard-2-key-read")
    page.get_by_role("link", name="Go on").click()
    for number, step in ((3, "locations"), (4, "people"), (5, "services")):
        page.get_by_role("heading", name=f"{number}. ").wait_for()
        practice.see(f"wizard-{number}-{step}")
        for choice in page.locator("select.is-open").all():
            choice.select_option("create")
        ann.press("Save and go on")
    page.get_by_role("heading", name="6. Data").wait_for()
    practice.see("wizard-6-data")
    ann.press("Save and go on")
    page.get_by_label("No Xero: we collect from here").check()
    practice.see("wizard-7-debtors")
    ann.press("Save and go on")
    page.get_by_role("heading", name="8. Review").wait_for()
    practice.see("wizard-8-review")


def rehearse_and_load(practice: Practice) -> None:
    """Rehearse; then load it, close the page meanwhile, and come back to the result."""
    ann, page = practice.owner, practice.owner.page
    ann.press("Rehearse first")
    page.get_by_text("You may close this page, or go on working").wait_for()
    load = page.get_by_role("button", name="Load it in earnest")
    load.wait_for(timeout=SOON)
    practice.see("rehearsed")
    with acting_in(practice.workspace.pk):
        assert Client.objects.count() == 0
    load.click()
    page.get_by_text("You may close this page, or go on working").wait_for()
    page.get_by_text("Waits for a worker").wait_for(state="detached")
    picture(page, "progress")
    ann.go("/clients/")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name="Import 1, ").click()
    page.get_by_role("heading", name="Accept this result").wait_for(timeout=SOON)
    practice.see("result")


def by_keyboard(there: Locator, *keys: str) -> None:
    """Go on with Tab until it has the focus, and press keys: text is typed; else Enter."""
    there.first.wait_for()
    page = there.page
    for _ in range(MOST_TABS):
        if there.evaluate("it => it === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"Tab does not lead to {there}")
    for key in keys or ("Enter",):
        (page.keyboard.press if key in KEYS else page.keyboard.type)(key)
