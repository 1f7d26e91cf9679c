"""Done by our staff: an owner lets somebody of the support into a workspace, for a while.

Who may be let in, operators say (`handover support-add`). A grant makes them a user of the
workspace with the role of support: what that may do stands in the matrix, and row-level security
binds it as everybody. Whether the grant is still good is asked with each request, so that ending it
works at once.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from handover.accounts.models import Account, Role, SupportGrant, User, Workspace
from handover.core.tenancy import acting_in

LONGEST = timedelta(days=7)


class NotAllowed(Exception):
    """It is not done; the text says why."""


def staff() -> QuerySet[Account]:
    """Everybody of the support, by name."""
    return Account.objects.exclude(support_name="").filter(is_active=True).order_by("support_name")


def allow(workspace: Workspace, account: Account, *, until: datetime, by: User) -> SupportGrant:
    """Let somebody of the support in until then; called within the workspace. Raises `NotAllowed`.

    A grant that is there already ends with the new one's beginning.
    """
    now = timezone.now()
    if not account.support_name or not account.is_active:
        raise NotAllowed(_("This is nobody of the support."))
    if not now < until <= now + LONGEST + timedelta(minutes=1):
        raise NotAllowed(
            _("Support staff are let in for %(days)s days at most.") % {"days": LONGEST.days}
        )
    first, _blank, last = account.support_name.partition(" ")
    user, _made = User.objects.get_or_create(
        workspace_id=workspace.pk,
        account=account,
        defaults={"role": Role.SUPPORT, "first_name": first, "last_name": last},
    )
    if user.role != Role.SUPPORT:
        raise NotAllowed(_("This account is a user of the practice already."))
    open_grants().filter(user=user).update(revoked_at=now, revoked_by=str(by))
    user.active = True
    user.save(update_fields=["active"])
    return SupportGrant.objects.create(
        workspace_id=workspace.pk, user=user, until=until, allowed_by=str(by)
    )


def revoke(grant: SupportGrant, *, by: str) -> bool:
    """End a grant now; whether it was still good. Called within its workspace."""
    found = open_grants().filter(pk=grant.pk)
    return bool(found.update(revoked_at=timezone.now(), revoked_by=by))


def open_grants() -> QuerySet[SupportGrant]:
    """The grants that are good now, of the workspace that the caller acts in."""
    return SupportGrant.objects.filter(revoked_at=None, until__gt=timezone.now())


def grant_of(user: User) -> SupportGrant | None:
    """What lets somebody of the support in now; None if nothing does, or without a second step.

    They could enter many practices: a password alone is not enough for that.
    """
    found = open_grants().filter(user=user).order_by("-until").first()
    if found is None or user.account is None or not user.account.support_name:
        return None
    return found if has_second_step(user.account) else None


def has_second_step(account: Account) -> bool:
    """Whether the account signs in with more than a password."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=account, type__in=kinds).exists())


def add_staff(email: str, name: str) -> Account:
    """Make an account of the support; its password comes by mail. Raises `NotAllowed`.

    It is an account of its own: who works in a practice does not come into others with the same.
    """
    name = " ".join(name.split())
    if not name:
        raise NotAllowed("Give a name: owners see it where they let somebody in.")
    try:
        with transaction.atomic():
            account = Account.objects.create_user(email)
    except IntegrityError:
        raise NotAllowed(f"{email} has an account already; take another address.") from None
    account.support_name = name
    account.save(update_fields=["support_name"])
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return account


def remove_staff(email: str) -> int:
    """Let somebody of the support in nowhere any more, at once; returns how many grants ended.

    Raises `NotAllowed` if it is nobody of the support.
    """
    account = staff().filter(email__iexact=email).first()
    if account is None:
        raise NotAllowed(f"{email} is nobody of the support.")
    Account.objects.filter(pk=account.pk).update(support_name="", is_active=False)
    ended = 0
    users = User.objects.using("owner").filter(account=account, role=Role.SUPPORT)
    for workspace_id, user_id in list(users.values_list("workspace_id", "pk")):
        with acting_in(workspace_id):
            good = open_grants().filter(user_id=user_id)
            ended += good.update(revoked_at=timezone.now(), revoked_by="Command line")
    return ended
