"""Where files lie: written to, read from, deleted from, once."""

from collections.abc import Iterator

from handover.core.encryption import CannotOpen
from handover.doctor.finding import Finding, ok, problem
from handover.files.shelf import Shelf

CHECK = "storage"
PROBE = b"Handover looks whether files can be kept here."
DO = "Look at HANDOVER_FILES, at the disk or at the bucket's rights (write, read, delete, list)."
NOBODY = 0  # no workspace has this number


def check(shelf: Shelf) -> Iterator[Finding]:
    """Keep something and take it away again."""
    key = shelf.new_key(NOBODY)
    doing = "written to"
    try:
        shelf.put(key, [PROBE])
        doing = "read from"
        came = b"".join(shelf.read(key))
        doing = "deleted from"
        shelf.remove(key)
    except (OSError, CannotOpen) as trouble:
        why = f": {trouble.strerror}" if isinstance(trouble, OSError) and trouble.strerror else ""
        yield problem(CHECK, f"{shelf} cannot be {doing}{why}", DO)
        return
    if came != PROBE:
        yield problem(CHECK, f"{shelf} gave back something else than it was given", DO)
        return
    yield ok(CHECK, f"{shelf} was written to, read from and deleted from")
