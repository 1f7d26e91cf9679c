"""The file store behind attachments: presigned links on a host of its own."""

import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import parse_qs, quote, unquote

from handover.sandbox.practice.files import attachment_content
from handover.sandbox.practice.model import Practice
from handover.sandbox.wire import Request, Response, Server

SECRET = b"the sandbox signs with this"
XML = "application/xml"


class Storage:
    """Hands out files to whoever has a fresh link and sends no credentials along."""

    def __init__(
        self,
        practice: Practice,
        *,
        lifetime: float,
        clock: Callable[[], float] = time.time,
        downloaded: Callable[[], None] = lambda: None,
    ) -> None:
        self._practice = practice
        self._lifetime = lifetime
        self._clock = clock
        self._downloaded = downloaded
        self.server = Server(self._answer)

    def presign(self, attachment_id: str, filename: str) -> str:
        """A link to a file, good for ``lifetime`` seconds."""
        expires = str(int(self._clock() + self._lifetime))
        name = quote(filename, safe="")
        return (
            f"http://{self.server.host}/cliniko-files-sandbox/{attachment_id}/{name}"
            f"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires={expires}"
            f"&X-Amz-Signature={_signature(attachment_id, expires)}"
        )

    def _answer(self, request: Request) -> Response:
        if "authorization" in request.headers:
            return _problem(400, "InvalidArgument", "Only one auth mechanism allowed")
        _, _, attachment_id, filename = (*request.path.split("/", 3), "", "", "", "")[:4]
        query = parse_qs(request.query)
        expires = query.get("X-Amz-Expires", ["0"])[0]
        signature = query.get("X-Amz-Signature", [""])[0]
        if not hmac.compare_digest(signature, _signature(attachment_id, expires)):
            return _problem(403, "SignatureDoesNotMatch", "The signature does not match")
        if float(expires) < self._clock():
            return _problem(403, "AccessDenied", "Request has expired")
        try:
            record = self._practice.find("patient_attachments", attachment_id)
        except KeyError:
            return _problem(404, "NoSuchKey", "The specified key does not exist")
        self._downloaded()
        body = attachment_content(attachment_id, unquote(filename))
        kind = str(record.get("content_type") or "binary/octet-stream")
        return Response(200, body, kind)


def _signature(attachment_id: str, expires: str) -> str:
    return hmac.new(SECRET, f"{attachment_id}:{expires}".encode(), hashlib.sha256).hexdigest()


def _problem(status: int, code: str, message: str) -> Response:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(status, body.encode(), XML)
