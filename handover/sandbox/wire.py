"""HTTP/1.1 on a socket, kept small so that it is fast and can be made to fail on purpose."""

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import ThreadingHTTPServer

MAX_LINE = 65_536
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Request:
    """A request as it came; header names are lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as it was written."""
        return self.target.partition("?")[2]


@dataclass(frozen=True)
class Response:
    """An answer. ``cut`` breaks the connection after so many bytes of the body; -1 before it.

    ``stream`` replaces the body: sent in chunks, or plainly when its ``length`` is told. A stream
    that ends short of that length is followed by a hang-up.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    stream: Iterator[bytes] | None = None
    length: int | None = None

    def head(self, *, close: bool) -> bytes:
        """The status line and the headers."""
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Unknown')}"]
        lines.append(f"Date: {formatdate(usegmt=True)}")
        if self.body or self.stream is not None:
            lines.append(f"Content-Type: {self.content_type}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.stream is not None and self.length is None:
            lines.append("Transfer-Encoding: chunked")
        elif self.length is not None:
            lines.append(f"Content-Length: {self.length}")
        elif self.status not in {204, 304}:
            lines.append(f"Content-Length: {len(self.body)}")
        if close:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


Answer = Callable[[Request], Response]


class Connection(socketserver.StreamRequestHandler):
    """One client's connection: reads requests until it is closed."""

    disable_nagle_algorithm = True
    server: "Server"

    def handle(self) -> None:
        """Answer one request after another."""
        with suppress(ConnectionError, TimeoutError, ValueError, OSError):
            while (request := self._read()) is not None:
                response = self.server.answer(request)
                close = request.headers.get("connection", "").lower() == "close"
                if not self._send(response, close=close) or close:
                    return

    def _read(self) -> Request | None:
        line = self.rfile.readline(MAX_LINE)
        if not line.strip():
            return None
        method, target, _version = line.decode("latin-1").split()
        if target.startswith("http://"):
            target = "/" + target.partition("://")[2].partition("/")[2]
        headers: dict[str, str] = {}
        while (line := self.rfile.readline(MAX_LINE)) not in {b"\r\n", b"\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        length = int(headers.get("content-length") or 0)
        return Request(method, target, headers, self.rfile.read(length) if length else b"")

    def _send(self, response: Response, *, close: bool) -> bool:
        if response.cut is not None:
            self._break(response)
            return False
        head = response.head(close=close)
        if response.stream is None:
            self.connection.sendall(head + response.body)
            return True
        self.connection.sendall(head)
        if response.length is not None:
            return self._send_plainly(response.stream) == response.length
        for part in filter(None, response.stream):
            self.connection.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        self.connection.sendall(b"0\r\n\r\n")
        return True

    def _send_plainly(self, stream: Iterator[bytes], most: int | None = None) -> int:
        """Send a stream as it is, or its first ``most`` bytes; how many they were."""
        sent = 0
        for part in stream:
            piece = part if most is None else part[: most - sent]
            self.connection.sendall(piece)
            sent += len(piece)
            if sent == most:
                break
        return sent

    def _break(self, response: Response) -> None:
        """Reset the connection, with or without a part of the answer."""
        cut = response.cut or 0
        if cut >= 0:
            self.connection.sendall(response.head(close=False) + response.body[:cut])
            if response.stream is not None:
                self._send_plainly(response.stream, cut)
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.server.forget(self.connection)
        self.connection.close()


class Server(ThreadingHTTPServer):
    """A server on a free (or given) port of this machine only."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, answer: Answer, port: int = 0) -> None:
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Connection)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def host(self) -> str:
        """``127.0.0.1:PORT``."""
        return f"127.0.0.1:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without asking for the machine's name, which can be slow."""
        socketserver.TCPServer.server_bind(self)

    def start(self) -> None:
        """Serve in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and hang up on everybody."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._lock:
            lines, self._open = self._open, set()
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]  # the library's own signature is looser
        """Remember the connection, so that it can be closed at the end."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """Forget a connection that is over."""
        self.forget(request)
        super().shutdown_request(request)

    def forget(self, request: socket.socket) -> None:
        """Leave a connection alone at the end."""
        with self._lock:
            self._open.discard(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are no news here."""
