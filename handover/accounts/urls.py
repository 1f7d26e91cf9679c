"""The addresses of accounts and access, and who may see each.

The engine's own views (django-allauth) are listed one by one: what is not here does not exist.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path

from handover.accounts.access import account_only, anyone
from handover.accounts.pages import audit_log, joining, security, support, users, workspaces

View = Callable[..., HttpResponseBase]
OUTSIDE = "the way in: nobody has signed in yet"
ONESELF = "about the account itself"


def _outside(address: str, view: View, name: str) -> URLPattern:
    return path(address, anyone(OUTSIDE)(_own(view)), name=name)


def _oneself(address: str, view: View, name: str) -> URLPattern:
    return path(address, account_only(ONESELF)(_own(view)), name=name)


def _own(view: View) -> View:
    """A function of our own around one of theirs, to write on who may see it."""

    @wraps(view)
    def shown(*args: object, **kwargs: object) -> HttpResponseBase:
        return view(*args, **kwargs)

    return shown


ENGINE: list[URLPattern | URLResolver] = [
    _outside("sign-in/", account.login, "account_login"),
    _outside("sign-up/", account.signup, "account_signup"),
    _outside("sign-out/", account.logout, "account_logout"),
    _outside("inactive/", account.account_inactive, "account_inactive"),
    _outside("confirm/", account.email_verification_sent, "account_email_verification_sent"),
    _outside("password/forgotten/", account.password_reset, "account_reset_password"),
    _outside("password/sent/", account.password_reset_done, "account_reset_password_done"),
    re_path(  # a key may have hyphens in it
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        anyone(OUTSIDE)(_own(account.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    _outside(
        "password/done/",
        account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
    _outside("second-step/", mfa.authenticate, "mfa_authenticate"),
    _outside("passkey/", passkeys.login_webauthn, "mfa_login_webauthn"),
    _oneself("again/", account.reauthenticate, "account_reauthenticate"),
    _oneself("again/second-step/", mfa.reauthenticate, "mfa_reauthenticate"),
    _oneself("again/passkey/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _oneself("settings/e-mail/", account.email, "account_email"),
    _oneself("settings/password/", account.password_change, "account_change_password"),
    _oneself("settings/password/set/", account.password_set, "account_set_password"),
    _oneself("settings/second-step/", mfa.index, "mfa_index"),
    _oneself("settings/second-step/app/", totp.activate_totp, "mfa_activate_totp"),
    _oneself("settings/second-step/app/remove/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _oneself("settings/second-step/codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _oneself(
        "settings/second-step/codes/new/",
        codes.generate_recovery_codes,
        "mfa_generate_recovery_codes",
    ),
    _oneself(
        "settings/second-step/codes/download/",
        codes.download_recovery_codes,
        "mfa_download_recovery_codes",
    ),
    _oneself("settings/passkeys/", passkeys.list_webauthn, "mfa_list_webauthn"),
    _oneself("settings/passkeys/add/", passkeys.add_webauthn, "mfa_add_webauthn"),
    _oneself("settings/passkeys/<int:pk>/", passkeys.edit_webauthn, "mfa_edit_webauthn"),
    _oneself("settings/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    _oneself("settings/sessions/", sessions.list_usersessions, "usersessions_list"),
]
OWN: list[URLPattern | URLResolver] = [
    path("workspaces/", workspaces.workspaces, name="workspaces"),
    path("workspaces/new/", workspaces.new_workspace, name="new_workspace"),
    path("join/<str:token>/", joining.join, name="join"),
    path("settings/security/", security.security, name="security"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/invite/", users.invite, name="invite"),
    path("settings/users/hand-over/", users.hand_over, name="hand_over"),
    path("settings/users/<int:user_id>/", users.user, name="user"),
    path("settings/users/<int:user_id>/invitation/", users.send_invitation, name="send_invitation"),
    path(
        "settings/users/<int:user_id>/invitation/revoke/",
        users.revoke_invitation,
        name="revoke_invitation",
    ),
    path("settings/users/<int:user_id>/deactivate/", users.deactivate, name="deactivate"),
    path("settings/users/<int:user_id>/reactivate/", users.reactivate, name="reactivate"),
    path("settings/support/", support.support, name="support"),
    path("settings/support/<int:grant_id>/end/", support.revoke_support, name="revoke_support"),
    path("settings/audit-log/", audit_log.audit_log, name="audit_log"),
]
urlpatterns: list[URLPattern | URLResolver] = [*ENGINE, path("", include((OWN, "accounts")))]
