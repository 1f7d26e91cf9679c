"""Every page of an owner in a real browser: what axe-core and the browser object to."""

import pytest

from handover.accounts.models import Role, Workspace
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from tests.browsing import AXE, CHROMIUM, visitor
from tests.diary import a_diary
from tests.drafts import a_draft
from tests.furnished import a_custom_field, a_full_client, followed_up
from tests.people import PASSWORD, a_person
from tests.test_browser import beside_playwright, confirm, overflow
from tests.xero_office import something_sent

__all__ = ["beside_playwright"]  # a fixture

pytestmark = [
    pytest.mark.usefixtures("clean_tables"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci brings it"),
]

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
    "/settings/custom-fields/",
    "/settings/custom-fields/headings/",
    "/settings/custom-fields/new/",
    "/settings/custom-fields/{field}/",
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
    "/settings/xero/disconnect/",
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
    "/clients/{client}/account/?show=activity",
    "/clients/{client}/payment/",
    "/invoices/",
    "/invoices/new/?client={client}",
    "/invoices/uninvoiced/",
    "/invoices/{invoice}/",
    "/invoices/{invoice}/pay/",
    "/invoices/{invoice}/credit/",
    "/clients/{client}/credit/",
    "/invoices/{draft}/edit/",
    "/invoice/{token}/",
    "/settings/invoices/",
    "/contacts/",
    "/contacts/{contact}/",
    "/contacts/{contact}/edit/",
    "/reports/aged-debtors/",
    "/reports/aged-debtors/client/{client}/",
    "/reports/aged-debtors/client/{client}/credit/",
    "/reports/balances/",
    "/reports/balances/{list}/",
    "/reports/balances/{applied}/",
    "/invoices/{owed}/balance/",
    "/settings/debtors/",
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
    "/settings/email-templates/",
    "/settings/email-templates/new/",
    "/settings/email-templates/{email_template}/",
    "/settings/follow-ups/",
    "/settings/follow-ups/new/",
    "/settings/follow-ups/imported/",
    "/settings/follow-ups/{rule}/",
    "/settings/follow-ups/{rule}/switch/",
    "/follow-ups/",
    "/follow-ups/?show=call",
    "/follow-ups/compose/?invoice={asked_for}",
    "/clients/{client}/follow-ups/",
)


#: Which tabs of the page that one is on lie outside their line.
OUT_OF_SIGHT = """
() => [...document.querySelectorAll(".tab-bar [aria-current], .settings-menu [aria-current]")]
  .filter((tab) => {
    const bar = tab.closest(".tab-bar, .settings-menu").getBoundingClientRect();
    const { left, right } = tab.getBoundingClientRect();
    return left < bar.left - 1 || right > bar.right + 1;
  })
  .map((tab) => tab.textContent.trim())
"""


def test_every_page_of_an_owner_is_without_barriers_light_and_dark_wide_and_narrow(
    workspace: Workspace,
) -> None:
    owner = a_person(workspace, Role.OWNER, PASSWORD)
    colleague = a_person(workspace, Role.RECEPTIONIST)
    a_draft(workspace)
    diary = a_diary(workspace)
    numbers = a_full_client(workspace) | {
        "user": colleague.user.pk,
        "field": a_custom_field(workspace),
        "appointment": diary.book("09:30").pk,
        "practitioner": diary.mary.pk,
        "busy": diary.busy("14:00").pk,
        "push": something_sent(workspace),
    }
    with acting_in(workspace.pk):
        numbers |= followed_up(Client.objects.get(pk=numbers["client"]))
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
            assert visiting.page.evaluate(OUT_OF_SIGHT) == [], page
        visiting.go(f"/settings/users/{colleague.user.pk}/")
        visiting.press("Deactivate")
        visiting.page.get_by_role("dialog").wait_for()
        found += visiting.barriers()
        assert "\n".join(found) == ""
        assert visiting.complaints == []
