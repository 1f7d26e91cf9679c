"""New keys in the place of old ones, and the end of a key. Each may be called again after a crash.

Until everything is sealed anew the old key stays where it is, so that a crash in between costs
nothing: calling it again ends what was begun.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from handover.core.encryption import CannotOpen, Sealer, sealed_by
from handover.core.keyring import KeyRing, keep_ring, key_ring
from handover.core.tenancy import acting_in
from handover.vault.fields import place_of, sealed_columns
from handover.vault.models import DataKey
from handover.vault.opening import opened
from handover.vault.sealing import LOCK, make_data_key

#: A process may still hold a row that it read before: what it saves is of the key before.
KEPT_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Rotated:
    """What a rotation did: the new key's name, how much was sealed anew, what nobody can open."""

    name: str
    resealed: int
    unreadable: int = 0


def begin_rotation(home: Path) -> KeyRing:
    """Give the installation a new key, with which nothing is sealed yet; or go on with the last.

    On several machines, the key file is then copied to all of them before `rotate_installation`.
    """
    with _alone():
        return _begun(home)


def rotate_installation(home: Path) -> Rotated:
    """Seal every workspace's data keys with a new key, and drop the old one.

    Raises `CannotKeep`; and `CannotOpen` before anything changes if a data key cannot be opened.
    """
    with _alone():
        ring, count = _begun(home), 0
        for workspace_id in _workspaces():
            with acting_in(workspace_id):
                for each in DataKey.objects.select_for_update().order_by("pk"):
                    count += _reseal_data_key(ring, each)
        ring = ring.without_old()
        keep_ring(home, ring)
    return Rotated(ring.sealer.name, count)


def rotate_workspace(home: Path, workspace_id: int) -> Rotated:
    """Give a workspace a new data key, and seal its secrets anew. Raises `CannotKeep`.

    A secret that cannot be opened is left as it is, and counted.
    """
    with acting_in(workspace_id):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        before = DataKey.objects.filter(retired_at=None).values_list("pk", flat=True)
        old = list(before.select_for_update())
        sealer = make_data_key(home, workspace_id)
        resealed, unreadable = _reseal_secrets(home, sealer)
        DataKey.objects.filter(pk__in=old).update(retired_at=timezone.now())
    return Rotated(sealer.name, resealed, unreadable)


def destroy_data_keys(workspace_id: int) -> int:
    """Delete a workspace's data keys: none of its secrets can be opened again.

    Returns how many there were. Copies of the database made before still have them, sealed. A
    secret that is kept later gets a new key.
    """
    with acting_in(workspace_id):
        return DataKey.objects.all().delete()[0]


def drop_retired() -> int:
    """Delete data keys that were replaced some days ago and seal nothing any more: a sweep."""
    before, dropped = timezone.now() - KEPT_AFTER, 0
    due = DataKey.objects.using("owner").filter(retired_at__lt=before)
    for workspace_id in list(due.values_list("workspace_id", flat=True).distinct()):
        with acting_in(workspace_id):
            found = DataKey.objects.filter(retired_at__lt=before)
            locked = list(found.select_for_update(skip_locked=True))
            needed = set(_names_in_use())
            unneeded = [each.pk for each in locked if each.name not in needed]
            dropped += DataKey.objects.filter(pk__in=unneeded).delete()[0]
    return dropped


@contextmanager
def _alone() -> Iterator[None]:
    """No other rotation, and nobody who makes a data key, for the length of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _begun(home: Path) -> KeyRing:
    ring = key_ring(home)
    if not ring.is_rotating:
        for each in DataKey.objects.using("owner").order_by("pk"):
            ring.open(each.sealed, each.place)
        ring = ring.with_new()
        keep_ring(home, ring)
    return ring


def _reseal_data_key(ring: KeyRing, data_key: DataKey) -> bool:
    if sealed_by(data_key.sealed) == ring.sealer.name:
        return False
    data_key.sealed = ring.sealer.seal(ring.open(data_key.sealed, data_key.place), data_key.place)
    data_key.save(update_fields=["sealed"])
    return True


def _workspaces() -> list[int]:
    found = DataKey.objects.using("owner").order_by("workspace_id")
    return list(found.values_list("workspace_id", flat=True).distinct())


def _names_in_use() -> Iterator[str]:
    """The data keys that secrets of the workspace that we act in are sealed with."""
    for model, column in sealed_columns():
        texts = model._default_manager.exclude(**{column: ""}).values_list(column, flat=True)
        for text in texts:
            with suppress(CannotOpen):
                yield sealed_by(str(text))


def _reseal_secrets(home: Path, sealer: Sealer) -> tuple[int, int]:
    resealed = unreadable = 0
    for model, column in sealed_columns():
        for row in model._default_manager.select_for_update().exclude(**{column: ""}):
            try:
                secret = opened(home, row, column)
            except CannotOpen:
                unreadable += 1
                continue
            setattr(row, column, sealer.seal(secret, place_of(row, column)))
            row.save(update_fields=[column])
            resealed += 1
    return resealed, unreadable
