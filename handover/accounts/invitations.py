"""Invitations: a signed link by mail that lets one person in, once, for seven days."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from handover.accounts import mail
from handover.accounts.audit import note_by_command
from handover.accounts.models import Account, AuditEntry, Invitation, Role, User, Workspace
from handover.core.tenancy import acting_in

LASTS = timedelta(days=7)
SIGNED_FOR = "handover.invitation"


class CannotInvite(Exception):
    """Somebody cannot be invited, or let in; the text says why and what to do."""


@dataclass(frozen=True)
class Letter:
    """What a link names, once its signature holds."""

    workspace_id: int
    invitation_id: int
    nonce: str


def invite(user: User, email: str, *, by: str) -> Invitation:
    """Let a user be invited at this address; call it within the workspace, then `send`.

    Older invitations of theirs end. Raises `CannotInvite`.
    """
    if user.account_id is not None:
        raise CannotInvite(_("%(user)s can sign in already.") % {"user": user})
    if not user.active:
        raise CannotInvite(_("%(user)s is deactivated. Reactivate them first.") % {"user": user})
    end_invitations(user)
    now = timezone.now()
    return Invitation.objects.create(
        workspace_id=user.workspace_id,
        user=user,
        invited_by=by,
        email=email.lower(),
        nonce=token_urlsafe(24),
        sent_at=now,
        expires_at=now + LASTS,
    )


def invite_by_command(workspace: Workspace, email: str, role: str) -> str:
    """Invite somebody as an operator does; returns the link. Raises `CannotInvite`."""
    with acting_in(workspace.pk):
        user, _made = User.objects.get_or_create(
            workspace_id=workspace.pk, email=email.lower(), defaults={"role": Role(role)}
        )
        if user.role != role:
            user.role = Role(role)
            user.save(update_fields=["role"])
        invitation = invite(user, email, by="")
        note_by_command(workspace.pk, AuditEntry.Action.INVITED, "user", str(Role(role).label))
        return link_of(invitation)


def end_invitations(user: User) -> int:
    """Revoke every invitation of a user that is open; returns how many."""
    return open_invitations(user).update(revoked_at=timezone.now())


def open_invitations(user: User) -> models.QuerySet[Invitation]:
    """The invitations of a user that were neither accepted nor revoked; they may have expired."""
    return Invitation.objects.filter(
        workspace_id=user.workspace_id, user=user, accepted_at=None, revoked_at=None
    )


def send(invitation: Invitation, link: str) -> None:
    """Send the letter. Raises `CannotInvite` if it cannot be handed over; the link stays good."""
    told = {
        "invitation": invitation,
        "user": invitation.user,
        "workspace": invitation.user.workspace,
        "link": link,
        "days": LASTS.days,
    }
    try:
        mail.send(invitation.email, "invitation", told)
    except OSError:
        raise CannotInvite(mail.not_sent() + " " + _("The invitation is kept.")) from None


def link_of(invitation: Invitation, request: HttpRequest | None = None) -> str:
    """The address in the letter."""
    value = f"{invitation.workspace_id}:{invitation.pk}:{invitation.nonce}"
    path = reverse("accounts:join", args=[Signer(salt=SIGNED_FOR).sign(value)])
    address = str(settings.ENVIRONMENT.address)
    return request.build_absolute_uri(path) if request and not address else f"{address}{path}"


def read_link(token: str) -> Letter:
    """What a link names. Raises `CannotInvite` for one that we have not made."""
    try:
        workspace_id, invitation_id, nonce = Signer(salt=SIGNED_FOR).unsign(token).split(":")
        return Letter(int(workspace_id), int(invitation_id), nonce)
    except (BadSignature, ValueError):
        raise CannotInvite(
            _("This is not a link of ours. Copy the whole of it from the letter.")
        ) from None


def open_letter(letter: Letter, *, lock: bool = False) -> Invitation:
    """The invitation of a link, to be asked for within its workspace. Raises `CannotInvite`."""
    found = Invitation.objects.select_related("user", "user__workspace")
    if lock:
        found = found.select_for_update(of=("self",))
    invitation = found.filter(pk=letter.invitation_id, nonce=letter.nonce).first()
    if invitation is None or invitation.revoked_at or not invitation.user.active:
        raise CannotInvite(_("This invitation is no longer good. Ask for a new one."))
    if invitation.accepted_at:
        raise CannotInvite(_("This invitation has been used. Sign in, or ask for a new one."))
    if invitation.expires_at <= timezone.now():
        raise CannotInvite(_("This invitation is more than 7 days old. Ask for a new one."))
    return invitation


def account_for(invitation: Invitation) -> Account | None:
    """The account that has the address of an invitation; None if there is none yet."""
    return Account.objects.filter(email__iexact=invitation.email).first()


def new_account(invitation: Invitation, password: str) -> Account:
    """Make the account; whoever holds the letter has shown that the address is theirs."""
    account = Account.objects.create_user(invitation.email, password)
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return account


def accept(letter: Letter, account: Account) -> User:
    """Let an account in; call it within the workspace. Raises `CannotInvite`."""
    invitation = open_letter(letter, lock=True)
    if account.email.lower() != invitation.email:
        raise CannotInvite(
            _(
                "This invitation is for %(email)s, and you are signed in as %(other)s. "
                "Sign out, and open the link again."
            )
            % {"email": invitation.email, "other": account.email}
        )
    user = invitation.user
    user.account, user.sign_in_active = account, True
    try:
        with transaction.atomic():
            user.save(update_fields=["account", "sign_in_active"])
    except IntegrityError:
        raise CannotInvite(_("You are a user of this workspace already. Sign in.")) from None
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return user
