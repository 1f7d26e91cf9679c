"""What the faults do to a request and to its answer."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus

from handover.sandbox.faults import Fault
from handover.sandbox.wire import Response

HTML = b"<!DOCTYPE html><html><head><title>%d</title></head><body><h1>Oops</h1></body></html>"
HTML_TYPE = "text/html; charset=utf-8"
MEGABYTE = 1_048_576


def instead(faults: Sequence[Fault], target: str, clock: Callable[[], float]) -> Response | None:
    """The answer that a fault gives in place of the true one; slowness waits and gives none."""
    for fault in faults:
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        elif fault.kind in _INSTEAD:
            return _INSTEAD[fault.kind](fault, target, clock)
    return None


def afterwards(faults: Sequence[Fault], response: Response) -> Response:
    """The true answer, spoilt on its way."""
    for fault in faults:
        if fault.kind == "reset_body":
            response = replace(response, cut=len(response.body) // 2)
        elif fault.kind == "truncated":
            response = replace(response, body=response.body[: len(response.body) // 2])
    return response


def _status(fault: Fault, _target: str, clock: Callable[[], float]) -> Response:
    headers: dict[str, str] = {}
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS and fault.retry == "reset":
        headers["X-RateLimit-Reset"] = str(int(clock() + fault.seconds))
    elif fault.retry == "after":
        headers["Retry-After"] = str(max(0, round(fault.seconds)))
    bodies = {
        "json": b'{"message":"Simulated %d"}' % fault.status,
        "html": HTML % fault.status,
        "empty": b"",
    }
    kind = HTML_TYPE if fault.body == "html" else "application/json; charset=utf-8"
    return Response(fault.status, bodies[fault.body], kind, headers)


def _endless() -> Iterator[bytes]:
    yield b'{"patients":['
    filler = b"null," * 13_000
    while True:
        yield filler


def _huge(fault: Fault) -> Iterator[bytes]:
    yield b'{"patients":["'
    for _ in range(fault.megabytes):
        yield b"x" * MEGABYTE
    yield b'"],"total_entries":1,"links":{}}'


_INSTEAD: dict[str, Callable[[Fault, str, Callable[[], float]], Response]] = {
    "status": _status,
    "reset": lambda *_: Response(cut=-1),
    "html": lambda *_: Response(200, HTML % 200, HTML_TYPE),
    "expired_key": lambda *_: Response(401, b'{"message":"Unauthorized"}'),
    "forbidden": lambda *_: Response(403),
    "redirect": lambda fault, target, _: Response(302, headers={"Location": fault.host + target}),
    "endless": lambda *_: Response(stream=_endless()),
    "huge": lambda fault, *_: Response(stream=_huge(fault)),
}
