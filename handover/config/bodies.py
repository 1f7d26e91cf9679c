"""What is sent to the pages comes whole, or it is refused.

Servers hand over what there is of a body whose sender has gone, as if that were its end; Django
takes a file that was cut off for a whole one. So reading says it, whichever server there is.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as there are, up to `size`."""
        ...


class CutOffError(OSError):
    """A body ended before its announced length; Django makes it `UnreadablePostError`."""


class Body:
    """A body of a known length. Reading raises `CutOffError` where it ends before that."""

    def __init__(self, stream: Stream, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, or all that is left."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        parts = []
        while wanted:
            part = self._stream.read(wanted)
            if not part:
                raise CutOffError("the sender has gone before all of it came")
            parts.append(part)
            wanted -= len(part)
            self._left -= len(part)
        return b"".join(parts)

    def readline(self, size: int | None = -1) -> bytes:
        """A line, or so many bytes of it; read byte by byte: no page of ours reads lines."""
        line = bytearray()
        most = self._left if size is None or size < 0 else min(size, self._left)
        while len(line) < most and not line.endswith(b"\n"):
            line += self.read(1)
        return bytes(line)


def whole(application: Application) -> Application:
    """The application, for which a body that is cut off cannot be read."""

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal():
            environ["wsgi.input"] = Body(environ["wsgi.input"], int(length))
        return application(environ, start)

    return answer


class WholeOnly:
    """Refuse a form that did not come whole, before anything looks at what there is of it.

    Whoever reads a form after that finds it empty: a page would take it for one in which all was
    left out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the next one answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Read the form, as the check against forgery would. Raises `BadRequest`."""
        if request.method != "POST":
            return
        try:
            request.POST  # noqa: B018  # it is read by being asked for
        except UnreadablePostError:
            raise BadRequest("the form did not come whole") from None
