"""A server for tests and trials, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handover.core.postgres.installation import MEGABYTE
from handover.core.postgres.places import OPEN_TO_PASS
from handover.core.postgres.server import EmbeddedPostgres

MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh folder of random name is made below
MEMORY_BYTES = 2048 * MEGABYTE


@contextmanager
def throwaway_home() -> Iterator[Path]:
    """A fresh folder, in memory where there is room, removed at the end.

    The server's user can reach it, as it often cannot reach a test runner's own folder.
    """
    home = Path(tempfile.mkdtemp(prefix="handover-", dir=_quick_folder())).resolve()
    try:
        home.chmod(OPEN_TO_PASS)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def throwaway_postgres() -> Iterator[EmbeddedPostgres]:
    """A running server in a fresh folder, quick and not durable; both are removed at the end."""
    with throwaway_home() as home, EmbeddedPostgres(home, durable=False) as server:
        yield server


def _quick_folder() -> Path | None:
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)
    roomy = usable and shutil.disk_usage(MEMORY).free > MEMORY_BYTES
    return MEMORY if roomy else None
