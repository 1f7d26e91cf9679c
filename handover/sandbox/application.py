"""From a request to an answer: keys, limits and lists. No sockets here."""

from dataclasses import replace
from datetime import UTC, datetime
from math import ceil

from handover.sandbox import access, mishaps
from handover.sandbox.asking import NOT_FOUND, Ask, Parts, message
from handover.sandbox.faults import Fault
from handover.sandbox.filters import BadFilter
from handover.sandbox.lists import Page, Query
from handover.sandbox.practice.model import stamp
from handover.sandbox.resources import RECALLS, RESOURCES
from handover.sandbox.scopes import Scope, nested_scope, parent_exists, plain_scope
from handover.sandbox.singles import find_handler, one_record, without
from handover.sandbox.tables import BadSort, Choice, Table
from handover.sandbox.wire import Request, Response

UNAUTHORIZED = message(401, "Unauthorized")
NAMELESS = message(403, "Send a User-Agent with your name and e-mail address.")
READ_ONLY = Response(405, headers={"Allow": "GET"})

GOING = {"vanishing_rows", "replaced_rows"}


class Application:
    """Answers like Cliniko's API."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._roles = access.roles_by_key(parts.practice.role_users)
        self._keys: dict[str, str] = {}

    def answer(self, request: Request) -> Response:
        """Answer one request below ``/v1``, and count it."""
        path = request.path.removeprefix("/v1")
        key = self._key(request.headers.get("authorization", ""))
        self._parts.tally.asked(key)
        faults = self._strike(request, path)
        response = mishaps.instead(faults, request.target, self._parts.clock)
        if response is None:
            response = self._refuse(request, key) or self._let_in(request, path, key, faults)
        self._parts.tally.answered(path, 0 if response.cut == -1 else response.status)
        return response

    def _strike(self, request: Request, path: str) -> list[Fault]:
        board = self._parts.board
        if not board.faults:
            return []
        return board.strike(path, later_page=Query.read(request.query).page > 1)

    def _key(self, authorization: str) -> str:
        """The key of a request; ``""`` when it has none that is known here."""
        known = self._keys.get(authorization)
        if known is None:
            key = access.key_of(authorization)
            if key not in self._roles:
                return ""
            known = self._keys[authorization] = key
        return known

    def _refuse(self, request: Request, key: str) -> Response | None:
        if not access.agent_is_named(request.headers.get("user-agent", "")):
            return NAMELESS
        if not key:
            return UNAUTHORIZED
        wait = self._parts.limit.take(key)
        if wait is not None:
            reset = {"X-RateLimit-Reset": str(ceil(wait))}
            return Response(429, b'{"message":"Rate limit exceeded"}', headers=reset)
        return None if request.method == "GET" else READ_ONLY

    def _let_in(self, request: Request, path: str, key: str, faults: list[Fault]) -> Response:
        base = f"http://{request.headers.get('host', '')}/v1"
        ask = Ask(request, tuple(path.strip("/").split("/")), self._roles[key], base, faults)
        with self._parts.tables.lock:
            if self._parts.practice.pending:
                self._parts.processing.look()
            response = self._dispatch(ask)
        return mishaps.afterwards(faults, self._readdress(response, base))

    def _readdress(self, response: Response, base: str) -> Response:
        """Links name the host that the client asked for, as Cliniko's name its own."""
        own = self._parts.tables.base
        if own == base or not response.body:
            return response
        return replace(response, body=response.body.replace(own.encode(), base.encode()))

    def _dispatch(self, ask: Ask) -> Response:
        if self._is_forbidden(ask):
            return Response(403)
        if ask.parts[0] in RECALLS and not self._parts.recalls:
            return NOT_FOUND
        handler = find_handler(ask.parts)
        if handler is not None:
            return handler(self._parts, ask)
        scope = plain_scope(ask.parts) or nested_scope(self._parts.practice, ask.parts)
        if scope is not None:
            return self._list(ask, scope)
        match ask.parts:
            case (name, record_id) if name in RESOURCES:
                return one_record(self._parts, ask, name, record_id)
        return NOT_FOUND

    def _is_forbidden(self, ask: Ask) -> bool:
        named = {ask.parts[0], *ask.parts[2:3]}
        if ask.parts == ("settings", "public"):
            return False
        return bool(access.FORBIDDEN[ask.role] & named)

    def _list(self, ask: Ask, scope: Scope) -> Response:
        if scope.resource not in RESOURCES:
            return NOT_FOUND
        if scope.parent is not None and not parent_exists(self._parts.practice, *scope.parent):
            return NOT_FOUND
        query = Query.read(ask.request.query)
        table = self._parts.tables[scope.resource]
        choice = Choice(query.filters, query.sort, query.order, scope.name, scope.keep)
        try:
            chosen = table.choose(choice)
        except (BadFilter, BadSort) as problem:
            return message(400, str(problem))
        if ask.faults and chosen:
            table = self._shuffle(ask.faults, table, chosen[0])
            chosen = table.choose(choice)
        first = (query.page - 1) * query.per_page
        rows = self._rows(ask, table, chosen[first : first + query.per_page])
        page = Page(scope.resource, ask.address, query, rows, len(chosen))
        return Response(200, page.body(ask.faults))

    def _rows(self, ask: Ask, table: Table, numbers: list[int]) -> list[bytes]:
        unseen = access.UNSEEN.get((ask.role, table.resource.name))
        if unseen is None:
            return [table.bytes_of(number) for number in numbers]
        return [self._parts.written(without(table.rows[number], unseen)) for number in numbers]

    def _shuffle(self, faults: list[Fault], table: Table, number: int) -> Table:
        """Move or delete a row that an earlier page has shown; the table as it is then."""
        kinds = {fault.kind for fault in faults}
        name = table.resource.name
        if "moving_rows" in kinds:
            table.move_to_end(number)
        practice = self._parts.practice
        if name not in practice.records or not kinds & GOING:
            return self._parts.tables[name]
        shown = str(table.rows[number]["id"])
        if "replaced_rows" in kinds:
            now = stamp(datetime.fromtimestamp(self._parts.clock(), UTC))
            practice.copy(name, shown, created_at=now, updated_at=now)
        practice.remove(name, shown)
        return self._parts.tables[name]
