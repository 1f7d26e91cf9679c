"""Files that people add, and what they may change of a file: its name, its description, archiving.

Bytes and row agree whatever happens: the key is noted for good, apart from the request's own
transaction, before anything is written under it; the row takes the note away with it. If a sweep of
an import has doomed the key meanwhile, the row is not made.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from handover.accounts.models import User
from handover.clients.models import Client
from handover.files.downloads import safe_name
from handover.files.keeping import Keeper
from handover.files.models import File, LooseKey
from handover.files.shelf import Shelf

#: How large one file may be that somebody adds, in bytes.
MOST_BYTES = 50 * 1024 * 1024
LONGEST_DESCRIPTION = 1000


class CannotAdd(Exception):
    """The file is not taken; the text says why, for people."""


def add_file(
    client: Client, by: User, name: str, chunks: Iterable[bytes], shelf: Shelf, *, size: int
) -> File:
    """Keep a file about a client, in the caller's transaction. Raises `CannotAdd`.

    `size` is what the browser sent, in bytes; what the file is, its own bytes say.
    """
    if size == 0:
        raise CannotAdd(_("%(name)s is empty.") % {"name": safe_name(name)})
    if size > MOST_BYTES:
        raise CannotAdd(is_too_large(safe_name(name)))
    file = File.objects.create(
        workspace_id=client.workspace_id, client=client, uploader=by, name=safe_name(name)
    )
    keeper = Keeper(shelf)
    key = _noted_for_good(file, shelf)
    try:
        kept = keeper.put(key, chunks)
    except OSError as problem:
        raise CannotAdd(_("It could not be stored. Try again later.")) from problem
    note = LooseKey.objects.select_for_update().filter(storage_key=key, row_id=file.pk)
    if not note.exists() or not keeper.hold(file.pk, key, kept):
        shelf.remove(key)
        raise CannotAdd(_("It could not be stored. Try again."))
    file.refresh_from_db()
    return file


def _noted_for_good(file: File, shelf: Shelf) -> str:
    """A key for this row, noted by a connection of its own: it stays whatever the request does."""
    key = shelf.new_key(file.workspace_id)
    LooseKey.objects.using("owner").create(
        workspace_id=file.workspace_id,
        storage_key=key,
        holder=File._meta.label_lower,
        row_id=file.pk,
    )
    return key


def is_too_large(name: str) -> str:
    """What is said of a file that is larger than any may be."""
    told = {"name": name, "most": MOST_BYTES // 1024 // 1024}
    return _("%(name)s is larger than %(most)s MB.") % told


def describe(file: File, *, name: str, description: str) -> None:
    """Give a file another name and description; its bytes stay as they are."""
    file.name = safe_name(name.replace("\x00", ""))
    file.description = description.replace("\x00", "").strip()[:LONGEST_DESCRIPTION]
    file.save(update_fields=("name", "description"))


def put_away(file: File, at: datetime | None) -> None:
    """Archive a file, or with None fetch it back. Nothing is deleted."""
    file.archived_at = at
    file.save(update_fields=("archived_at",))
