"""The installation's keys: one file, which only its owner can read.

It has a line for each key: `seals` opens the data keys of workspaces and can be rotated, `files`
is what the keys of stored files are drawn from and stays. The first `seals` is the one in use; a
second one is there only while keys are being rotated.
"""

import base64
import contextlib
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from handover.core.encryption import KEY_BYTES, CannotKeep, CannotOpen, Sealer, new_key, sealed_by

SETTING = "HANDOVER_KEY_FILE"
HEAD = (
    "# The keys of this Handover installation: whoever has them can read what it keeps secret.\n"
    "# Keep a copy of this file, apart from the copies of the database.\n"
)


@dataclass(frozen=True)
class KeyRing:
    """The keys of an installation, the newest of those that seal first."""

    seals: tuple[bytes, ...] = field(repr=False)
    files: bytes = field(repr=False)

    @property
    def sealer(self) -> Sealer:
        """Seals what is sealed from now on."""
        return Sealer(self.seals[0])

    @property
    def is_rotating(self) -> bool:
        """Whether a rotation has begun and not ended."""
        return len(self.seals) > 1

    def open(self, sealed: str, place: str) -> str:
        """Open what one of the keys has sealed. Raises `CannotOpen`."""
        name = sealed_by(sealed)
        for each in map(Sealer, self.seals):
            if each.name == name:
                return each.open(sealed, place)
        raise CannotOpen(
            f"a stored secret needs the installation's key {name}, which is not in the key file:"
            " bring back the key file that was used with this database"
        )

    def with_new(self) -> "KeyRing":
        """The same with a new key to seal with; those so far still open."""
        return replace(self, seals=(new_key(), *self.seals))

    def without_old(self) -> "KeyRing":
        """The same with the newest key to seal with alone."""
        return replace(self, seals=self.seals[:1])


def key_file(home: Path) -> Path:
    """Where the keys lie: HANDOVER_KEY_FILE, or `secret.key` in the installation's folder."""
    return Path(os.environ.get(SETTING) or home / "secret.key").expanduser()


def key_ring(home: Path) -> KeyRing:
    """The keys of the installation; they are made first if there are none yet.

    A file that HANDOVER_KEY_FILE names is never made: on one of several machines a key of its own
    would be the wrong one. Raises `CannotKeep` if keys can be neither read nor made.
    """
    path = key_file(home)
    try:
        if not path.exists() and not os.environ.get(SETTING):
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, KeyRing((new_key(),), new_key()), first=True)
        return _read(path.read_bytes())
    except FileNotFoundError:
        raise CannotKeep(
            f"{SETTING} names {path}, which is not there: copy the key file of the machine that"
            " was set up first (secret.key in its HANDOVER_HOME) to it"
        ) from None
    except OSError as problem:
        raise CannotKeep(f"the key file {path} cannot be used: {problem.strerror}") from None
    except ValueError:
        raise CannotKeep(
            f"the key file {path} cannot be used: it is damaged. Bring it back from its copy"
        ) from None


def keep_ring(home: Path, ring: KeyRing) -> None:
    """Write the keys, all or none of them. Raises `CannotKeep`."""
    path = key_file(home)
    try:
        _write(path, ring, first=False)
    except OSError as problem:
        raise CannotKeep(f"the key file {path} cannot be written: {problem.strerror}") from None


def _read(content: bytes) -> KeyRing:
    if len(content) == KEY_BYTES:  # the first form: one key for everything, as bytes
        return KeyRing((content,), content)
    seals: list[bytes] = []
    files: list[bytes] = []
    for line in content.decode("ascii").splitlines():
        if line and not line.startswith("#"):
            use, _, text = line.partition(" ")
            {"seals": seals, "files": files}.get(use, []).append(_key(text))
    if not seals or len(files) != 1:
        raise ValueError
    return KeyRing(tuple(seals), files[0])


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError
    return key


def _write(path: Path, ring: KeyRing, *, first: bool) -> None:
    """Write the file whole and safe on the disk, then give it its name.

    Of two processes that make the first one, one wins.
    """
    keys = [("seals", each) for each in ring.seals] + [("files", ring.files)]
    lines = [f"{use} {base64.b64encode(key).decode()}\n" for use, key in keys]
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(HEAD + "".join(lines))
        file.flush()
        os.fsync(file.fileno())
    if first:
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
    else:
        Path(name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
