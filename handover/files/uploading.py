"""What is sent to any page: no file beyond the limit is kept, not even on its way.

The first of Django's upload handlers (`FILE_UPLOAD_HANDLERS`): once a file is too large, what came
of it is thrown away with its temporary file, and the rest is read past. The page says so by name.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from handover.files.adding import MOST_BYTES
from handover.files.downloads import safe_name

TOO_LARGE = "_too_large"


class Limited(FileUploadHandler):
    """Lets every file pass on to the next handler, up to its limit."""

    seen = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Django's own
        """Count each file for itself."""
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002  # Django's own
        """Pass a piece on. Raises `SkipFile` with the one that is too much."""
        self.seen += len(raw_data)
        if self.seen > MOST_BYTES:
            if self.request is not None:
                names = [*too_large(self.request), safe_name(self.file_name or "")]
                setattr(self.request, TOO_LARGE, names)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":  # noqa: ARG002
        """Leave it to those who keep it."""
        return None


def too_large(request: HttpRequest) -> list[str]:
    """The names of the files of a request that were not taken, as they were too large."""
    names: list[str] = getattr(request, TOO_LARGE, [])
    return names
