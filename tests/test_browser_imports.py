"""The pages of an import in a real browser: the live one tells by itself how it went."""

import pytest

from handover.accounts.models import Role
from handover.importing import errands, jobs, steering
from handover.importing.models import Errand
from tests.browsing import AXE, CHROMIUM, visitor
from tests.moving import CLIENTS, Desk
from tests.people import PASSWORD, a_person
from tests.test_browser import beside_playwright, confirm, overflow

__all__ = ["beside_playwright"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci brings it"),
]
PAGES = (
    "",
    "retry/",
    "spot-check/",
    "conflicts/",
    "mapping/practitioners/",
    "resume/key/",
    "delete/",
)


def test_an_owner_watches_an_import_and_its_pages_are_without_barriers(desk: Desk) -> None:
    owner = a_person(desk.workspace, Role.OWNER, PASSWORD)
    run = steering.begin(lambda: desk.begin(only=CLIENTS))
    at = f"/settings/imports/{run.pk}/"
    with visitor(width=360, height=740) as visiting:
        page = visiting.page
        visiting.sign_in(owner.account.email, PASSWORD)
        confirm(visiting)
        visiting.go(at)
        page.get_by_text("You may close this page").wait_for()
        found = visiting.barriers()
        jobs.work(desk.office, run.pk)
        page.get_by_text("Balanced").first.wait_for()
        for each in PAGES:
            visiting.go(at + each)
            found += visiting.barriers()
            assert overflow(visiting) <= 0, each
        visiting.press("Show what would go and what stays")
        page.get_by_text("a worker is at it").wait_for()
        with desk.inside():
            asked = Errand.objects.get()
        errands.do(desk.office, desk.workspace.pk, asked.pk)
        page.get_by_label("To confirm, type the words above").wait_for()
        found += visiting.barriers()
        assert "\n".join(found) == ""
        assert visiting.complaints == []
