"""What stands before every page: how long a session lasts, in which workspace it acts, who may see.

A page that does not say who may see it is shown to nobody.
"""

from collections.abc import Callable
from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from handover.accounts.access import BEGAN, Request, access_of, is_signed_in
from handover.accounts.audit import Action, note
from handover.accounts.models import Account, Role, User
from handover.accounts.permissions import May, may
from handover.accounts.support import grant_of
from handover.core.tenancy import acting_in, remembering

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 3600
#: How exactly the last request is remembered: a session need not be written with each one.
SEEN_EVERY = 60
SEEN, WORKSPACE = "seen_at", "workspace"
SERVER_ERROR = 500

Next = Callable[[HttpRequest], HttpResponse]


class SessionLimits:
    """Sign people out who did nothing for 30 minutes, and everybody after 12 hours."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the clock first."""
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.get(SEEN, now)
            if now - seen > IDLE_SECONDS or now - began > LONGEST_SECONDS:
                logout(request)
                messages.info(
                    request,
                    _("You were signed out because nothing happened for 30 minutes.")
                    if now - began <= LONGEST_SECONDS
                    else _("You were signed out: a session lasts 12 hours at most."),
                )
            elif SEEN not in request.session or (now - seen >= SEEN_EVERY and _is_deed(request)):
                request.session[SEEN] = now
                UserSession.objects.create_from_request(request)
        return self.get_response(request)


def _is_deed(request: HttpRequest) -> bool:
    """Whether somebody does something: a page that asks by itself keeps nobody signed in."""
    try:
        access = access_of(resolve(request.path_info).func)
    except Resolver404:
        return True
    return access is None or not access.quiet


class InWorkspace:
    """Answer a request in its workspace, in one transaction that row-level security binds.

    What fails is taken back as a whole. Who may see the page is asked here, of every page.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out as whom this account acts where; somebody who may enter no more acts nowhere."""
        request = cast("Request", request)
        number = request.session.get(WORKSPACE)
        if not is_signed_in(request) or number is None:
            return self.get_response(request)
        with acting_in(number), remembering():
            member = _member(request.user, number)
            grant = grant_of(member) if member and member.role == Role.SUPPORT else None
            if member is not None and (grant or member.role != Role.SUPPORT):
                request.support = grant
                request.member, request.workspace = member, member.workspace
                request.failed = False
                response = self.get_response(request)
                if request.failed or response.status_code >= SERVER_ERROR:
                    transaction.set_rollback(True)
                if not response.has_header("Cache-Control"):
                    add_never_cache_headers(response)  # nothing is left behind in a browser
                return response
        request.session.pop(WORKSPACE)
        return self.get_response(request)

    def process_view(
        self, request: Request, view: Callable[..., object], _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Let through whom the page is for; send others to where they can become one, or away."""
        access = access_of(view)
        if access is None:
            raise PermissionDenied("this page does not say who may see it")
        if not access.signed_in:
            return None
        if not is_signed_in(request):
            if access.quiet and "HX-Request" in request.headers:  # the whole page, to sign in
                return HttpResponse(headers={"HX-Refresh": "true"})
            return redirect_to_login(request.get_full_path())
        if access.may is None:
            return None
        if getattr(request, "member", None) is None:
            back = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('accounts:workspaces')}?{back}")
        self._check(request, access.may, quiet=access.quiet)
        return None

    @staticmethod
    def _check(request: Request, what: May, *, quiet: bool) -> None:
        """Ask whether this person may do it, and note it if it is one of our own staff."""
        if not may(request.member, what):
            note(request, Action.REFUSED, "page", detail=request.path)
            told = _("Your role does not allow it: %(what)s.") % {"what": _(what.words).lower()}
            raise PermissionDenied(told)
        if request.support is not None and not quiet:
            note(request, Action.SUPPORT, "page", detail=f"{request.method} {request.path}")

    def process_exception(self, request: Request, _problem: Exception) -> None:
        """What the view has written is taken back with it, once the page that says so is made."""
        request.failed = True


def _member(account: Account, workspace_id: int) -> User | None:
    found = User.objects.select_related("workspace").order_by()  # an account is there once
    member = found.filter(workspace_id=workspace_id, account_id=account.pk, active=True).first()
    if member is not None:
        member.account = account  # it was read with the session
    return member
