"""One address for several sandboxes: `/au3/v1/...` is the third one's, as shards are Cliniko's.

All sandboxes know the same key of the first shard, and name their own address in what they say.
"""

import base64
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

SHARD = "au1"
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
BROKEN = (OSError, http.client.HTTPException)


class Answer(NamedTuple):
    """What a sandbox has answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Passes requests on; the sandboxes' addresses by shard stand in `behind`."""

    protocol_version = "HTTP/1.1"
    behind: Mapping[str, str] = {}

    def do_GET(self) -> None:
        _, shard, rest = self.path.split("/", 2)
        try:
            answer = self._ask(self.behind[shard], f"/{rest}")
        except BROKEN:
            self.close_connection = True  # as it broke there, it breaks here
            return
        outside = f"http://{self.headers['Host']}/{shard}"
        body = answer.body.replace(self.behind[shard].encode(), outside.encode())
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _ask(self, address: str, path: str) -> Answer:
        target = urlsplit(address)
        headers = _passed_on(self.headers.items())
        headers["Authorization"] = _at_home(headers["Authorization"])
        upstream = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
        try:
            upstream.request("GET", path, headers=headers)
            got = upstream.getresponse()
            return Answer(got.status, _passed_on(got.getheaders()), got.read())
        finally:
            upstream.close()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """Those who ask are killed all the time."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def proxy(behind: Mapping[str, str]) -> Iterator[str]:
    """Serve the sandboxes at these addresses, by shard; yields the template of the address."""
    server = Quiet(("127.0.0.1", 0), type("Mine", (Handler,), {"behind": behind}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{{shard}}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _passed_on(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in HOP}


def _at_home(authorization: str) -> str:
    """The same key with the ending that the sandbox knows."""
    pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
    key = pair.partition(":")[0].rpartition("-")[0]
    return "Basic " + base64.b64encode(f"{key}-{SHARD}:".encode()).decode()
