"""What the engine of sign-in tells, and what is made of it: lines of the audit log."""

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest

from handover.accounts.access import BEGAN
from handover.accounts.audit import note_everywhere
from handover.accounts.doors import doors_of
from handover.accounts.middleware import SEEN, WORKSPACE
from handover.accounts.models import Account, AuditEntry

Action = AuditEntry.Action
SECURITY: tuple[tuple[Signal, str], ...] = (
    (account_signals.password_changed, "password changed"),
    (account_signals.password_set, "password set"),
    (account_signals.password_reset, "password reset by mail"),
    (account_signals.email_changed, "e-mail address changed"),
    (mfa_signals.authenticator_added, "second step added"),
    (mfa_signals.authenticator_removed, "second step removed"),
    (mfa_signals.authenticator_reset, "recovery codes made anew"),
)


def connect() -> None:
    """Listen; called once, when the app is ready."""
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_failed)
    mfa_signals.authentication_failed.connect(_second_step_failed)
    for signal, words in SECURITY:
        signal.connect(_security(words), weak=False)


def _signed_in(request: HttpRequest, user: Account, **_told: Any) -> None:
    for name in (BEGAN, SEEN, WORKSPACE):
        request.session.pop(name, None)
    note_everywhere(request, user, Action.SIGNED_IN)
    doors = doors_of(user)
    if len(doors) == 1:
        request.session[WORKSPACE] = doors[0].workspace_id


def _signed_out(request: HttpRequest, user: Account | None, **_told: Any) -> None:
    if user is not None:
        note_everywhere(request, user, Action.SIGNED_OUT)


def _failed(credentials: dict[str, str], request: HttpRequest | None = None, **_told: Any) -> None:
    email = credentials.get("email") or credentials.get("username") or ""
    account = Account.objects.filter(email__iexact=email).first()
    if account is not None:
        note_everywhere(request, account, Action.SIGN_IN_FAILED)


def _second_step_failed(request: HttpRequest, user: Account, **_told: Any) -> None:
    note_everywhere(request, user, Action.SIGN_IN_FAILED, "second step")


def _security(words: str) -> Callable[..., None]:
    def noted(user: Account, request: HttpRequest | None = None, **_told: Any) -> None:
        note_everywhere(request, user, Action.SECURITY_CHANGED, words)

    return noted
