"""Settings > Users: who works here, as what; inviting, changing, deactivating."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts import invitations, team
from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.audit import Action, note
from handover.accounts.forms import HandOverForm, InviteForm, UserForm
from handover.accounts.models import Invitation, Role, User
from handover.accounts.permissions import May, may
from handover.core.tenancy.changing import Refused

#: Our own staff is let in, and sent away, on a page of its own.
TEAM = User.objects.exclude(role=Role.SUPPORT)


@needs(May.SEE_USERS)
def users(request: Request) -> HttpResponse:
    """List everybody of the team, those who can sign in first."""
    found = list(User.objects.exclude(role=Role.SUPPORT).select_related("account"))
    pending = {
        each.user_id: each for each in Invitation.objects.filter(accepted_at=None, revoked_at=None)
    }
    rows = [(user, status_of(user, pending.get(user.pk))) for user in found]
    rows.sort(key=lambda row: (not row[0].active, row[0].account_id is None))
    told = {
        "rows": rows,
        "may_manage": may(request.member, May.MANAGE_USERS),
        "may_hand_over": may(request.member, May.MAKE_OWNERS),
    }
    return render(request, "accounts/users.html", told)


def status_of(user: User, invitation: Invitation | None) -> tuple[str, str]:
    """How a user stands, in words, and the colour that goes with it."""
    if not user.active:
        return _("Inactive"), "secondary"
    if user.account_id is not None:
        return _("Active"), "green"
    if invitation is not None:
        if invitation.has_run_out:
            return _("Invitation has run out"), "red"
        return _("Invitation sent"), "yellow"
    return _("Cannot sign in"), "secondary"


@needs(May.MANAGE_USERS)
@just_signed_in
def invite(request: Request) -> HttpResponse:
    """Invite somebody who is not on the list yet."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = team.add(request.workspace.pk, **given)
        except Refused as problem:
            form.add_error("email", str(problem))
        else:
            _send_invitation(request, user, given["email"])
            return redirect("accounts:users")
    return render(request, "accounts/invite.html", {"form": form})


def _send_invitation(request: Request, user: User, email: str) -> None:
    try:
        invitation = invitations.invite(user, email, by=str(request.member))
        note(request, Action.INVITED, "user", user.pk, detail=str(Role(user.role).label))
        invitations.send(invitation, invitations.link_of(invitation, request))
    except invitations.CannotInvite as problem:
        messages.error(request, str(problem))
        return
    messages.success(
        request, _("An invitation was sent to %(email)s.") % {"email": invitation.email}
    )


@needs(May.MANAGE_USERS)
@just_signed_in
def user(request: Request, user_id: int) -> HttpResponse:
    """Show one user, and change their role."""
    found = get_object_or_404(TEAM.all(), pk=user_id)
    form = UserForm(request.POST or None, member=request.member, user=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            told = team.change_access(
                found,
                Role(given["role"]),
                own_clients_only=given["own_clients_only"],
                by=request.member,
            )
        except Refused as problem:
            form.add_error("role", str(problem))
        else:
            if told:
                note(request, Action.ROLE_CHANGED, "user", found.pk, detail=told)
            messages.success(request, _("%(name)s was saved.") % {"name": found})
            return redirect("accounts:users")
    return render(request, "accounts/user.html", _told(found, form))


def _told(found: User, form: UserForm) -> dict[str, object]:
    open_ones = invitations.open_invitations(found)
    status = status_of(found, open_ones.first())
    return {"form": form, "person": found, "invitation": open_ones.first(), "status": status}


@needs(May.MANAGE_USERS)
@just_signed_in
@require_POST
def send_invitation(request: Request, user_id: int) -> HttpResponse:
    """Invite somebody of the list, or once more; the older letter is then worth nothing."""
    found = get_object_or_404(TEAM.all(), pk=user_id)
    if not found.email:
        messages.error(request, _("%(name)s has no e-mail address.") % {"name": found})
    elif found.role == Role.UNKNOWN:
        messages.error(
            request,
            _("Give %(name)s a role first: without one they may do nothing.") % {"name": found},
        )
    else:
        _send_invitation(request, found, found.email)
    return redirect("accounts:user", user_id)


@needs(May.MANAGE_USERS)
@just_signed_in
@require_POST
def revoke_invitation(request: Request, user_id: int) -> HttpResponse:
    """Make the open invitation of somebody worth nothing."""
    found = get_object_or_404(TEAM.all(), pk=user_id)
    if invitations.end_invitations(found):
        note(request, Action.INVITED, "user", found.pk, detail="revoked")
        messages.success(
            request, _("The invitation of %(name)s is no longer good.") % {"name": found}
        )
    return redirect("accounts:user", user_id)


@needs(May.MANAGE_USERS)
@just_signed_in
@require_POST
def deactivate(request: Request, user_id: int) -> HttpResponse:
    """Let somebody in no more."""
    found = get_object_or_404(TEAM.all(), pk=user_id)
    try:
        team.deactivate(found, by=request.member)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("accounts:user", user_id)
    note(request, Action.DEACTIVATED, "user", found.pk)
    messages.success(
        request, _("%(name)s can no longer sign in. What they wrote stays.") % {"name": found}
    )
    return redirect("accounts:users")


@needs(May.MANAGE_USERS)
@just_signed_in
@require_POST
def reactivate(request: Request, user_id: int) -> HttpResponse:
    """Let somebody in again."""
    found = get_object_or_404(TEAM.all(), pk=user_id)
    try:
        team.reactivate(found, by=request.member)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.REACTIVATED, "user", found.pk)
        messages.success(request, _("%(name)s is active again.") % {"name": found})
    return redirect("accounts:user", user_id)


@needs(May.MAKE_OWNERS)
@just_signed_in
def hand_over(request: Request) -> HttpResponse:
    """Make somebody else the account owner instead of oneself; both are told on the next page."""
    form = HandOverForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        to, afterwards = form.cleaned_data["to"], Role(form.cleaned_data["afterwards"])
        try:
            team.hand_over(to, by=request.member, afterwards=afterwards)
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            note(request, Action.ROLE_CHANGED, "user", to.pk, detail="account owner, handed over")
            note(
                request,
                Action.ROLE_CHANGED,
                "user",
                request.member.pk,
                detail=str(afterwards.label),
            )
            told = _("%(name)s is the account owner now.") % {"name": to}
            messages.success(request, told)
            return redirect("accounts:users")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/hand_over.html", {"form": form}, status=status)
