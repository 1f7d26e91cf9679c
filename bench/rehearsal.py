"""A rehearsal of a large practice is one transaction: how long it is open, and what it holds.

`python -m bench.rehearsal`: the calendars of a small and a larger practice. Every
second its locks and the memory of its server process are looked at.
"""

import os
import threading
from decimal import Decimal
from pathlib import Path

import psycopg

from bench.lab import KIB, MIB, command, laboratory, machine, sandbox, say

SIZES = ((250, 2_500), (1_000, 10_000))  # clients, appointments
#: What holds most locks is the rehearsal; whose transaction it is, only a superuser may see.
BUSIEST = """SELECT pid, count(*), pg_database_size(current_database()) FROM pg_locks
    WHERE pid <> pg_backend_pid() GROUP BY pid ORDER BY count(*) DESC LIMIT 1"""
ESTIMATE = "SELECT rehearsal_result->'estimate'->'load_seconds' FROM importing_importrun"
LONGEST = Decimal("1.6")  # of what it took: see `result/estimate.py`


class Watch(threading.Thread):
    """Keeps the most that it has seen."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.over = url, threading.Event()
        self.locks = self.memory = self.size = 0

    def run(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.over.wait(1.0):
                if (row := connection.execute(BUSIEST).fetchone()) is not None:
                    pid, locks, size = row
                    self.locks, self.size = max(self.locks, locks), max(self.size, size)
                    self.memory = max(self.memory, _private(pid))


def _private(pid: int) -> int:
    """The memory of a process alone, in bytes: what it has of the server's buffers is left out."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith("Anonymous:"))


def main() -> None:
    say(machine())
    for clients, appointments in SIZES:
        _rehearse(clients, appointments)


def _rehearse(clients: int, appointments: int) -> None:
    with (
        sandbox(clients=clients, appointments=appointments) as served,
        laboratory() as (home, server),
    ):
        watch = Watch(server.owner_url)
        watch.start()
        peak = command(
            home,
            *("import", "--create", "--workspace", "Large", "--rehearse"),
            *("--only", "attendees"),
            HANDOVER_CLINIKO_URL=served.url,
            HANDOVER_CLINIKO_KEY=served.key,
            HANDOVER_CLINIKO_RATE="0",
        )
        watch.over.set()
        watch.join()
        with psycopg.connect(server.owner_url) as connection:
            ((_, most),) = connection.execute(ESTIMATE).fetchone() or ((0, 0),)
    say(
        f"{appointments:,} appointments: transaction of {most / LONGEST:.0f} s,"
        f" {watch.locks} locks, its server process {watch.memory / MIB:.0f} MiB,"
        f" ours {peak / MIB:.0f} MiB, database {watch.size / MIB:.0f} MiB"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handover.config.settings")
    main()
