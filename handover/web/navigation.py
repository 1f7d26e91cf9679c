"""The way around: what stands in the menus. A page that is not built yet is left out by itself.

To add a page: its line here, with the permission that its view asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from handover.accounts.models import User
from handover.accounts.permissions import May, may


@dataclass(frozen=True)
class Entry:
    """One line of a menu; without a permission everybody who has signed in gets it.

    It is marked on its page, on what lies below, and where an address begins with one of `also`.
    """

    label: str
    page: str
    icon: str
    needs: May | None = None
    also: tuple[str, ...] = ()


#: Pages of the calendar, and of clients, that have addresses of their own.
BOOKED = ("/appointments/", "/availability/", "/busy-times/")
WRITTEN = ("/notes/", "/forms/", "/files/")
MAIN = (
    Entry("Dashboard", "web:dashboard", "home", May.OPEN),
    Entry("Calendar", "web:calendar", "calendar", May.SEE_CALENDAR, BOOKED),
    Entry("Clients", "web:clients", "users", May.SEE_CLIENTS, WRITTEN),
    Entry("Contacts", "web:contacts", "address-book", May.SEE_CONTACTS),
    Entry("Invoices", "web:invoices", "report-money", May.SEE_INVOICES),
    Entry("Settings", "web:settings", "settings"),
)
SETTINGS = (
    (
        "Workspace",
        (Entry("Details", "web:details", "building", May.SEE_SETTINGS),),
    ),
    (
        "Business",
        (
            Entry("Locations", "web:locations", "map-pin", May.SEE_SETTINGS),
            Entry("Services", "web:services", "list", May.SEE_SETTINGS),
        ),
    ),
    (
        "Templates",
        (Entry("Note templates", "web:note_templates", "notes", May.SEE_SETTINGS),),
    ),
    ("Team", (Entry("Users", "accounts:users", "users", May.SEE_USERS),)),
    (
        "Data",
        (
            Entry("Import", "importing:imports", "package-import", May.SEE_IMPORTS),
            Entry("Support access", "accounts:support", "shield-lock", May.ALLOW_SUPPORT),
            Entry("Outbox", "web:outbox", "mail", May.SEE_IMPORTS),
            Entry("Audit log", "accounts:audit_log", "history", May.SEE_AUDIT_LOG),
        ),
    ),
    (
        "You",
        (
            Entry("Sign-in and security", "accounts:security", "shield-lock"),
            Entry("Sessions", "usersessions_list", "device-desktop"),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """One line as the page shows it."""

    label: str
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
        try:
            address = reverse(entry.page)
        except NoReverseMatch:  # not built yet
            continue
        below = entry.also if address == "/" else (address, *entry.also)
        current = path == address or path.startswith(below)
        yield Shown(entry.label, address, entry.icon, current)


def settings_menu(path: str, member: User | None) -> list[tuple[str, list[Shown]]]:
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
        "settings_menu": settings_menu(request.path, member),
    }
