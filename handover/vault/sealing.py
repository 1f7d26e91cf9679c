"""Sealing secrets: what any process may do. Opening them is in a module of its own."""

import base64
from pathlib import Path

from django.db import connection

from handover.core.encryption import Sealer, name_of_key, new_key
from handover.core.keyring import key_ring
from handover.core.tenancy import WorkspaceOwned
from handover.vault.fields import place_of
from handover.vault.models import DataKey

LOCK = 4_817_340  # any number of ours: it keeps a rotation and new data keys apart


def sealed(home: Path, row: WorkspaceOwned, column: str, text: str) -> str:
    """The text as it may be kept in this column of this saved row, in whose workspace we act.

    The workspace gets its data key with its first secret. Raises `CannotKeep`, `CannotOpen`.
    """
    return current_sealer(home, row.workspace_id).seal(text, place_of(row, column))


def current_sealer(home: Path, workspace_id: int) -> Sealer:
    """The workspace's data key, at work; until the transaction ends no rotation begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    known = DataKey.objects.filter(workspace_id=workspace_id, retired_at=None)
    newest = known.order_by("-pk").first()
    return make_data_key(home, workspace_id) if newest is None else sealer_of(home, newest)


def make_data_key(home: Path, workspace_id: int) -> Sealer:
    """Give the workspace a new data key; the caller holds the lock."""
    key = new_key()
    made = DataKey(workspace_id=workspace_id, name=name_of_key(key))
    made.sealed = key_ring(home).sealer.seal(base64.b64encode(key).decode(), made.place)
    made.save()
    return Sealer(key)


def sealer_of(home: Path, data_key: DataKey) -> Sealer:
    """A data key, at work. Raises `CannotOpen`."""
    return Sealer(base64.b64decode(key_ring(home).open(data_key.sealed, data_key.place)))
