"""The simulated Xero: two organisations, one app that may be let in, real HTTP."""

import hashlib
import html
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from handover.sandbox.wire import Request, Response, Server
from handover.sandbox.xero import accounting
from handover.sandbox.xero.accounting import ENCODER, SCOPE_OF, problem
from handover.sandbox.xero.books import Books, day_of
from handover.sandbox.xero.faults import XeroFault, XeroFaults
from handover.sandbox.xero.identity import Grant, Identity, Refused
from handover.sandbox.xero.limits import Limits, TooMany

API = "/api.xro/2.0/"
LONGEST_KEY = 128
REMEMBERED = 360.0  # seconds that a key is known: how long Xero does is not documented
CONSENT = """<!DOCTYPE html><html lang="en"><head><title>Simulated Xero</title></head><body>
<h1>Simulated Xero</h1><p>Handover asks for: %(scopes)s</p>
<form method="post" action="%(action)s"><fieldset><legend>Organisations</legend>%(boxes)s</fieldset>
<button name="answer" value="allow">Allow access</button>
<button name="answer" value="cancel">Cancel</button></form></body></html>"""
BOX = '<label><input type="checkbox" name="tenant" value="%s" checked> %s</label><br>'


@dataclass(frozen=True)
class Asked:
    """A request as it came, for tests."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    key: str
    status: int = 0


class FakeXero:
    """A running Xero. Use it in a ``with``. Limits of 0 are lifted; `clock` gives epoch seconds."""

    def __init__(
        self,
        *,
        port: int = 0,
        minute: int = 60,
        day: int = 5000,
        at_once: int = 5,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.identity = Identity("HANDOVERSANDBOX", "sandbox-secret", clock)
        self.credentials = {
            "client_id": self.identity.client_id,
            "client_secret": self.identity.client_secret,
        }
        self.limits = Limits(minute, day, at_once, clock)
        self.organisations = [
            Books("Harbour Street Physio Pty Ltd", "a1b2c3d4-0000-4000-8000-000000000001"),
            Books("Harbour Holdings Trust", "a1b2c3d4-0000-4000-8000-000000000002"),
        ]
        self.asked: list[Asked] = []
        self._faults, self._clock = XeroFaults(), clock
        self._keys: dict[str, tuple[float, str, Response]] = {}
        self._lock = threading.Lock()
        self._server = Server(self._answer, port)

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``: of the consent page, the tokens and the API alike."""
        return f"http://{self._server.host}"

    @property
    def books(self) -> Books:
        """The first organisation's."""
        return self.organisations[0]

    def go_wrong(self, *faults: XeroFault) -> None:
        """Switch on these faults instead of the present ones."""
        self._faults.replace(faults)

    def sent(self, name: str) -> list[Asked]:
        """The requests that wrote to a list, such as ``Invoices``."""
        return [each for each in self.asked if each.path == API + name and each.method != "GET"]

    def __enter__(self) -> "FakeXero":
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    # one request

    def _answer(self, request: Request) -> Response:
        fault = self._faults.strike(request.method, request.path)
        response = self._instead(fault) if fault else None
        if response is None:
            response = self._route(request)
            if fault is not None and fault.kind == "slow":
                time.sleep(fault.seconds)
            elif fault is not None and fault.kind == "lost":
                response = replace(response, cut=-1)
        key = request.headers.get("idempotency-key", "")
        query = dict(parse_qsl(request.query))
        status = 0 if response.cut == -1 else response.status
        told = Asked(request.method, request.path, query, request.body, key, status)
        self.asked.append(told)
        return response

    @staticmethod
    def _instead(fault: XeroFault) -> Response | None:
        if fault.kind == "reset":
            return Response(cut=-1)
        if fault.kind == "expired":
            return problem(401, "Unauthorized", "TokenExpired: token expired")
        if fault.kind == "status":
            limited = fault.status == 429  # noqa: PLR2004  # the status of limits
            return _limited(fault.problem, fault.retry_after) if limited else Response(fault.status)
        return None

    def _route(self, request: Request) -> Response:
        match request.path:
            case "/identity/connect/authorize":
                return self._consent(request)
            case "/connect/token" | "/connect/revocation":
                return self._token(request)
            case "/_xero/aged":
                day = day_of(dict(parse_qsl(request.query))["as_at"])
                return Response(200, ENCODER.encode([b.aged(day) for b in self.organisations]))
        grant = self.identity.grant_of(request.headers.get("authorization", ""))
        if grant is None:
            return problem(401, "Unauthorized", "TokenExpired: token expired")
        if request.path.startswith("/connections"):
            return self._connections(request, grant)
        return self._accounting(request, grant)

    def _consent(self, request: Request) -> Response:
        asked = dict(parse_qsl(request.query))
        wrong = self.identity.problem_of(asked)
        if wrong:
            return Response(400, f"<h1>{wrong}</h1>".encode(), "text/html; charset=utf-8")
        if request.method == "POST":
            given = parse_qsl(request.body.decode())
            tenants = [value for name, value in given if name == "tenant"]
            if ("answer", "cancel") in given:
                told = urlencode({"error": "access_denied", "state": asked["state"]})
                return Response(302, headers={"Location": f"{asked['redirect_uri']}?{told}"})
            return Response(302, headers={"Location": self.identity.allow(asked, tenants)})
        boxes = "".join(BOX % (each.tenant_id, each.name) for each in self.organisations)
        action = html.escape(request.target)
        told = CONSENT % {"scopes": html.escape(asked["scope"]), "action": action, "boxes": boxes}
        return Response(200, told.encode(), "text/html; charset=utf-8")

    def _token(self, request: Request) -> Response:
        if not self.identity.is_the_app(request.headers.get("authorization", "")):
            return Response(401, b'{"error":"invalid_client"}')
        given = dict(parse_qsl(request.body.decode()))
        if request.path.endswith("revocation"):
            self.identity.revoke(given.get("token", ""))
            return Response(200)
        try:
            return Response(200, ENCODER.encode(self.identity.tokens(given)))
        except Refused as refused:
            return Response(400, ENCODER.encode({"error": str(refused)}))

    def _connections(self, request: Request, grant: Grant) -> Response:
        names = {each.tenant_id: each.name for each in self.organisations}
        if request.method == "DELETE":
            gone = grant.tenants.pop(request.path.rpartition("/")[2], None)
            return Response(204 if gone else 404)
        told: list[dict[str, Any]] = [
            {"id": number, "tenantId": tenant, "tenantType": "ORGANISATION"}
            | {"tenantName": names[tenant]}
            for number, tenant in grant.tenants.items()
        ]
        return Response(200, ENCODER.encode(told))

    def _accounting(self, request: Request, grant: Grant) -> Response:
        name = request.path.removeprefix(API)
        tenant = request.headers.get("xero-tenant-id", "")
        books = next((each for each in self.organisations if each.tenant_id == tenant), None)
        if not request.path.startswith(API) or name not in SCOPE_OF:
            return Response(404)
        if books is None or tenant not in grant.tenants.values():
            return problem(403, "Forbidden", "AuthenticationUnsuccessful")
        allowed = {SCOPE_OF[name]}
        allowed |= {f"{SCOPE_OF[name]}.read"} if request.method == "GET" else set()
        if not allowed & grant.scopes:
            return problem(401, "Unauthorized", "AuthorizationUnsuccessful")
        if "json" not in request.headers.get("accept", ""):
            return Response(406)
        try:
            with self.limits.request(tenant) as headers:
                return replace(self._once(request, books, name), headers=headers)
        except TooMany as much:
            return _limited(much.problem, int(much.seconds) + 1)

    def _once(self, request: Request, books: Books, name: str) -> Response:
        """Answer; what comes again under a key that is remembered is not done again."""
        key = request.headers.get("idempotency-key", "")
        query = dict(parse_qsl(request.query))
        with self._lock:
            if len(key) > LONGEST_KEY:
                return problem(400, "Bad Request", "The idempotency key is too long")
            digest = hashlib.sha256(request.target.encode() + request.body).hexdigest()
            until, before, response = self._keys.get(key, (0.0, "", Response()))
            if key and until > self._clock():
                return response if before == digest else problem(400, "Bad Request", "Key in use")
            response = accounting.answer(books, request, name, query)
            if key:
                self._keys[key] = (self._clock() + REMEMBERED, digest, response)
            return response


def _limited(which: str, seconds: int) -> Response:
    headers = {"Retry-After": str(seconds), "X-Rate-Limit-Problem": which}
    return Response(429, headers=headers)
