"""What is done with the users of a workspace: roles, leaving, coming back."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from handover.accounts.invitations import end_invitations
from handover.accounts.models import Account, Role, User, Workspace
from handover.accounts.permissions import May, may
from handover.core.tenancy.changing import Refused


def add(workspace_id: int, *, email: str, **given: Any) -> User:  # noqa: ANN401  # columns of a user
    """Put somebody on the list who is to be invited. Raises `Refused` if their address is there.

    One is added at a time: the same form, sent twice at once, makes one user.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)
    taken = User.objects.filter(email__iexact=email).first()
    if taken is not None:
        raise Refused(
            _("%(name)s has this address already: see the list of users.") % {"name": taken}
        )
    return User.objects.create(workspace_id=workspace_id, email=email, **given)


def change_access(user: User, role: Role, *, own_clients_only: bool, by: User) -> str:
    """Give a user another role; returns what has changed, in words ("" for nothing).

    Raises `Refused`.
    """
    _check_may_touch(user, by)
    if role != user.role and Role.OWNER in {role, user.role}:
        if not may(by, May.MAKE_OWNERS):
            raise Refused(
                _("Only an account owner makes somebody an account owner, or no longer one.")
            )
        if user.role == Role.OWNER:
            _check_not_last_owner(user)
    told = []
    if role != user.role:
        told.append(f"{Role(user.role).label} → {role.label}")
    if own_clients_only != user.own_clients_only:
        told.append("own clients only" if own_clients_only else "all clients")
    user.role, user.own_clients_only = role, own_clients_only
    user.save(update_fields=["role", "own_clients_only"])
    return ", ".join(told)


#: What somebody becomes who gives the ownership away and treats clients, and who does not.
AFTERWARDS = (Role.PRACTITIONER_ADMIN, Role.PRACTICE_MANAGER)


def hand_over(to: User, *, by: User, afterwards: Role) -> None:
    """Make somebody else the account owner, and oneself one of `AFTERWARDS`: both, or neither.

    Raises `Refused`.
    """
    if by.role != Role.OWNER:
        raise Refused(_("Only an account owner can hand the ownership over."))
    if afterwards not in AFTERWARDS:
        raise Refused(_("Choose what you will be yourself."))
    locked = User.objects.select_for_update().order_by("pk")
    found = {each.pk: each for each in locked.filter(pk__in=(to.pk, by.pk), active=True)}
    if to.pk == by.pk or to.pk not in found or not _can_own(found[to.pk]):
        raise Refused(_("The ownership can go only to somebody else who can sign in."))
    if by.pk not in found or found[by.pk].role != Role.OWNER:
        raise Refused(_("Only an account owner can hand the ownership over."))
    User.objects.filter(pk=to.pk).update(role=Role.OWNER, own_clients_only=False)
    User.objects.filter(pk=by.pk).update(role=afterwards)


def can_own() -> QuerySet[User]:
    """Who in the workspace could be an account owner: whoever can sign in and is of the team."""
    signing_in = User.objects.filter(active=True, account__isnull=False, account__is_active=True)
    return signing_in.exclude(role__in=(Role.SUPPORT, Role.UNKNOWN))


def _can_own(user: User) -> bool:
    return can_own().filter(pk=user.pk).exists()


def deactivate(user: User, *, by: User) -> None:
    """Let somebody in no more: their sessions end at once, and open invitations too.

    Raises `Refused` for oneself and for the last owner.
    """
    _check_may_touch(user, by)
    if user.pk == by.pk:
        raise Refused(_("You cannot deactivate yourself. Ask another account owner."))
    if user.role == Role.OWNER:
        _check_not_last_owner(user)
    user.active = False
    user.save(update_fields=["active"])
    end_invitations(user)
    if user.account is not None:
        end_sessions(user.account)


def reactivate(user: User, *, by: User) -> None:
    """Let somebody in again who was deactivated. Raises `Refused`."""
    _check_may_touch(user, by)
    user.active = True
    user.save(update_fields=["active"])


def end_sessions(account: Account) -> int:
    """Sign an account out everywhere; returns how many sessions ended."""
    found = list(UserSession.objects.filter(user=account))
    for session in found:
        session.end()
    return len(found)


def _check_may_touch(user: User, by: User) -> None:
    """An owner's access is an owner's business."""
    if user.role == Role.OWNER and not may(by, May.MAKE_OWNERS):
        raise Refused(_("Only an account owner may change an account owner."))


def _check_not_last_owner(user: User) -> None:
    others = User.objects.select_for_update().filter(
        workspace_id=user.workspace_id, role=Role.OWNER, active=True, account__isnull=False
    )
    if not [other for other in others if other.pk != user.pk]:
        raise Refused(
            _("This is the only account owner. Make somebody else an account owner first.")
        )
