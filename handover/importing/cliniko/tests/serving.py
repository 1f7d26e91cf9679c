"""A real HTTP server that says what a test tells it to say, and a client to ask it with."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.gate import LocalGate, OnWait, Pause, pause
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.patience import Patience
from handover.importing.cliniko.reader import Fetched, Reader
from handover.importing.cliniko.transport import Bounds

SECRET = "MS0xLW5vdC1hLXJlYWwta2V5LWp1c3QtYS10ZXN0"
KEY = ApiKey.parse(f"{SECRET}-uk2")
CONTACT = "office@practice.example"
AT_ONCE = Patience(attempts=3, first=0.0, longest=0.0)

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it; `target` is path and query."""

    target: str
    headers: dict[str, str] = field(repr=False)  # they hold the key


@dataclass
class Server:
    """Gives `answers` in their order, the last one for ever after."""

    url: str
    answers: list[Answer]
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            return self.answers[min(len(self.asked), len(self.answers)) - 1]


@contextmanager
def serving(*answers: Answer) -> Iterator[Server]:
    """A server on this machine, until the block ends."""
    script = Server("", list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            script.next_answer(Asked(self.path, dict(self.headers)))(self)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        script.url = f"http://127.0.0.1:{http.server_port}/v1"
        try:
            yield script
        finally:
            http.shutdown()
            thread.join()


@contextmanager
def client_of(
    url: str,
    *,
    patience: Patience = AT_ONCE,
    gate: LocalGate | None = None,
    bounds: Bounds | None = None,
    stop: threading.Event | None = None,
    on_wait: OnWait | None = None,
    sleep: Pause = pause,
) -> Iterator[ClinikoClient]:
    """A client with a made-up key that loses no time between attempts."""
    with ClinikoClient(
        KEY,
        contact=CONTACT,
        url_template=url,
        gate=gate or quick_gate(),
        bounds=bounds,
        patience=patience,
        stop=stop,
        on_wait=on_wait,
        sleep=sleep,
    ) as client:
        yield client


@contextmanager
def talking(
    *answers: Answer,
    patience: Patience = AT_ONCE,
    gate: LocalGate | None = None,
    bounds: Bounds | None = None,
    stop: threading.Event | None = None,
    on_wait: OnWait | None = None,
    sleep: Pause = pause,
) -> Iterator[tuple[Server, ClinikoClient]]:
    """A server that gives these answers and a client that asks it."""
    with (
        serving(*answers) as server,
        client_of(
            server.url,
            patience=patience,
            gate=gate,
            bounds=bounds,
            stop=stop,
            on_wait=on_wait,
            sleep=sleep,
        ) as client,
    ):
        yield server, client


def noting(waited: list[float]) -> Pause:
    """Waits for nothing, and notes for how long it was to wait."""

    def sleep(seconds: float, _stop: threading.Event | None) -> bool:
        waited.append(seconds)
        return False

    return sleep


def quick_gate(limit: int = 0) -> LocalGate:
    """A gate that remembers no other test and adds nothing to what the server says."""
    return LocalGate(limit, jitter=lambda _low, _high: 0.0)


def says(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    """An ordinary answer; `Retry_After="1"` becomes the header Retry-After."""
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def patients(*ids: int, total: int | None = None, onward: str = "") -> Answer:
    """A page of patients."""
    page: dict[str, object] = {"patients": [{"id": str(number)} for number in ids], "links": {}}
    if total is not None:
        page["total_entries"] = total
    if onward:
        page["links"] = {"next": onward}
    return says(json.dumps(page))


def resets(handler: BaseHTTPRequestHandler) -> None:
    """The connection is reset before there is an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def cuts(body: bytes, *, promised: int) -> Answer:
    """A body that ends before its length."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(promised))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def waits(seconds: float, then: Answer) -> Answer:
    """Nothing for some seconds, then the answer."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        try:
            then(handler)
        except OSError:
            handler.close_connection = True

    return answer


def drips(every: float) -> Answer:
    """One byte at a time, without end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.close_connection = True
        try:
            while True:
                handler.wfile.write(b" ")
                time.sleep(every)
        except OSError:
            return

    return answer


def results_of(reader: Reader) -> Iterator[Fetched]:
    """One result after the other, until nothing is outstanding."""
    return iter(reader.next, None)
