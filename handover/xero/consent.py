"""The consent: asked for by a page, exchanged and renewed by workers, who alone open secrets.

A page makes the verifier of PKCE, seals it, and sends the browser to Xero; when that comes back,
the page seals the code. A worker opens both and exchanges them for tokens.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from django.utils import timezone

from handover.accounts.models import User
from handover.core.encryption import CannotOpen
from handover.core.tenancy import acting_in
from handover.vault.opening import opened
from handover.vault.sealing import sealed
from handover.xero.models import XeroConnection
from handover.xero.place import XeroPlace
from handover.xero.problems import AppUnknown, Later, NotConnected, Refused
from handover.xero.wire import connections

State = XeroConnection.State
EARLY = timedelta(seconds=60)  # before its end a token is renewed
SOON = 5.0
SECRETS = ("sealed_verifier", "sealed_code", "sealed_access", "sealed_refresh")


def connection_of(workspace_id: int) -> XeroConnection:
    """The practice's connection, made when it is first needed; the caller acts in it."""
    return XeroConnection.objects.get_or_create(workspace_id=workspace_id)[0]


def ask_for_consent(
    place: XeroPlace, home: Path, connection: XeroConnection, by: User, redirect_uri: str
) -> tuple[str, str]:
    """Prepare a consent; Xero's address for the browser, and the state to know it again by."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    digest = hashlib.sha256(verifier.encode()).digest()
    connection.sealed_verifier = sealed(home, connection, "sealed_verifier", verifier)
    connection.asked_by, connection.redirect_uri = by, redirect_uri
    if connection.state in {State.NONE, State.LOST}:
        connection.state = State.ASKED
    connection.message = ""
    # not the tokens: a worker may have renewed them since this row was read
    connection.save(
        update_fields=("sealed_verifier", "asked_by", "redirect_uri", "state", "message")
    )
    asked = {
        "response_type": "code",
        "client_id": place.client_id,
        "redirect_uri": redirect_uri,
        "scope": place.scopes,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{place.login_url}?{urlencode(asked)}", state


def keep_code(home: Path, connection: XeroConnection, code: str) -> None:
    """Seal what Xero sent back by the browser; a worker exchanges it within minutes."""
    connection.sealed_code = sealed(home, connection, "sealed_code", code)
    connection.state = State.EXCHANGING
    connection.save(update_fields=("sealed_code", "state"))


def forget(connection: XeroConnection, state: State, message: str = "") -> None:
    """Keep no secret any longer; what was mapped stays, for the next time."""
    for name in SECRETS:
        setattr(connection, name, "")
    connection.state, connection.message, connection.access_until = state, message, None
    connection.save()


def give_up(connection: XeroConnection, message: str) -> None:
    """A new consent has come to nothing; an older one, where there is one, goes on to hold."""
    if not (connection.sealed_refresh and connection.tenant_id):
        forget(connection, State.NONE, message)
        return
    connection.sealed_code = connection.sealed_verifier = ""
    connection.state, connection.message = State.CONNECTED, message
    connection.save(update_fields=("sealed_code", "sealed_verifier", "state", "message"))


@dataclass(frozen=True)
class Desk:
    """What work with Xero needs: where Xero is, the installation's home, and whose it is."""

    place: XeroPlace
    home: Path
    workspace_id: int

    def token(self, stale: str = "") -> str:
        """An access token that is good; `stale` is one that was not.

        One process renews at a time, for a refresh token dies with its use: the row is locked
        until the new ones are saved. Raises `NotConnected`, `Later`.
        """
        with acting_in(self.workspace_id):
            row = XeroConnection.objects.select_for_update().first()
            if row is None or not row.sealed_refresh:
                raise NotConnected("Xero is not connected")
            token = opened(self.home, row, "sealed_access") if row.sealed_access else ""
            over = row.access_until is None or row.access_until < timezone.now() + EARLY
            if token and not over and token != stale:
                return token
            refresh = opened(self.home, row, "sealed_refresh")
            gone = self._renew(row, refresh)
            if not gone:
                return opened(self.home, row, "sealed_access")
            forget(row, State.LOST, gone)
        raise NotConnected(gone)

    def _renew(self, row: XeroConnection, refresh: str) -> str:
        """Get new tokens and save them; why they were refused, or ""."""
        try:
            self._keep(row, self._tokens({"grant_type": "refresh_token", "refresh_token": refresh}))
        except AppUnknown:
            raise
        except Refused:
            return "Xero takes our consent for withdrawn: connect again."
        return ""

    def exchange(self) -> None:
        """Exchange the code for tokens. Raises `Refused`, `Later`."""
        with acting_in(self.workspace_id):
            row = XeroConnection.objects.select_for_update().get()
            if row.state != State.EXCHANGING or not row.sealed_code:
                return
            try:
                given = {
                    "grant_type": "authorization_code",
                    "code": opened(self.home, row, "sealed_code"),
                    "redirect_uri": row.redirect_uri,
                    "code_verifier": opened(self.home, row, "sealed_verifier"),
                }
            except CannotOpen as problem:
                raise Refused(str(problem)) from None
            row.sealed_code = row.sealed_verifier = ""
            self._keep(row, self._tokens(given))

    def _keep(self, row: XeroConnection, told: Mapping[str, Any]) -> None:
        row.sealed_access = sealed(self.home, row, "sealed_access", told["access_token"])
        row.sealed_refresh = sealed(self.home, row, "sealed_refresh", told["refresh_token"])
        row.access_until = timezone.now() + timedelta(seconds=int(told["expires_in"]))
        row.save()

    def _tokens(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._post("token", given)
        told: Mapping[str, Any] = answer.json() if answer.content else {}
        if answer.status_code == HTTPStatus.OK and "refresh_token" in told:
            return told
        if told.get("error") in {"invalid_client", "unauthorized_client"}:
            raise AppUnknown("Xero does not know our app: an operator must look at its settings")
        raise Refused("Xero did not accept the consent: connect once more")

    def _post(self, name: str, given: Mapping[str, str]) -> httpx.Response:
        """Ask as the app. Raises `Later`."""
        app = httpx.BasicAuth(self.place.client_id, self.place.client_secret)
        address = f"{self.place.identity_url}/connect/{name}"
        try:
            with connections() as http:
                answer = http.post(address, data=dict(given), auth=app)
        except httpx.HTTPError:
            raise Later("Xero cannot be reached", SOON) from None
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Later("Xero is not well", SOON)
        return answer

    def organisations(self) -> list[dict[str, str]]:
        """Those that the consent is good for: `id` of the connection, `tenant`, `name`."""
        answer = self._api("GET", "connections")
        return [
            {"id": each["id"], "tenant": each["tenantId"], "name": each["tenantName"]}
            for each in answer.json()
            if each.get("tenantType", "ORGANISATION") == "ORGANISATION"
        ]

    def revoke(self, connection_id: str) -> None:
        """Give the consent back. Raises `Later`; what Xero does not know any more is gone."""
        if connection_id:
            self._api("DELETE", f"connections/{connection_id}")
        with acting_in(self.workspace_id):
            row = XeroConnection.objects.get()
            refresh = opened(self.home, row, "sealed_refresh") if row.sealed_refresh else ""
        if refresh:
            self._post("revocation", {"token": refresh})

    def _api(self, method: str, path: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token()}", "Accept": "application/json"}
        address = f"{self.place.api_url}/{path}"
        try:
            with connections() as http:
                answer = http.request(method, address, headers=headers)
        except httpx.HTTPError:
            raise Later("Xero cannot be reached", SOON) from None
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Later("Xero is not well", SOON)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise NotConnected("Xero does not let us in: connect again")
        return answer
