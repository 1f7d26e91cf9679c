"""What every page says of itself: who may see it. `middleware` holds it.

    @needs(May.SEE_IMPORTS)             a person of the workspace whose role may do this
    @account_only("why")                somebody who has signed in, in whatever workspace
    @anyone("why")                      everybody

A page that says nothing is shown to nobody.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from handover.accounts.models import Account, SupportGrant, User, Workspace
from handover.accounts.permissions import May

MARK = "handover_access"
RECENT = 15 * 60
BEGAN = "began_at"  # when the session began: a time in seconds since 1970
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class Request(HttpRequest):
    """A request as the pages of a workspace get it: whose it is, where they act, by what clock."""

    user: Account
    member: User
    workspace: Workspace
    failed: bool
    zone: Callable[[], ZoneInfo]
    support: SupportGrant | None


@dataclass(frozen=True)
class Access:
    """Who may see a page: people of a workspace who `may`, whoever has signed in, or everybody.

    A `quiet` one is a part that a page asks for again and again: that nobody does anything.
    """

    may: May | None = None
    signed_in: bool = True
    why: str = ""
    quiet: bool = False


def needs(what: May, *, quiet: bool = False) -> Callable[[V], V]:
    """Show the page to people of the workspace whose role may do this."""
    return _declared(Access(what, quiet=quiet))


def account_only(why: str) -> Callable[[V], V]:
    """Show the page to whoever has signed in, whatever their workspace: it is about themselves."""
    return _declared(Access(why=why))


def anyone(why: str) -> Callable[[V], V]:
    """Show the page to everybody."""
    return _declared(Access(signed_in=False, why=why))


def just_signed_in(view: V) -> V:
    """Ask for the password (or a code, or a passkey) again unless that was within 15 minutes.

    It is asked when the page is opened, so that what is typed into it is not lost. The engine of
    sign-in has a decorator for this, too; but that one keeps what was posted in the session, where
    a key of Cliniko must never lie, and goes on past the permissions.
    """

    @wraps(view)
    def guarded(request: Request, *args: object, **kwargs: object) -> HttpResponseBase:
        if is_signed_in(request) and _authenticated_at(request) < time.time() - RECENT:
            return _ask_again(request)
        return view(request, *args, **kwargs)

    return cast("V", guarded)


def _authenticated_at(request: Request) -> float:
    """When this person last showed who they are, at sign-in or since; seconds since 1970."""
    records = get_authentication_records(request, request.user)
    began = float(request.session.get(BEGAN, 0))
    return max([began, *(float(each["at"]) for each in records)])


def _ask_again(request: Request) -> HttpResponseBase:
    methods = get_adapter().get_reauthentication_methods(request.user)
    asked = methods[0]["url"] if methods else reverse("account_login")
    if request.method != "GET":
        messages.info(request, _("Confirm that it is you, then send the form once more."))
    back = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return HttpResponseRedirect(f"{asked}?{back}")


def is_signed_in(request: HttpRequest) -> bool:
    """Whether anybody has signed in; only then `Request.user` is an account."""
    return request.user.is_authenticated


def access_of(view: object) -> Access | None:
    """What the page says of itself; None if it says nothing."""
    return getattr(view, MARK, None)


def _declared(access: Access) -> Callable[[V], V]:
    def declare(view: V) -> V:
        setattr(view, MARK, access)
        return view

    return declare
