"""OAuth 2 as Xero has it: a consent, a code that is good once, tokens that rotate.

A refresh token dies with its use; who comes with a dead one is turned away for good.
"""

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

CODE_LIFE, ACCESS_LIFE = 300.0, 1800.0
OLD_SCOPES = {"accounting.transactions", "accounting.reports.read"}
SCOPES = {
    *("openid", "profile", "email", "offline_access", "accounting.invoices"),
    *("accounting.payments", "accounting.contacts", "accounting.settings.read"),
    *("accounting.settings", "accounting.contacts.read", "accounting.invoices.read"),
}


class Refused(Exception):
    """What the token address answers with status 400: OAuth's name of the error."""


@dataclass
class Grant:
    """What somebody allowed: which organisations, and the tokens that are good for it."""

    scopes: frozenset[str]
    tenants: dict[str, str]  # id of the connection -> organisation
    refresh: str = ""


@dataclass
class _Asked:
    grant: Grant
    challenge: str
    redirect_uri: str
    until: float


@dataclass
class Identity:
    """Who may ask for what; safe to use from many threads."""

    client_id: str
    client_secret: str
    clock: Callable[[], float]
    access_life: float = ACCESS_LIFE
    _codes: dict[str, _Asked] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _access: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    rotations: int = 0

    def problem_of(self, asked: Mapping[str, str]) -> str:
        """Why an authorisation may not be asked for like this; "" if it may."""
        scopes = set(asked.get("scope", "").split())
        if asked.get("client_id") != self.client_id:
            return "unauthorized_client"
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return "invalid_request"
        if not asked.get("redirect_uri") or not asked.get("state"):
            return "invalid_request"
        return "invalid_scope" if scopes & OLD_SCOPES or scopes - SCOPES else ""

    def allow(self, asked: Mapping[str, str], tenants: list[str]) -> str:
        """Note a consent; the address that the browser is sent back to."""
        code = secrets.token_urlsafe(24)
        connections = {secrets.token_hex(16): each for each in tenants}
        grant = Grant(frozenset(asked["scope"].split()), connections)
        until = self.clock() + CODE_LIFE
        with self._lock:
            self._codes[code] = _Asked(grant, asked["code_challenge"], asked["redirect_uri"], until)
        told = {"code": code, "scope": asked["scope"], "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def tokens(self, given: Mapping[str, str]) -> dict[str, str | int]:
        """Exchange a code or a refresh token. Raises `Refused`."""
        with self._lock:
            if given.get("grant_type") == "authorization_code":
                return self._issue(self._by_code(given))
            if given.get("grant_type") == "refresh_token":
                grant = self._refresh.pop(given.get("refresh_token", ""), None)
                if grant is None:
                    raise Refused("invalid_grant")
                self.rotations += 1
                return self._issue(grant)
        raise Refused("unsupported_grant_type")

    def _by_code(self, given: Mapping[str, str]) -> Grant:
        asked = self._codes.pop(given.get("code", ""), None)
        if asked is None or asked.until < self.clock():
            raise Refused("invalid_grant")
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked.challenge or given.get("redirect_uri") != asked.redirect_uri:
            raise Refused("invalid_grant")
        return asked.grant

    def _issue(self, grant: Grant) -> dict[str, str | int]:
        access, grant.refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._access[access] = (grant, self.clock() + self.access_life)
        told: dict[str, str | int] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(self.access_life),
            "scope": " ".join(sorted(grant.scopes)),
        }
        if "offline_access" in grant.scopes:
            self._refresh[grant.refresh] = grant
            told["refresh_token"] = grant.refresh
        return told

    def grant_of(self, authorization: str) -> Grant | None:
        """What an access token is good for; None if it is unknown, over or revoked."""
        scheme, _, token = authorization.partition(" ")
        with self._lock:
            grant, until = self._access.get(token, (None, 0.0))
        return grant if scheme == "Bearer" and until > self.clock() else None

    def is_the_app(self, authorization: str) -> bool:
        """Whether Basic credentials are those of the app."""
        pair = f"{self.client_id}:{self.client_secret}".encode()
        return authorization == "Basic " + base64.b64encode(pair).decode()

    def expire(self) -> None:
        """Let every access token be over."""
        with self._lock:
            self._access.clear()

    def revoke(self, refresh: str | None = None) -> None:
        """Take back the consent that this refresh token is of; every one if none is named."""
        with self._lock:
            gone = list(self._refresh.values()) if refresh is None else []
            if refresh in self._refresh:
                gone = [self._refresh[refresh]]
            for grant in gone:
                self._refresh.pop(grant.refresh, None)
                grant.tenants.clear()
            dead = {token for token, (grant, _) in self._access.items() if grant in gone}
            for token in dead:
                del self._access[token]

    @property
    def living(self) -> int:
        """How many refresh tokens are good."""
        return len(self._refresh)
