"""The way around: what stands in the menus. A page that is not built yet is left out by itself.

To add a page: its line here, with the permission that its view asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.accounts.permissions import May, may


@dataclass(frozen=True)
class Entry:
    """One line of a menu; without a permission everybody who has signed in gets it.

    It is marked on its page, on what lies below, and where an address begins with one of `also`.
    """

    label: str | Promise
    page: str
    icon: str
    needs: May | None = None
    also: tuple[str, ...] = ()


#: Pages of the calendar, and of clients, that have addresses of their own.
BOOKED = ("/appointments/", "/availability/", "/busy-times/")
WRITTEN = ("/notes/", "/forms/", "/files/")
BALANCES = ("/reports/balances/",)
MAIN = (
    Entry(later("Dashboard"), "web:dashboard", "home", May.OPEN),
    Entry(later("Calendar"), "web:calendar", "calendar", May.SEE_CALENDAR, BOOKED),
    Entry(later("Clients"), "web:clients", "users", May.SEE_CLIENTS, WRITTEN),
    Entry(later("Contacts"), "web:contacts", "address-book", May.SEE_CONTACTS),
    Entry(later("Invoices"), "web:invoices", "report-money", May.SEE_INVOICES),
    Entry(later("Aged debtors"), "web:aged_debtors", "clock", May.SEE_REPORTS, BALANCES),
    Entry(later("Follow-ups"), "web:followups", "bell", May.SEE_INVOICES),
    Entry(later("Settings"), "web:settings", "settings"),
)
SETTINGS = (
    (
        later("Workspace"),
        (Entry(later("Details"), "web:details", "building", May.SEE_SETTINGS),),
    ),
    (
        later("Business"),
        (
            Entry(later("Locations"), "web:locations", "map-pin", May.SEE_SETTINGS),
            Entry(later("Services"), "web:services", "list", May.SEE_SETTINGS),
            Entry(later("Custom fields"), "web:custom_fields", "clipboard", May.SEE_SETTINGS),
            Entry(
                later("Reasons for busy times"), "web:busy_time_types", "clock", May.SEE_SETTINGS
            ),
            Entry(later("Cancellation reasons"), "web:cancellation_reasons", "x", May.SEE_SETTINGS),
            Entry(later("Reasons for recalls"), "web:recall_types", "bell", May.SEE_SETTINGS),
            Entry(later("Referral types"), "web:referral_types", "arrow-right", May.SEE_SETTINGS),
            Entry(later("Tags"), "web:tags", "check", May.SEE_SETTINGS),
        ),
    ),
    (
        later("Finances"),
        (
            Entry(later("Invoices"), "web:billing_settings", "report-money", May.SEE_SETTINGS),
            Entry(later("Taxes"), "web:taxes", "report-money", May.SEE_SETTINGS),
            Entry(later("Debtors"), "web:debtors_case", "clock", May.SEE_SETTINGS),
            Entry(later("Follow-up rules"), "web:followup_rules", "bell", May.SEE_SETTINGS),
        ),
    ),
    (
        later("Templates"),
        (
            Entry(later("E-mail templates"), "web:email_templates", "mail", May.SEE_SETTINGS),
            Entry(later("Note templates"), "web:note_templates", "notes", May.SEE_SETTINGS),
        ),
    ),
    (
        later("Integrations"),
        (Entry(later("Xero"), "web:xero", "external-link", May.SEE_XERO),),
    ),
    (later("Team"), (Entry(later("Users"), "accounts:users", "users", May.SEE_USERS),)),
    (
        later("Data"),
        (
            Entry(later("Import"), "importing:imports", "package-import", May.SEE_IMPORTS),
            Entry(later("Support access"), "accounts:support", "shield-lock", May.ALLOW_SUPPORT),
            Entry(later("Outbox"), "web:outbox", "mail", May.SEE_IMPORTS),
            Entry(later("Audit log"), "accounts:audit_log", "history", May.SEE_AUDIT_LOG),
        ),
    ),
    (
        later("You"),
        (
            Entry(later("Sign-in and security"), "accounts:security", "shield-lock"),
            Entry(later("Sessions"), "usersessions_list", "device-desktop"),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """One line as the page shows it."""

    label: str | Promise
    address: str
    icon: str
    current: bool


def shown(entries: tuple[Entry, ...], path: str, member: User | None) -> list[Shown]:
    """The lines that this person gets, the page that they are on marked."""
    return list(_shown(entries, path, member))


def _shown(entries: tuple[Entry, ...], path: str, member: User | None) -> Iterator[Shown]:
    for entry in entries:
        if entry.needs and not (member and may(member, entry.needs)):
            continue
        address = _address(entry.page)
        if address is None:  # not built yet
            continue
        below = entry.also if address == "/" else (address, *entry.also)
        current = path == address or path.startswith(below)
        yield Shown(entry.label, address, entry.icon, current)


@cache
def _address(page: str) -> str | None:
    """Where a page is, looked up once for all: each page shows each menu."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return None


def settings_menu(path: str, member: User | None) -> list[tuple[str | Promise, list[Shown]]]:
    """The menu of Settings, group by group; empty groups are left out."""
    groups = ((name, shown(entries, path, member)) for name, entries in SETTINGS)
    return [(name, entries) for name, entries in groups if entries]


def shell(request: HttpRequest) -> dict[str, object]:
    """What every page has around it: as whom, where, and the way on."""
    member: User | None = getattr(request, "member", None)
    return {
        "demo": settings.ENVIRONMENT.demo,
        "may_sign_up": settings.ENVIRONMENT.sign_up,
        "member": member,
        "workspace": getattr(request, "workspace", None),
        "support": getattr(request, "support", None),
        "local_zone": getattr(request, "zone", None),
        "main_menu": shown(MAIN, request.path, member) if member else [],
        "settings_menu": partial(settings_menu, request.path, member),  # few pages show it
    }
