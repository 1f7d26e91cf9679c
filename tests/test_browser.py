"""Journeys in a real browser: what people do, and what axe-core and the browser object to."""

import os
from collections.abc import Iterator
from datetime import date

import pytest

from handover.accounts.models import Role, Workspace
from handover.billing.models import Invoice
from handover.clients.models import Case, Client, ClientPhone, Contact, MedicalAlert, Recall
from handover.clients.operations import link, relate, tag
from handover.communications.models import Communication
from handover.core.tenancy import acting_in
from tests.browsing import AXE, CHROMIUM, Visitor, visitor
from tests.diary import a_diary
from tests.drafts import a_draft
from tests.people import PASSWORD, a_person
from tests.post import Postbox
from tests.xero_office import something_sent

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


OUTSIDE = (
    "/sign-in/",
    "/inactive/",
    "/password/forgotten/",
    "/password/sent/",
    "/password/new/1-no-such-key/",
    "/password/done/",
)
PAGES = (
    "/settings/details/",
    "/settings/locations/",
    "/settings/services/new/",
    "/settings/tags/{tag}/",
    "/settings/users/hand-over/",
    "/workspaces/",
    "/workspaces/new/",
    "/settings/outbox/",
    "/settings/second-step/",
    "/settings/passkeys/",
    "/settings/users/{user}/",
    "/settings/security/",
    "/settings/sessions/",
    "/settings/second-step/app/",
    "/settings/passkeys/add/",
    "/settings/e-mail/",
    "/settings/password/",
    "/settings/audit-log/",
    "/settings/imports/",
    "/settings/imports/new/",
    "/settings/imports/new/key/?new",
    "/settings/imports/new/locations/",
    "/settings/imports/new/people/",
    "/settings/imports/new/services/",
    "/settings/imports/new/data/",
    "/settings/imports/new/debtors/",
    "/settings/imports/new/review/",
    "/settings/support/",
    "/settings/xero/",
    "/settings/xero/accounts/",
    "/settings/xero/organisation/",
    "/settings/xero/send/",
    "/settings/xero/files/",
    "/settings/xero/sent/{push}/",
    "/clients/",
    "/clients/{client}/",
    "/clients/{client}/edit/",
    "/clients/{client}/cases/",
    "/clients/{client}/cases/new/",
    "/clients/{client}/cases/{case}/",
    "/clients/{client}/recalls/new/",
    "/clients/{client}/appointments/",
    "/clients/{client}/contacts/",
    "/clients/new/",
    "/contacts/new/",
    "/clients/{client}/communications/",
    "/clients/{client}/invoices/",
    "/clients/{client}/relationships/",
    "/contacts/",
    "/contacts/{contact}/",
    "/contacts/{contact}/edit/",
    "/calendar/?day=2026-11-23&view=week",
    "/calendar/?day=2026-11-23&form=grid",
    "/appointments/new/",
    "/appointments/{appointment}/",
    "/appointments/{appointment}/edit/",
    "/appointments/{appointment}/cancel/",
    "/availability/",
    "/availability/{practitioner}/",
    "/availability/{practitioner}/extra/",
    "/busy-times/",
    "/busy-times/new/",
    "/busy-times/{busy}/",
)


def test_every_page_of_an_owner_is_without_barriers_light_and_dark_wide_and_narrow(
    workspace: Workspace,
) -> None:
    owner = a_person(workspace, Role.OWNER, PASSWORD)
    colleague = a_person(workspace, Role.RECEPTIONIST)
    a_draft(workspace)
    diary = a_diary(workspace)
    numbers = a_full_client(workspace) | {
        "user": colleague.user.pk,
        "appointment": diary.book("09:30").pk,
        "practitioner": diary.mary.pk,
        "busy": diary.busy("14:00").pk,
        "push": something_sent(workspace),
    }
    with visitor(width=360, height=740) as visiting:
        found = []
        for page in OUTSIDE:
            visiting.go(page)
            found += visiting.barriers()
        visiting.sign_in(owner.account.email, PASSWORD)
        visiting.go("/settings/security/")
        confirm(visiting)
        for page in PAGES:
            visiting.go(page.format(**numbers))
            found += visiting.barriers()
            assert overflow(visiting) <= 0, page
        visiting.go(f"/settings/users/{colleague.user.pk}/")
        visiting.press("Deactivate")
        visiting.page.get_by_role("dialog").wait_for()
        found += visiting.barriers()
        assert "\n".join(found) == ""
        assert visiting.complaints == []


def a_full_client(workspace: Workspace) -> dict[str, int]:
    """A client with one of everything that their pages show."""
    with acting_in(workspace.pk):
        of = {"workspace_id": workspace.pk}
        doctor = Contact.objects.create(**of, type="doctor", title="Dr", last_name="Gray")
        client = Client.objects.create(
            **of,
            first_name="Annabel",
            last_name="Lee",
            preferred_name="Ann",
            birth_date=date(1980, 2, 14),
            alerts="Nut allergy",
            notes="Likes <early> appointments.\nSecond line.",
            referring_doctor=doctor,
        )
        about = of | {"client": client}
        ClientPhone.objects.create(**about, number="0412 345 678")
        MedicalAlert.objects.create(**about, name="Pacemaker")
        case = Case.objects.create(**about, name="Knee", max_sessions=6, referrer=doctor, notes="L")
        Recall.objects.create(**about, recall_on=date(2027, 1, 4), notes="Six months")
        Communication.objects.create(**about, kind="memo", content="Called", confidential=True)
        Invoice.objects.create(**about, number="1", total_amount="90", status="open")
        link(client, doctor, {"receives_invoices": True})
        relate(client, Client.objects.create(**of, first_name="Bea"), "sibling")
        mark = tag(client, "VIP")
        numbers = {"client": client, "contact": doctor, "case": case}
        return {name: row.pk for name, row in numbers.items()} | {"tag": mark.tag_id}


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
