"""What the faults do to a request and to its answer."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus

from handover.sandbox.faults import Fault
from handover.sandbox.wire import Response

HTML = b"<!DOCTYPE html><html><head><title>%d</title></head><body><h1>Oops</h1></body></html>"
HTML_TYPE = "text/html; charset=utf-8"
XML = "application/xml"
EXPIRED = (
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code>"
    b"<Message>Request has expired</Message></Error>"
)
KILOBYTE = 1024
MEGABYTE = KILOBYTE * KILOBYTE


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


def on_its_way(faults: Sequence[Fault], response: Response) -> Response:
    """A file, spoilt on its way from the store."""
    for fault in faults:
        spoil = _ON_ITS_WAY.get(fault.kind)
        if spoil is not None and response.stream is not None:
            response = spoil(fault, response)
    return response


def _half(response: Response) -> int:
    return (response.length or 0) // 2


def _first(stream: Iterator[bytes], most: int) -> Iterator[bytes]:
    for part in stream:
        yield part[:most]
        most -= len(part)
        if most <= 0:
            return


def _slowly(stream: Iterator[bytes], seconds: float) -> Iterator[bytes]:
    for part in stream:
        for start in range(0, len(part), KILOBYTE):
            time.sleep(seconds)
            yield part[start : start + KILOBYTE]


def _shortened(_fault: Fault, response: Response) -> Response:
    return replace(response, stream=_first(_stream(response), _half(response)))


def _truncated(fault: Fault, response: Response) -> Response:
    return replace(_shortened(fault, response), length=_half(response))


def _lengthened(_fault: Fault, response: Response) -> Response:
    stream = itertools.chain(_stream(response), (b"\n",))
    return replace(response, stream=stream, length=(response.length or 0) + 1)


def _trickling(fault: Fault, response: Response) -> Response:
    return replace(response, stream=_slowly(_stream(response), fault.seconds))


def _stream(response: Response) -> Iterator[bytes]:
    return response.stream or iter(())


_ON_ITS_WAY: dict[str, Callable[[Fault, Response], Response]] = {
    "reset_body": lambda _, response: replace(response, cut=_half(response)),
    "truncated": _truncated,
    "short_body": _shortened,
    "trickle": _trickling,
    "wrong_length": _lengthened,
    "no_length": lambda _, response: replace(response, length=None),
}


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
    "foreign_file": lambda fault, target, _: Response(
        303, headers={"Location": fault.host + target}
    ),
    "expired_link": lambda *_: Response(403, EXPIRED, XML),
    "endless": lambda *_: Response(stream=_endless()),
    "huge": lambda fault, *_: Response(stream=_huge(fault)),
}
