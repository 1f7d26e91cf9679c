"""The operating system's user who runs the server: never root, PostgreSQL refuses that."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from handover.core.postgres.errors import StartFailed

CANDIDATES = ("postgres", "nobody")
PASSED_ON = ("PATH", "TZDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True)
class ServerAccount:
    """Who runs the server. `switch` tells that this is not ourselves (we are root)."""

    uid: int
    gid: int
    switch: bool

    @property
    def name(self) -> str:
        """The login name, or the number where there is none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def run(
        self,
        command: Sequence[str],
        *,
        error_file: int = subprocess.PIPE,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in a session of its own, with a clean environment."""
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return subprocess.run(
            command,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=error_file,
            pass_fds=pass_fds,
            start_new_session=True,
            cwd="/",  # ours may be closed to that user
            env={**kept, "LC_ALL": "C"},
            text=True,
            check=False,
        )

    def can_enter(self, folder: Path) -> bool:
        """Ask the system itself, for mode bits are not the whole truth (ACLs, mounts)."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0

    def take(self, path: Path) -> None:
        """Make this user the owner of `path`."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def account_for(data: Path) -> ServerAccount:
    """The owner of an existing cluster; for a new one ourselves, or `postgres` or `nobody`."""
    me = os.geteuid()
    if me != 0:
        return ServerAccount(me, os.getegid(), switch=False)
    owner = data.stat() if data.exists() else None
    if owner and owner.st_uid != 0:
        return ServerAccount(owner.st_uid, owner.st_gid, switch=True)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerAccount(entry.pw_uid, entry.pw_gid, switch=True)
    raise StartFailed(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody` "
        "here. Create one of them, or run Handover as an ordinary user."
    )
