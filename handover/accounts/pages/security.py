"""Settings > Sign-in and security: what somebody sees to for themselves."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.shortcuts import render

from handover.accounts.access import Request, account_only


@account_only("about the account itself")
def security(request: Request) -> HttpResponse:
    """What protects this account, with the way to each part."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    told = {
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "accounts/security.html", told)
