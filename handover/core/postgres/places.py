"""Where the parts of the embedded database lie below HANDOVER_HOME."""

import os
import pwd
import secrets
from dataclasses import dataclass
from pathlib import Path

from handover.core.postgres.account import ServerAccount
from handover.core.postgres.errors import NotWritable

ELSEWHERE = Path("/var/lib/handover")
OPEN_TO_PASS = 0o711  # others may pass through, and may not look around
PASSING = 0o011


@dataclass(frozen=True)
class Places:
    """The files below `<home>/postgres`, and `elsewhere` for what the server cannot reach there."""

    home: Path
    elsewhere: Path = ELSEWHERE

    @property
    def folder(self) -> Path:
        """The folder of everything about the database."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """Where the cluster lies normally."""
        return self.folder / "data"

    @property
    def record(self) -> Path:
        """The facts that must survive, passwords among them."""
        return self.folder / "cluster.json"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "log" / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held alone by whoever starts or stops the server."""
        return self.folder / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Held by every process that uses the server."""
        return self.folder / "users.lock"

    @property
    def service_lock(self) -> Path:
        """Held alone by the one long-running service."""
        return self.folder / "service.lock"

    @property
    def last_port(self) -> Path:
        """The port of the last start: taken again where it is free, so that clients find back."""
        return self.folder / "last_port"

    def make(self) -> None:
        """Make the folders; those that are there already keep their rights. Raises NotWritable."""
        mode = OPEN_TO_PASS if os.geteuid() == 0 else 0o700
        try:
            self.home.mkdir(mode=mode, parents=True, exist_ok=True)
        except FileNotFoundError as problem:  # as /proc says where nobody may make any
            raise NotWritable(self.home, "it cannot be made") from problem
        self.folder.mkdir(mode=mode, exist_ok=True)
        self.log.parent.mkdir(mode=0o700, exist_ok=True)


def choose_data_folder(places: Places, account: ServerAccount) -> Path:
    """Choose where a new cluster goes: below the home, or elsewhere if the server cannot get there.

    Raises NotWritable where `elsewhere` cannot be reached either.
    """
    if not account.switch:
        return places.data
    if open_way(places, account, places.folder):
        return places.data
    make_passable(places.elsewhere)
    folder = places.elsewhere / secrets.token_hex(8)
    make_passable(folder)
    if not account.can_enter(folder):
        folder.rmdir()
        raise NotWritable(folder, f"the user {account.name}, who runs the server, cannot enter it")
    return folder / "data"


def open_way(places: Places, account: ServerAccount, folder: Path) -> bool:
    """Tell whether the server's user can enter `folder`, once our own folders let it pass."""
    if not account.switch or account.can_enter(folder):
        return True
    _let_pass(places.home)
    _let_pass(places.folder)
    return account.can_enter(folder)


def make_passable(folder: Path) -> None:
    """Make a folder that others may pass through; one that is there keeps its rights."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(OPEN_TO_PASS)  # whatever the umask says


def _let_pass(folder: Path) -> None:
    """Let others pass through a folder of ours; a login's home is not, nor is a stranger's."""
    found = folder.stat()
    ours = found.st_uid == os.geteuid() and folder not in _home_folders() | {Path("/")}
    if ours and found.st_mode & PASSING != PASSING:
        folder.chmod(found.st_mode & 0o777 | PASSING)


def _home_folders() -> set[Path]:
    return {Path(entry.pw_dir) for entry in pwd.getpwall()}
