"""The page that the link of an invitation leads to."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from handover.accounts import invitations
from handover.accounts.access import Request, anyone, is_signed_in
from handover.accounts.audit import note
from handover.accounts.forms import JoinForm
from handover.accounts.invitations import CannotInvite, Letter
from handover.accounts.middleware import WORKSPACE
from handover.accounts.models import Account, AuditEntry, Invitation, User
from handover.core.tenancy import acting_in

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@anyone("the signed link of an invitation is what lets somebody in")
@never_cache
def join(request: Request, token: str) -> HttpResponse:
    """Show what somebody is invited to, and let them in."""
    try:
        letter = invitations.read_link(token)
        with acting_in(letter.workspace_id):
            return _asked(request, letter)
    except CannotInvite as problem:
        return render(request, "accounts/no_invitation.html", {"problem": problem}, status=410)


def _asked(request: Request, letter: Letter) -> HttpResponse:
    invitation = invitations.open_letter(letter)
    if is_signed_in(request):
        return _with_this_account(request, letter, invitation)
    if invitations.account_for(invitation) is not None:
        return render(request, "accounts/join.html", {"invitation": invitation, "sign_in": True})
    form = JoinForm(request.POST or None, user=invitation.user)
    if request.method == "POST" and form.is_valid():
        user, account = _join_anew(letter, invitation, form)
        login(request, account, backend=BACKEND)
        record_authentication(request, account, method="password", email=account.email)
        return _enter(request, user)
    return render(request, "accounts/join.html", {"invitation": invitation, "form": form})


def _join_anew(letter: Letter, invitation: Invitation, form: JoinForm) -> tuple[User, Account]:
    given = form.cleaned_data
    with transaction.atomic():
        account = invitations.new_account(invitation, given["password"])
        user = invitations.accept(letter, account)
        user.first_name, user.last_name = given["first_name"], given["last_name"]
        user.save(update_fields=["first_name", "last_name"])
    return user, account


def _with_this_account(request: Request, letter: Letter, invitation: Invitation) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/join.html", {"invitation": invitation})
    return _enter(request, invitations.accept(letter, request.user))


def _enter(request: Request, user: User) -> HttpResponse:
    request.member = user
    note(request, AuditEntry.Action.JOINED, "user", user.pk)
    request.session[WORKSPACE] = user.workspace_id
    return redirect("web:dashboard")
