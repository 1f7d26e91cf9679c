"""One organisation's books over HTTP: reads are repeated, writes never without a look.

Nothing of what is sent or answered is logged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from handover.core.exact import written
from handover.core.worker import leaving
from handover.xero.allowance import Allowance
from handover.xero.place import XeroPlace
from handover.xero.problems import Interrupted, Later, NotConnected, Refused, Unsure
from handover.xero.wire import connections

AT_A_TIME = 50  # what Xero advises to send in one request
LOOKED_UP = 40  # with about 52 of their ids, addresses become too long
LONGEST_LIST = 1_200  # characters of such a list, as it stands in an address
A_PAGE = 1_000  # contacts: the most that Xero gives at once
TRIES, PAUSE = 4, 0.5
DEFAULT_WAIT = 60.0
GONE = "Xero does not let us in any more: connect again"
AWAY = "Xero cannot be reached, or is not well"

Row = dict[str, Any]
#: Gives a token that is good; with one that was not, another one.
Tokens = Callable[[str], str]
_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


@dataclass
class XeroClient:
    """Asks one organisation. Use it in a `with`; the caller is in no transaction."""

    place: XeroPlace
    tenant: str
    tokens: Tokens
    allowance: Allowance
    http: httpx.Client = field(default_factory=connections)
    pause: Callable[[float], bool] = field(default=leaving.wait)

    def __enter__(self) -> "XeroClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def rows(self, name: str, **query: str) -> list[Row]:
        """A list, such as `Accounts`. Raises `Later`, `Refused`, `NotConnected`."""
        return list(self._read(name, query)[name])

    def one(self, name: str, within: str) -> Row:
        """The only row of a list."""
        return dict(self._read(name, {})[within][0])

    def page(self, name: str, number: int, **query: str) -> tuple[list[Row], int]:
        """One page of a long list, and how many pages it has; the first one is 1."""
        told = self._read(name, {**query, "page": str(number), "pageSize": str(A_PAGE)})
        return list(told[name]), int(told.get("pagination", {}).get("pageCount", number))

    def by(self, name: str, key: str, values: Sequence[str]) -> Iterator[Row]:
        """Those rows of a list that are among `values`: `InvoiceNumbers`, `IDs`."""
        for some in in_lists(values):
            yield from self.rows(name, **{key: ",".join(some), "pageSize": "1000", "page": "1"})

    def create(self, name: str, rows: Sequence[Row], key: str) -> list[Row]:
        """Make rows, `AT_A_TIME` at most; each comes back with what became of it, in order.

        Raises `Unsure` if it may have been done, besides what `rows` raises.
        """
        body = written({name: rows})
        query = {"summarizeErrors": "false", "unitdp": "4"}
        if name == "Payments":
            del query["unitdp"]
        answer = self._let_in(_Wanted("PUT", name, query, body, key))
        told = _decoder.decode(answer.content)[name]
        if len(told) != len(rows):
            raise Unsure("Xero answered for another number of rows than were sent", PAUSE)
        return list(told)

    # how a request goes

    def _read(self, name: str, query: Mapping[str, str]) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                answer = self._let_in(_Wanted("GET", name, query))
                return _decoder.decode(answer.content)
            except (Unsure, msgspec.DecodeError) as problem:
                if not left:
                    raise Later(AWAY, DEFAULT_WAIT) from problem
                if self.pause(PAUSE * 2 ** (TRIES - 1 - left)):
                    raise Interrupted from None
        raise AssertionError

    def _let_in(self, wanted: "_Wanted") -> httpx.Response:
        """Ask with a token that is good: one that is over is renewed, once."""
        token = self.tokens("")
        answer = self._ask(wanted, token)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            answer = self._ask(wanted, self.tokens(token))
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise NotConnected(GONE)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise Refused(f"Xero refused to be asked for {wanted.name} ({answer.status_code})")
        return answer

    def _ask(self, wanted: "_Wanted", token: str) -> httpx.Response:
        """Ask within the limits. A 429 was not done, whatever it was: it is sent again."""
        headers = {
            "Authorization": f"Bearer {token}",
            "xero-tenant-id": self.tenant,
            "Accept": "application/json",
        }
        if wanted.body:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": wanted.key}
        address = f"{self.place.api_url}/api.xro/2.0/{wanted.name}"
        while True:
            with self.allowance.request():
                try:
                    answer = self.http.request(
                        wanted.method,
                        address,
                        params=wanted.query,
                        content=wanted.body,
                        headers=headers,
                    )
                except httpx.HTTPError:
                    raise Unsure(AWAY, PAUSE) from None  # its words may quote the address
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise Unsure(AWAY, PAUSE)
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return answer
            self.allowance.hold(_wait_of(answer))


@dataclass(frozen=True)
class _Wanted:
    """A request, before it is known with which token."""

    method: str
    name: str
    query: Mapping[str, str]
    body: bytes = b""
    key: str = ""


def _wait_of(answer: httpx.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else DEFAULT_WAIT


def in_lists(values: Sequence[str]) -> Iterator[list[str]]:
    """Values in lists that fit into an address."""
    some: list[str] = []
    for value in values:
        longer = len(quote(",".join([*some, value]))) > LONGEST_LIST
        if some and (longer or len(some) == LOOKED_UP):
            yield some
            some = []
        some.append(value)
    if some:
        yield some
