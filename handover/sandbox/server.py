"""The sandbox: a simulated Cliniko on this machine, for tests and for trying things out."""

import time
from collections.abc import Callable, Iterable
from datetime import date
from types import TracebackType
from typing import Literal
from urllib.parse import parse_qsl

import msgspec

from handover.sandbox import access
from handover.sandbox.application import Application
from handover.sandbox.asking import Parts
from handover.sandbox.faults import BadFault, Fault, FaultBoard
from handover.sandbox.jsontypes import Json
from handover.sandbox.listings import true_files, true_signatures
from handover.sandbox.practice import DemoPractice
from handover.sandbox.practice.model import Practice
from handover.sandbox.processing import Processing
from handover.sandbox.receivables import as_csv, receivables
from handover.sandbox.storage import Storage
from handover.sandbox.tables import ENCODER, Tables
from handover.sandbox.tally import Stats, Tally
from handover.sandbox.wire import Request, Response, Server

CONTROL = "/_sandbox/"


class Sandbox:
    """A running Cliniko. Use it in a ``with``, or call ``start`` and ``stop``.

    ``rate_limit`` is requests a ``rate_period`` (seconds) and key, 0 for none. ``link_lifetime``
    is how long a file's link is good, in seconds. ``clock`` gives epoch seconds.
    """

    def __init__(
        self,
        practice: Practice | DemoPractice,
        *,
        rate_limit: int = 200,
        window: Literal["sliding", "fixed"] = "sliding",
        rate_period: float = 60.0,
        recalls: bool = True,
        faults: Iterable[Fault] = (),
        port: int = 0,
        link_lifetime: float = 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.practice = practice.build() if isinstance(practice, DemoPractice) else practice
        self.practice.clock = clock
        self._board = FaultBoard(faults)
        self._tally = Tally(clock)
        self._server = Server(self._answer, port)
        self._storage = Storage(
            self.practice,
            lifetime=link_lifetime,
            board=self._board,
            tally=self._tally,
            clock=clock,
        )
        self._tables = Tables(self.practice, self.url)
        self._application = Application(
            Parts(
                practice=self.practice,
                tables=self._tables,
                board=self._board,
                limit=access.RateLimit(rate_limit, window, rate_period, clock),
                tally=self._tally,
                presign=self._storage.presign,
                processing=Processing(self.practice, clock),
                recalls=recalls,
                clock=clock,
            )
        )

    @property
    def url(self) -> str:
        """Where the API is: ``http://127.0.0.1:PORT/v1``."""
        return f"http://{self._server.host}/v1"

    @property
    def keys(self) -> dict[str, str]:
        """The keys that work here, by role, each with its shard."""
        return {role: access.KEYS[role] for role in access.KEYS if role in self.practice.role_users}

    @property
    def key(self) -> str:
        """An administrator's key."""
        return access.KEYS["administrator"]

    @property
    def storage_host(self) -> str:
        """Host and port of the file store."""
        return self._storage.server.host

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong at present; set it to something else at any time."""
        return self._board.faults

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        self._board.replace(faults)

    @property
    def stats(self) -> Stats:
        """What has been asked so far."""
        return self._tally.snapshot()

    def touch(self) -> None:
        """Serve the practice's records as they are now, after they were edited directly."""
        self.practice.touch()

    def start(self) -> "Sandbox":
        """Begin to answer."""
        self._storage.server.start()
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop answering and hang up."""
        self._server.stop()
        self._storage.server.stop()

    def __enter__(self) -> "Sandbox":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _answer(self, request: Request) -> Response:
        if request.path.startswith(CONTROL):
            return self._control(request)
        if not request.path.startswith("/v1/"):
            return Response(404)
        return self._application.answer(request)

    def _control(self, request: Request) -> Response:
        shown: dict[str, Callable[[], Json]] = {
            "stats": lambda: self._tally.snapshot().as_json(),
            "faults": lambda: {"faults": self._board.report()},
            "files": lambda: true_files(self.practice),
            "signatures": lambda: true_signatures(self.practice),
        }
        name = request.path.removeprefix(CONTROL)
        match (request.method, name):
            case ("GET", _) if name in shown:
                return Response(200, ENCODER.encode(shown[name]()))
            case ("GET", "receivables"):
                return self._receivables(request.query)
            case ("DELETE", "faults"):
                self._board.replace(())
                return Response(204)
            case ("POST", "faults"):
                return self._post_faults(request.body)
        return Response(404)

    def _receivables(self, query: str) -> Response:
        """What is owed as at a day, `as_at=2026-11-30`, or by now; a list, as CSV."""
        told = dict(parse_qsl(query)).get("as_at", "")
        try:
            as_at = date.fromisoformat(told) if told else date.today()  # noqa: DTZ011  # a day is enough
        except ValueError:
            return Response(400)
        listed = as_csv(receivables(self.practice.records, as_at))
        return Response(200, listed, content_type="text/csv; charset=utf-8")

    def _post_faults(self, body: bytes) -> Response:
        try:
            wanted: Json = msgspec.json.decode(body)
            listed = wanted.get("faults") if isinstance(wanted, dict) else wanted
            faults = [Fault.from_json(each) for each in _several(listed, wanted)]
        except (BadFault, msgspec.DecodeError) as problem:
            return Response(400, ENCODER.encode({"message": str(problem)}))
        self._board.replace(faults)
        return Response(200, ENCODER.encode({"faults": self._board.report()}))


def _several(listed: Json, whole: Json) -> list[Json]:
    if isinstance(listed, list):
        return listed
    return [whole if listed is None else listed]
