"""cluster.json: the facts about a cluster that must survive."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from handover.core.postgres.errors import ClusterDamaged
from handover.core.postgres.locks import own_like_folder


@dataclass(frozen=True)
class ClusterRecord:
    """One cluster. `data` is relative to the record's folder, so that a home may be moved.

    `ready` turns true when roles and database are there: until then nothing can be lost.
    """

    id: str
    data: str
    superuser_password: str = field(repr=False)
    owner_password: str = field(repr=False)
    app_password: str = field(repr=False)
    ready: bool = False


def new_record(data: str) -> ClusterRecord:
    """Draw fresh passwords for a cluster at `data`."""
    return ClusterRecord(
        id=secrets.token_hex(8),
        data=data,
        superuser_password=secrets.token_urlsafe(32),
        owner_password=secrets.token_urlsafe(32),
        app_password=secrets.token_urlsafe(32),
    )


def read_record(path: Path) -> ClusterRecord | None:
    """Read the record; None where there is none yet. Raises ClusterDamaged."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return ClusterRecord(**json.loads(text))
    except (TypeError, ValueError):
        message = f"{path} cannot be understood. Put it back from a backup: it holds the passwords."
        raise ClusterDamaged(message) from None  # the cause would quote what was read


def write_record(path: Path, record: ClusterRecord) -> None:
    """Write the record so that a crash leaves the old one or the new one, never half of it."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(record), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    own_like_folder(fresh)
    fresh.replace(path)
