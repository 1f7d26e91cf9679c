"""What every measurement needs: a sandbox and an import, each a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from handover.core.postgres import EmbeddedPostgres

TODAY = date(2026, 11, 23)
CONTACT = "bench@practice.example"
PASSABLE = 0o711  # the server's own user must get through to its data
SERVED = ("url", "key", "control", "storage_host")
KIB, MIB = 1024, 1024 * 1024

Facts = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """A sandbox that is running."""

    url: str
    key: str
    control: str
    storage_host: str
    pid: int

    def stats(self) -> Facts:
        """What has been asked so far, by path and status."""
        with urlopen(f"{self.control}/stats") as answer:  # noqa: S310  # our own address
            facts: Facts = json.load(answer)
        return facts

    def requests(self) -> int:
        """Requests so far, whatever became of them."""
        return int(self.stats()["total"])

    def refused(self) -> int:
        """How often it had to say `too many requests`."""
        return sum(int(each.get("429", 0)) for each in self.stats()["by_path"].values())


@contextmanager
def sandbox(
    *,
    clients: int,
    appointments: int,
    rate_limit: int = 0,
    window: str = "sliding",
    seed: int = 1,
) -> Iterator[Served]:
    """A simulated Cliniko in a process of its own, ready to answer."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        options = {
            "port": 0,
            "clients": clients,
            "appointments": appointments,
            "today": TODAY,
            "rate-limit": rate_limit,
            "window": window,
            "seed": seed,
            "ready-file": ready,
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        process = subprocess.Popen(
            [sys.executable, "-m", "handover.sandbox", "serve", *arguments],
            stdout=subprocess.DEVNULL,
        )
        try:
            while not ready.exists():
                assert process.poll() is None, "the sandbox did not start"
                time.sleep(0.05)
            facts = json.loads(ready.read_text(encoding="utf-8"))
            yield Served(pid=process.pid, **{name: facts[name] for name in SERVED})
        finally:
            process.terminate()
            process.wait()


@contextmanager
def home() -> Iterator[Path]:
    """A fresh folder on a real disk: nothing here is measured in memory."""
    folder = Path(tempfile.mkdtemp(prefix="handover-bench-", dir="/var/tmp"))
    try:
        folder.chmod(PASSABLE)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def laboratory() -> Iterator[tuple[Path, EmbeddedPostgres]]:
    """A folder of an installation with its durable database running and its tables made."""
    with home() as folder, EmbeddedPostgres(folder) as server:
        command(folder, "imports")
        yield folder, server


@dataclass(frozen=True)
class Moved:
    """One whole import."""

    report: Facts
    peak_bytes: int

    @property
    def records(self) -> int:
        return sum(int(each["fetched"]) for each in self.report["types"].values())

    @property
    def seconds(self) -> float:
        """From the first request to the balanced report."""
        return float(self.report["seconds"])


def move(
    folder: Path, served: Served, workspace: str, *, rate: int = 0, only: Sequence[str] = ()
) -> Moved:
    """Import everything (or `only` these types) with the command; it must end balanced."""
    report = folder / f"{workspace}.json"
    peak = command(
        folder,
        *("import", "--create", "--workspace", workspace, "--report", str(report)),
        *(["--only", ",".join(only)] if only else []),
        HANDOVER_CLINIKO_URL=served.url,
        HANDOVER_CLINIKO_KEY=served.key,
        HANDOVER_CLINIKO_RATE=str(rate),
        HANDOVER_CLINIKO_FILE_HOSTS=served.storage_host,
    )
    moved = Moved(json.loads(report.read_text(encoding="utf-8")), peak)
    assert moved.report["balanced"], moved.report["summary"]
    return moved


def command(folder: Path, *arguments: str, **settings: str) -> int:
    """Run a command of Handover; the most memory that its process had, in bytes."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "handover.cli", *arguments],
            env=os.environ | {"HANDOVER_HOME": str(folder), "DATABASE_URL": ""} | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, high_water(process.pid))
            time.sleep(0.05)
        output.seek(0)
        assert process.returncode == 0, output.read().decode()[-2000:]
    return peak


def high_water(pid: int) -> int:
    """The most memory that a process has had so far, as the system counts it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) * KIB if found else 0


def say(*cells: object) -> None:
    """Print one line of a result at once."""
    print(*cells, flush=True)


def machine() -> str:
    """Where this is measured, and how busy it is."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, {pages * size / KIB**3:.0f} GiB, load {load}"


def middle(values: Sequence[float]) -> float:
    """The median of an odd number of values."""
    return sorted(values)[len(values) // 2]
