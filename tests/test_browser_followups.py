"""Writing an e-mail template as people do, in a real browser."""

import pytest

from handover.accounts.models import Role, Workspace
from handover.core.tenancy import acting_in
from tests.browsing import AXE, CHROMIUM, visitor
from tests.owing import a_debtor, an_invoice
from tests.people import PASSWORD, a_person
from tests.test_browser import beside_playwright

__all__ = ["beside_playwright"]
pytestmark = [
    pytest.mark.usefixtures("clean_tables"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci brings it"),
]


def test_a_gap_is_put_in_by_keyboard_and_the_e_mail_is_shown_while_one_writes(
    workspace: Workspace,
) -> None:
    owner = a_person(workspace, Role.OWNER, PASSWORD)
    with acting_in(workspace.pk):
        an_invoice(a_debtor(workspace, "Zoe"), 7)
    with visitor(width=1280, height=1000) as visiting:
        page = visiting.page
        visiting.sign_in(owner.account.email, PASSWORD)
        visiting.go("/settings/email-templates/new/")
        page.get_by_label("Text").fill("Hello ")
        page.get_by_text("What can be put in").press("Enter")
        page.get_by_role("button", name="{{Recipient.FirstName}}").press("Enter")
        page.locator("#preview").get_by_text("Hello Zoe").wait_for()
        assert page.get_by_label("Text").input_value() == "Hello {{Recipient.FirstName}}"
        assert page.evaluate("document.activeElement.name") == "body"
        page.keyboard.type(", {{Nobody.Here}}")
        page.locator("#preview").get_by_text("Line 1, column 34").wait_for()
        assert visiting.barriers() == []
        assert visiting.complaints == []
