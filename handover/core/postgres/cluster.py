"""A new cluster: made beside its place and renamed into it, so that there is never half of one."""

import os
import shutil
import tempfile
from pathlib import Path

from handover.core.postgres.account import ServerAccount
from handover.core.postgres.binaries import Binaries
from handover.core.postgres.errors import DiskFull, StartFailed, WrongVersion, says_disk_is_full
from handover.core.postgres.server_log import last_lines

SUPERUSER = "postgres"
UNFINISHED = ".new-"
BUILTIN_LOCALE_SINCE = 17
ACCESS = "# Written by Handover: by password, from this machine.\nhost all all 127.0.0.1/32 {}\n"
METHOD = "scram-sha-256"


def create_cluster(
    data: Path, account: ServerAccount, binaries: Binaries, password: str, *, durable: bool
) -> None:
    """Make a cluster at `data`, owned by `account`, its superuser known by `password`.

    Raises DiskFull or StartFailed; then, as after a kill, nothing is at `data`.
    """
    workshop = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=data.parent))
    try:
        account.take(workshop)
        secret = workshop / "password"
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="ascii")
        account.take(secret)
        fresh = workshop / "data"
        done = account.run(_initdb(fresh, secret, binaries, durable=durable))
        if done.returncode != 0:
            raise _explained(data, done.stderr)
        (fresh / "pg_hba.conf").write_text(ACCESS.format(METHOD), encoding="ascii")
        fresh.rename(data)
        _flush(data.parent)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def discard_unfinished(folder: Path) -> None:
    """Remove what a killed `create_cluster` left in `folder`."""
    for workshop in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(workshop, ignore_errors=True)


def check_version(data: Path, binaries: Binaries) -> None:
    """Raise WrongVersion unless these programs can run this cluster."""
    made_by = data_version(data)
    if made_by != str(binaries.major):
        raise WrongVersion(data, made_by, str(binaries.major))


def data_version(data: Path) -> str:
    """Return the major version of PostgreSQL that made this cluster, e.g. "18"."""
    return (data / "PG_VERSION").read_text(encoding="ascii").strip()


def _initdb(fresh: Path, secret: Path, binaries: Binaries, *, durable: bool) -> list[str]:
    # Names are lowered and compared as Unicode has it, not as the machine is set.
    builtin = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [
        binaries.program("initdb"),
        f"--pgdata={fresh}",
        f"--username={SUPERUSER}",
        f"--pwfile={secret}",
        f"--auth={METHOD}",
        "--data-checksums",
        "--encoding=UTF8",
        *(builtin if binaries.major >= BUILTIN_LOCALE_SINCE else ["--locale=C.UTF-8"]),
        *([] if durable else ["--no-sync"]),
    ]


def _explained(data: Path, output: str) -> DiskFull | StartFailed:
    if says_disk_is_full(output):
        return DiskFull(data.parent)
    return StartFailed(f"The database in {data} could not be made.", last_lines(output))


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
