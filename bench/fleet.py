"""Workers as processes, and imports for them: what chaos and take-over are measured on."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import django
import psycopg

from bench.lab import CONTACT, Served, home
from handover.core.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from handover.importing.models import ImportRun

Files = dict[str, bytes]
LONGEST = 600.0
LIVING = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '3 s'"


@dataclass
class Fleet:
    """An installation with its database held, and workers that may be killed."""

    home: Path
    server: EmbeddedPostgres
    settings: dict[str, str]
    concurrency: int = 4
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    killed: int = 0

    def add_worker(self) -> "subprocess.Popen[bytes]":
        """Start one more worker."""
        with (self.home / f"worker-{len(self.workers) + self.killed + 1}.log").open("wb") as log:
            worker = subprocess.Popen(
                [
                    *(sys.executable, "-m", "handover.cli", "worker"),
                    *("--concurrency", str(self.concurrency)),
                ],
                env=os.environ | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.workers.append(worker)
        return worker

    def kill(self, worker: "subprocess.Popen[bytes]") -> None:
        """As the power does."""
        worker.kill()
        worker.wait()
        self.workers.remove(worker)
        self.killed += 1

    def kill_database(self) -> None:
        """The server's first process; workers start it again."""
        pid = self.server.status().pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def submit(self, workspace: str, key: str) -> "ImportRun":
        """Record an import of a new workspace, and leave it to the workers."""
        from handover.importing import runs, steering  # noqa: PLC0415  # after set-up
        from handover.importing.cliniko.key import ApiKey  # noqa: PLC0415

        place = runs.find_workspace(workspace, create=True)
        parsed = ApiKey.parse(key)
        return steering.begin(
            lambda: runs.start(self.home, place, parsed, only=(), rehearsal=False)
        )

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the database, and again if it is just being started."""
        latest = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(self.server.owner_url, connect_timeout=5) as connection:
                    return connection.execute(question.encode(), values).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > latest:
                    raise
                time.sleep(0.2)

    def wait_for_workers(self) -> None:
        """Wait until all of them are at the queue."""
        while int(str(self.ask(LIVING)[0][0])) < len(self.workers):
            assert all(each.poll() is None for each in self.workers), "a worker did not start"
            time.sleep(0.1)

    def states(self) -> dict[int, str]:
        """The state of each run."""
        found = self.ask("SELECT id, state FROM importing_importrun ORDER BY id")
        return {int(str(number)): str(state) for number, state in found}

    def wait(self, among: Sequence[str] = ("done",), longest: float = LONGEST) -> None:
        """Wait until every run is in one of these states."""
        latest = time.monotonic() + longest
        while (states := set(self.states().values())) - set(among):
            assert time.monotonic() < latest, list(states)
            stuck = states & {"failed", "needs_attention"}
            assert not stuck, self.ask("SELECT state, message FROM importing_importrun")
            time.sleep(0.2)

    def export(self, workspace: str) -> Files:
        """What a workspace holds, without the manifest, in which its name stands."""
        folder = self.home / f"export-{workspace}-{random.randrange(10**9)}"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "handover.cli", "export"),
                *("--workspace", workspace, "--to", str(folder)),
            ],
            env=os.environ | self.settings,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        found = (path for path in folder.rglob("*") if path.is_file())
        named = {str(path.relative_to(folder)): path.read_bytes() for path in found}
        return {name: content for name, content in named.items() if name != "manifest.json"}

    @property
    def stored(self) -> int:
        """How many files lie on the shelf."""
        return sum(path.is_file() for path in (self.home / "files").rglob("*"))

    def end(self) -> None:
        """Stop every worker."""
        for each in self.workers:
            each.send_signal(signal.SIGCONT)
            each.terminate()
        for each in self.workers:
            each.wait()
        self.workers.clear()


def settings_of(folder: Path, url: str, hosts: Sequence[str]) -> dict[str, str]:
    """What the processes of one installation are told."""
    return {
        "HANDOVER_HOME": str(folder),
        "HANDOVER_FILES": "",
        "HANDOVER_CLINIKO_URL": url,
        "HANDOVER_CLINIKO_RATE": "0",
        "HANDOVER_CLINIKO_FILE_HOSTS": ",".join(hosts),
        "HANDOVER_CONTACT": CONTACT,
        "DATABASE_URL": "",
    }


@contextmanager
def fleet(url: str, hosts: Sequence[str], *, concurrency: int = 4) -> Iterator[Fleet]:
    """A fresh installation on a real disk, durable, without any worker yet."""
    with home() as folder, EmbeddedPostgres(folder) as server:
        found = settings_of(folder, url, hosts)
        os.environ |= found
        os.environ["DJANGO_SETTINGS_MODULE"] = "handover.config.settings"
        django.setup()
        from handover.config import database  # noqa: PLC0415  # after set-up

        database.use(server.owner_url, server.app_url)
        database.bring_up_to_date()
        mine = Fleet(folder, server, found, concurrency)
        try:
            yield mine
        finally:
            mine.end()


@contextmanager
def fleet_of(served: Served, *, concurrency: int = 4) -> Iterator[Fleet]:
    """The same for one practice."""
    with fleet(served.url, [served.storage_host], concurrency=concurrency) as found:
        yield found
