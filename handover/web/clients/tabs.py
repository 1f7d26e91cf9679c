"""The tabs of a client's page. One whose page is not built yet is left out by itself.

To add a tab: its line here, with the permission that its view asks for; its template extends
`web/client/page.html`, and its view renders with `page.render_tab`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handover.accounts.models import User
from handover.accounts.permissions import May, may


@dataclass(frozen=True)
class Tab:
    """One tab: its words, the name of its page (which takes `client_id`), and who may see it."""

    label: str | Promise
    page: str
    needs: May


TABS = (
    Tab(_("Details"), "web:client", May.SEE_CLIENTS),
    Tab(_("Appointments"), "web:client_appointments", May.SEE_CALENDAR),
    Tab(_("Progress notes"), "web:client_notes", May.SEE_NOTES),
    Tab(_("Forms"), "web:client_forms", May.SEE_FORMS),
    Tab(_("Files"), "web:client_files", May.SEE_FILES),
    Tab(_("Cases"), "web:client_cases", May.SEE_CASES),
    Tab(_("Communications"), "web:client_communications", May.SEE_COMMUNICATIONS),
    Tab(_("Invoices"), "web:client_invoices", May.SEE_INVOICES),
)


@dataclass(frozen=True)
class ShownTab:
    """One tab as the page shows it."""

    label: str | Promise
    address: str
    current: bool


def tabs_of(client_id: int, path: str, member: User) -> list[ShownTab]:
    """The tabs that this person gets; the one that `path` lies under is the current one."""
    found = list(_addresses(client_id, member))
    under = [address for _label, address in found if path.startswith(address)]
    current = max(under, key=len, default="")
    return [ShownTab(label, address, address == current) for label, address in found]


def _addresses(client_id: int, member: User) -> Iterator[tuple[str | Promise, str]]:
    for tab in TABS:
        if not may(member, tab.needs):
            continue
        try:
            yield tab.label, reverse(tab.page, kwargs={"client_id": client_id})
        except NoReverseMatch:  # not built yet
            continue
