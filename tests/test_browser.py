"""Journeys in a real browser: what people do, and what axe-core and the browser object to."""

import os
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator

from handover.accounts.models import Role, Workspace
from tests.browsing import AXE, CHROMIUM, Visitor, visitor
from tests.diary import a_diary
from tests.furnished import a_full_client
from tests.people import PASSWORD, a_person
from tests.post import Postbox

pytestmark = [
    pytest.mark.usefixtures("clean_tables"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci brings it"),
]
ANN, BEN = "ann@practice.example", "ben@practice.example"


@pytest.fixture(autouse=True)
def beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in this thread, which Django would take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def invite_ben(ann: Visitor) -> list[str]:
    """From the dashboard; returns what axe-core finds on the way."""
    ann.page.get_by_role("link", name="Invite the people you work with").click()
    ann.page.get_by_label("First name").fill("Ben")
    ann.page.get_by_label("Last name").fill("Ray")
    ann.page.get_by_label("E-mail address").fill(BEN)
    ann.page.get_by_label("Role").select_option("receptionist")
    barriers = ann.barriers()
    ann.press("Send the invitation")
    ann.page.get_by_text(f"An invitation was sent to {BEN}").wait_for()
    return barriers + ann.barriers()


def test_a_stranger_becomes_an_owner_and_lets_a_colleague_in(post: Postbox) -> None:
    with visitor() as ann:
        ann.go("/sign-up/")
        ann.press("Open the workspace")
        assert ann.page.get_by_role("alert").is_visible()
        barriers = ann.barriers()
        ann.fill(name_of_your_practice="Perth Physio", first_name="Ann", last_name="Lee")
        ann.fill(email=ANN, password=PASSWORD)
        ann.press("Open the workspace")
        ann.page.get_by_label("Code").fill(post.code(ANN))
        ann.page.keyboard.press("Enter")
        ann.page.get_by_role("heading", name="Welcome, Ann").wait_for()
        barriers += ann.barriers()
        barriers += invite_ben(ann)
        ann.press("Sign out")
        ann.page.get_by_role("heading", name="Sign in").wait_for()
        ann.go(post.link(BEN))
        barriers += ann.barriers()
        ann.page.get_by_label("Password").fill(PASSWORD)
        ann.press("Join")
        ann.page.get_by_role("heading", name="Welcome, Ben").wait_for()
        assert ann.page.get_by_role("link", name="Users").count() == 0
        assert "\n".join(barriers) == ""
        assert ann.complaints == []


def test_a_receptionist_finds_a_caller_while_typing_and_by_keyboard(workspace: Workspace) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST, PASSWORD)
    a_full_client(workspace)
    with visitor() as visiting:
        page = visiting.page
        visiting.sign_in(desk.account.email, PASSWORD)
        visiting.go("/clients/")
        assert page.get_by_role("row").count() == 3
        page.get_by_label("Search clients").focus()
        page.keyboard.type("0412 34")
        page.get_by_text("Bea", exact=True).wait_for(state="detached")
        assert page.evaluate("document.activeElement.name") == "q"
        assert "q=0412" in page.url
        page.keyboard.press("Control+a")
        page.keyboard.type("nobody")
        page.get_by_text("Nobody agrees with all of this").wait_for()
        page.keyboard.press("Control+a")
        page.keyboard.type("lee 14/2/80")
        page.get_by_role("link", name="Lee, Annabel").press("Enter")
        page.get_by_role("heading", name="Annabel Lee (Ann)").wait_for()
        page.get_by_role("link", name="Add a relationship").press("Enter")
        page.get_by_label("Other client").press_sequentially("be")
        page.locator("datalist option").first.wait_for(state="attached")
        assert "Bea [" in str(page.locator("datalist option").first.get_attribute("value"))
        assert visiting.complaints == []


def confirm(visiting: Visitor) -> None:
    """Show who it is, for the pages that ask again."""
    visiting.go("/again/?next=/settings/security/")
    visiting.page.get_by_label("Password").fill(PASSWORD)
    visiting.page.keyboard.press("Enter")
    visiting.page.wait_for_url(f"{visiting.site}/settings/security/")


def test_a_passkey_is_added_and_signs_its_owner_in(workspace: Workspace) -> None:
    """The whole ceremony, with an authenticator that the browser pretends to have."""
    owner = a_person(workspace, Role.OWNER, PASSWORD)
    with visitor() as visiting:
        page = visiting.page
        browser = page.context.new_cdp_session(page)
        browser.send("WebAuthn.enable")
        about = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        about |= {"hasUserVerification": True, "isUserVerified": True}
        about["automaticPresenceSimulation"] = True
        browser.send("WebAuthn.addVirtualAuthenticator", {"options": about})
        visiting.sign_in(owner.account.email, PASSWORD)
        confirm(visiting)
        visiting.go("/settings/passkeys/add/")
        page.get_by_label("Passwordless").check()
        page.get_by_role("button", name="Add").click()
        page.wait_for_url(lambda url: "/add/" not in url)
        visiting.press("Sign out")
        visiting.go("/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("heading", name="Welcome").wait_for()
        assert visiting.complaints == []
    assert Authenticator.objects.get(user=owner.account, type="webauthn").last_used_at is not None


def overflow(visiting: Visitor) -> int:
    """By how many pixels the page is wider than its window."""
    return int(visiting.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_the_menu_works_by_keyboard_alone_and_remembers_the_dark(workspace: Workspace) -> None:
    owner = a_person(workspace, Role.OWNER, PASSWORD)
    with visitor(width=360, height=740) as visiting:
        page = visiting.page
        visiting.sign_in(owner.account.email, PASSWORD)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Light or dark").focus()
        before = page.evaluate("document.documentElement.dataset.bsTheme")
        page.keyboard.press("Enter")
        visiting.go("/settings/security/")
        assert page.evaluate("document.documentElement.dataset.bsTheme") != before
        assert visiting.complaints == []


def test_a_receptionist_finds_monday_and_moves_somebody_by_keyboard_and_by_mouse(
    workspace: Workspace,
) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST, PASSWORD)
    diary = a_diary(workspace)
    booked = diary.book("09:30")
    with visitor(width=1280, height=1400) as visiting:
        page = visiting.page
        visiting.sign_in(desk.account.email, PASSWORD)
        visiting.go("/calendar/?day=2026-11-23")
        page.get_by_role("link", name="Ann Lee").focus()
        barriers = visiting.barriers()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Change or move").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Time").fill("10:00")
        page.keyboard.press("Enter")
        page.get_by_text("Saved: Monday 23 November 2026, 10:00.").wait_for()
        visiting.go("/calendar/?day=2026-11-23")
        block = page.locator(".ec-event")
        block.wait_for()
        box = block.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 30, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(box["x"] + 30, box["y"] + 30, steps=4)
        page.mouse.move(box["x"] + 30, box["y"] + 10 + 80, steps=6)
        page.mouse.up()
        page.get_by_text("Moved: Monday 23 November 2026, 11:00.").wait_for()
        assert "\n".join(barriers) == ""
        assert visiting.complaints == []
    assert diary.fresh(booked).starts_at.isoformat() == "2026-11-23T00:00:00+00:00"
