"""People who sign in: accounts, users, and their browsers without a window."""

import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client as Browser
from django.test.client import ClientHandler
from django.utils import timezone

from handover.accounts.middleware import WORKSPACE
from handover.accounts.models import Account, Role, SupportGrant, User, Workspace
from handover.core.tenancy import acting_in

PASSWORD = "correct horse battery staple"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class QuickArgon2(Argon2PasswordHasher):
    """The same algorithm with less work: a test signs in many times."""

    time_cost, memory_cost, parallelism = 1, 64, 1


@dataclass(frozen=True)
class Person:
    """Somebody of a practice, and the browser that they have signed in with."""

    account: Account
    user: User
    browser: Browser


def an_account(email: str, password: str | None = None) -> Account:
    account = Account.objects.create_user(email, password)
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    return account


def a_user(workspace: Workspace, role: Role, account: Account | None, **more: object) -> User:
    with acting_in(workspace.pk):
        return User.objects.create(
            workspace_id=workspace.pk,
            role=role,
            account=account,
            first_name=str(role.label),
            last_name="of " + workspace.name,
            email=account.email if account else "",
            **more,
        )


def a_person(
    workspace: Workspace, role: Role, password: str | None = None, **more: object
) -> Person:
    """Somebody who has just signed in; making a password takes its time, and few need one."""
    account = an_account(f"{role.value}@{workspace.slug}.example", password)
    user = a_user(workspace, role, account, **more)
    if role == Role.SUPPORT:
        let_in(user)
    return Person(account, user, signed_in(account, workspace))


def let_in(user: User, hours: float = 1) -> SupportGrant:
    """Make somebody one of the support, with a second step, and let them in."""
    assert user.account is not None
    Account.objects.filter(pk=user.account.pk).update(support_name=str(user))
    Authenticator.objects.get_or_create(user=user.account, type="totp", defaults={"data": {}})
    until = timezone.now() + timedelta(hours=hours)
    with acting_in(user.workspace_id):
        return SupportGrant.objects.create(
            workspace_id=user.workspace_id, user=user, until=until, allowed_by="Owner"
        )


@cache
def site() -> ClientHandler:
    """The site as browsers without a window ask it: putting it together takes its time."""
    return ClientHandler(enforce_csrf_checks=False)


def signed_in(account: Account, workspace: Workspace | None = None) -> Browser:
    browser = Browser()
    browser.handler = site()
    browser.force_login(account, backend=BACKEND)
    session = browser.session
    if workspace is not None:
        session[WORKSPACE] = workspace.pk
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    return browser
