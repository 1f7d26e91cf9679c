"""One address for several sandboxes: `/au3/v1/...` is the third one's, as shards are Cliniko's.

All sandboxes know the same key of the first shard, and name their own address in what they say.
"""

import base64
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SHARD = "au1"
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@contextmanager
def proxy(behind: Mapping[str, str]) -> Iterator[str]:
    """Serve the sandboxes at these addresses, by shard; yields the template of the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _, shard, rest = self.path.split("/", 2)
            target = urlsplit(behind[shard])
            upstream = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
            try:
                kept = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
                kept["Authorization"] = _at_home(kept["Authorization"])
                upstream.request("GET", f"/{rest}", headers=kept)
                answer = upstream.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                self.close_connection = True  # as it broke there, it breaks here
                return
            finally:
                upstream.close()
            outside = f"http://{self.headers['Host']}/{shard}"
            body = body.replace(behind[shard].encode(), outside.encode())
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{{shard}}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _at_home(authorization: str) -> str:
    """The same key with the ending that the sandbox knows."""
    pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
    key = pair.partition(":")[0].rpartition("-")[0]
    return "Basic " + base64.b64encode(f"{key}-{SHARD}:".encode()).decode()
