"""The keys that seal secrets: there, ours alone, and those that this database was sealed with."""

from collections.abc import Iterator
from pathlib import Path

from handover.core.encryption import CannotKeep, CannotOpen
from handover.core.keyring import KeyRing, key_file, key_ring
from handover.doctor.disk import OTHERS
from handover.doctor.finding import Finding, ok, problem, warning
from handover.vault.models import DataKey

CHECK = "keys"


def check(home: Path) -> Iterator[Finding]:
    """Read the key file, and try it on every data key."""
    path = key_file(home)
    try:
        ring = key_ring(home)
    except CannotKeep as refusal:
        yield problem(CHECK, str(refusal), f"Bring back {path} from its copy.")
        return
    if path.stat().st_mode & OTHERS:
        yield problem(CHECK, f"other users can read {path}", f"chmod 600 {path}, then rotate keys.")
    if ring.is_rotating:
        do = "Run `handover keys rotate` once more."
        yield warning(CHECK, "a rotation of keys was begun and not ended", do)
    yield opens(ring)


def opens(ring: KeyRing) -> Finding:
    """Whether the key file is that of this database."""
    known = list(DataKey.objects.using("owner").order_by("pk"))
    shut = {each.workspace_id for each in known if not _opens(ring, each)}
    if shut:
        return problem(
            CHECK,
            f"what {len(shut)} workspaces keep secret cannot be opened with this key file",
            "Bring back the key file that was used with this database.",
        )
    return ok(CHECK, f"the key file opens all {len(known)} data keys")


def _opens(ring: KeyRing, data_key: DataKey) -> bool:
    try:
        ring.open(data_key.sealed, data_key.place)
    except CannotOpen:
        return False
    return True
