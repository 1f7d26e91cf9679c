"""How the engine of sign-in (django-allauth) works here: its letters and its secrets."""

import base64
import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest

from handover.accounts.mail import hand_over, not_sent
from handover.core.json import JsonObject

SITE = "Handover"
log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts by e-mail address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # as allauth calls it
        """Whether a stranger may make a practice here: HANDOVER_SIGN_UP."""
        return bool(settings.ENVIRONMENT.sign_up)

    def format_email_subject(self, subject: str) -> str:
        """Without the host in brackets."""
        return f"{SITE}: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: JsonObject) -> None:
        """Send one of its letters by the way that all letters go."""
        site = {"name": SITE, "domain": settings.ENVIRONMENT.address or "this site"}
        told = {"request": self.request, "email": email, "current_site": site, **context}
        try:
            hand_over(self.render_mail(template_prefix, email, told))
        except OSError as problem:
            log.error(  # noqa: TRY400  # its words hold addresses
                "a letter of sign-in was not sent: %s", type(problem).__name__
            )
            messages.error(self.request, not_sent())


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second steps of sign-in. Their secrets are encrypted with a key made from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows above the code."""
        return SITE

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a passkey is bound to: the host, and a name for people."""
        return {**super().get_public_key_credential_rp_entity(), "name": SITE}


def _cipher() -> Fernet:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"handover second step")
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
