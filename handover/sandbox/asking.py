"""What answering a request needs: the parts of a sandbox, the request, ready-made answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from handover.sandbox.access import RateLimit
from handover.sandbox.faults import Fault, FaultBoard
from handover.sandbox.jsontypes import Json
from handover.sandbox.practice.model import API, Practice
from handover.sandbox.processing import Processing
from handover.sandbox.tables import ENCODER, Tables
from handover.sandbox.tally import Tally
from handover.sandbox.wire import Request, Response

NOT_FOUND = Response(404, b'{"status":"404","error":"Not Found"}')


@dataclass
class Parts:
    """What an application works with."""

    practice: Practice
    tables: Tables
    board: FaultBoard
    limit: RateLimit
    tally: Tally
    presign: Callable[[str, str], str]
    processing: Processing
    recalls: bool = True
    clock: Callable[[], float] = time.time

    def written(self, content: Json) -> bytes:
        """Something as JSON, with the sandbox's own address in its links."""
        return ENCODER.encode(content).replace(API.encode(), self.tables.base.encode())


@dataclass(frozen=True)
class Ask:
    """A request that has been let in; ``parts`` are those of the path after ``/v1``."""

    request: Request
    parts: tuple[str, ...]
    role: str
    base: str
    faults: list[Fault]

    @property
    def address(self) -> str:
        """Where the request went, without its query, by the name the client uses for us."""
        return f"{self.base}/{'/'.join(self.parts)}"


def message(status: int, text: str) -> Response:
    """An answer with Cliniko's ``{"message": text}``."""
    return Response(status, ENCODER.encode({"message": text}))
