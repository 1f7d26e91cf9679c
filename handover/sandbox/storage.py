"""The file store behind attachments: presigned links on a host of its own."""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, quote

from handover.sandbox import mishaps
from handover.sandbox.faults import FaultBoard
from handover.sandbox.practice.model import Practice
from handover.sandbox.practice.stored import StoredFile
from handover.sandbox.tally import Tally
from handover.sandbox.wire import Request, Response, Server

SECRET = b"the sandbox signs with this"
FROM = re.compile(r"bytes=(\d+)-")


class Storage:
    """Hands out files to whoever has a fresh link and sends no credentials along."""

    def __init__(
        self,
        practice: Practice,
        *,
        lifetime: float,
        board: FaultBoard | None = None,
        tally: Tally | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._practice = practice
        self._lifetime = lifetime
        self._board = board or FaultBoard()
        self._tally = tally or Tally(clock)
        self._clock = clock
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
        attachment_id = (*request.path.split("/", 3), "", "", "")[2]
        self._tally.fetched(attachment_id)
        if "authorization" in request.headers:
            self._tally.saw_credentials()
            return _problem(400, "InvalidArgument", "Only one auth mechanism allowed")
        faults = self._board.strike(f"/patient_attachments/{attachment_id}/content", at="storage")
        refusal = mishaps.instead(faults, request.target, self._clock)
        refusal = refusal or self._refuse(request, attachment_id)
        return refusal or mishaps.on_its_way(faults, self._hand_out(request, attachment_id))

    def _refuse(self, request: Request, attachment_id: str) -> Response | None:
        query = parse_qs(request.query)
        expires = query.get("X-Amz-Expires", ["0"])[0]
        signature = query.get("X-Amz-Signature", [""])[0]
        if not hmac.compare_digest(signature, _signature(attachment_id, expires)):
            return _problem(403, "SignatureDoesNotMatch", "The signature does not match")
        if float(expires) < self._clock():
            return Response(403, mishaps.EXPIRED, mishaps.XML)
        return None

    def _hand_out(self, request: Request, attachment_id: str) -> Response:
        try:
            record = self._practice.find("patient_attachments", attachment_id)
        except KeyError:
            return _problem(404, "NoSuchKey", "The specified key does not exist")
        file = self._practice.stored(attachment_id)
        kind = str(record.get("content_type") or "binary/octet-stream")
        wanted = FROM.fullmatch(request.headers.get("range", ""))
        start = int(wanted[1]) if wanted else 0
        if wanted and start >= file.size:
            return _problem(416, "InvalidRange", "The requested range is not satisfiable")
        self._tally.downloaded()
        headers = {"Accept-Ranges": "bytes"}
        if wanted:
            headers["Content-Range"] = f"bytes {start}-{file.size - 1}/{file.size}"
        return Response(
            206 if wanted else 200,
            content_type=kind.encode("ascii", "replace").decode(),
            headers=headers,
            stream=self._counted(attachment_id, file, start),
            length=file.size - start,
        )

    def _counted(self, attachment_id: str, file: StoredFile, start: int) -> Iterator[bytes]:
        last = b""
        for piece in file.chunks(start):
            yield last
            last = piece
        # Before the last piece: whoever has it all may look at the counts at once.
        self._tally.delivered(attachment_id)
        yield last


def _signature(attachment_id: str, expires: str) -> str:
    return hmac.new(SECRET, f"{attachment_id}:{expires}".encode(), hashlib.sha256).hexdigest()


def _problem(status: int, code: str, message: str) -> Response:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(status, body.encode(), mishaps.XML)
