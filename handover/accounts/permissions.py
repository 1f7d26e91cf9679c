"""Who may do what: the one place that says it. `docs/permissions.md` is made from it.

Every page names what it asks for (`access.needs`); one that names nothing is shown to nobody.
"""

from enum import Enum

from handover.accounts.models import Role, User


class May(Enum):
    """What may be done in a workspace: the group that it is shown in, and in words."""

    OPEN = ("Workspace", "Open the workspace, see the dashboard")
    SEE_CALENDAR = ("Calendar", "See appointments, availability and busy times")
    EDIT_CALENDAR = ("Calendar", "Make, move, cancel appointments; set availability, busy times")
    SEE_CLIENTS = ("Clients", "See clients and their details")
    EDIT_CLIENTS = ("Clients", "Create and edit clients")
    SEE_CONTACTS = ("Clients", "See contacts")
    EDIT_CONTACTS = ("Clients", "Create and edit contacts")
    SEE_ALERTS = ("Clients", "See medical alerts")
    SEE_CASES = ("Clients", "See cases and recalls")
    SEE_NOTES = ("Records", "Read progress notes")
    WRITE_NOTES = ("Records", "Write progress notes")
    SEE_FORMS = ("Records", "Read client forms")
    SEE_FILES = ("Records", "See and download files")
    ADD_FILES = ("Records", "Add files")
    SEE_COMMUNICATIONS = ("Records", "Read messages and memos")
    SEE_CONFIDENTIAL = ("Records", "Read confidential memos")
    SEE_INVOICES = ("Finances", "See invoices and who owes what")
    EDIT_INVOICES = ("Finances", "Write and correct invoices")
    SET_BALANCES = ("Finances", "Say what is still due on imported invoices, by file or by hand")
    SEND_FOLLOW_UPS = ("Finances", "Ask for what is due by e-mail")
    SEE_REPORTS = ("Finances", "See reports")
    SEE_XERO = ("Finances", "See the connection with Xero and what was sent there")
    CONNECT_XERO = ("Finances", "Connect with Xero, choose accounts and tax rates, disconnect")
    PUSH_TO_XERO = ("Finances", "Send invoices to Xero, or as a file for it")
    SEE_SETTINGS = ("Settings", "See the settings of the workspace")
    CHANGE_SETTINGS = ("Settings", "Change the settings of the workspace")
    SEE_USERS = ("Settings", "See the list of users")
    MANAGE_USERS = ("Settings", "Invite users, change their roles, deactivate them")
    MAKE_OWNERS = ("Settings", "Make somebody else an account owner")
    SEE_IMPORTS = ("Data", "See imports and their reports")
    RUN_IMPORTS = ("Data", "Run an import: key, choices, submit, pause")
    CHECK_IMPORTS = (
        "Data",
        "See records in an import: samples, conflicts, spot check; settle them",
    )
    ACCEPT_IMPORTS = ("Data", "Accept the result of an import")
    DELETE_IMPORTS = ("Data", "Delete an import")
    ALLOW_SUPPORT = ("Data", "Let our support staff run imports for a while")
    EXPORT = ("Data", "Export the whole workspace")
    SEE_AUDIT_LOG = ("Data", "Search the audit log")

    def __init__(self, group: str, words: str) -> None:
        self.group, self.words = group, words


_FRONT_DESK = {
    May.OPEN, May.SEE_CALENDAR, May.EDIT_CALENDAR, May.SEE_CLIENTS, May.EDIT_CLIENTS,
    May.SEE_CONTACTS, May.EDIT_CONTACTS, May.SEE_ALERTS, May.SEE_CASES, May.SEE_FORMS,
    May.SEE_FILES, May.ADD_FILES, May.SEE_COMMUNICATIONS, May.SEE_INVOICES, May.EDIT_INVOICES,
    May.SEND_FOLLOW_UPS,
}  # fmt: skip
_BOOKKEEPING = {May.SEE_XERO, May.CONNECT_XERO, May.PUSH_TO_XERO}
_TREATING = _FRONT_DESK | {May.SEE_NOTES, May.WRITE_NOTES, May.SEE_CONFIDENTIAL}
_RUNNING = {
    May.SET_BALANCES, May.SEE_REPORTS, May.SEE_SETTINGS, May.CHANGE_SETTINGS, May.SEE_USERS,
    May.MANAGE_USERS, May.SEE_IMPORTS, May.SEE_AUDIT_LOG,
}  # fmt: skip
_MOVING = {
    May.RUN_IMPORTS, May.CHECK_IMPORTS, May.ACCEPT_IMPORTS, May.DELETE_IMPORTS, May.EXPORT,
}  # fmt: skip

#: Each role and all that it may do. Of somebody whose role is not known yet nothing is assumed.
MATRIX: dict[Role, frozenset[May]] = {
    Role.OWNER: frozenset(May),
    Role.PRACTITIONER_ADMIN: frozenset(_TREATING | _RUNNING),
    Role.PRACTITIONER: frozenset(_TREATING),
    Role.PRACTICE_MANAGER: frozenset(
        _FRONT_DESK | _RUNNING | _MOVING | _BOOKKEEPING | {May.SEE_NOTES, May.SEE_CONFIDENTIAL}
    ),
    Role.RECEPTIONIST: frozenset(_FRONT_DESK),
    Role.ACCOUNTANT: frozenset(
        {May.OPEN, May.SEE_CLIENTS, May.SEE_CONTACTS, May.SEE_INVOICES, May.EDIT_INVOICES}
        | {May.SET_BALANCES, May.SEE_REPORTS, May.SEND_FOLLOW_UPS}
        | _BOOKKEEPING
    ),
    # what a run's pages need, and nothing of a record; let in by an owner, for a while
    Role.SUPPORT: frozenset({May.OPEN, May.SEE_IMPORTS, May.RUN_IMPORTS}),
    Role.UNKNOWN: frozenset(),
}


def may(user: User, what: May) -> bool:
    """Whether this person may do it in their workspace; who has left may do nothing."""
    return user.active and what in MATRIX[Role(user.role)]


def roles_that(what: May) -> frozenset[Role]:
    """The roles that may do it."""
    return frozenset(role for role, allowed in MATRIX.items() if what in allowed)
