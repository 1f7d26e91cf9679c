"""`kill -9` at any moment: what is left is always a state from which the import goes on.

Real processes are killed, and in a third of the cases their database too; every start is a new
process, as it would be on a practice's machine.
"""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handover.core.postgres import EmbeddedPostgres, throwaway_home
from handover.sandbox import Fault, Practice, Sandbox, build_practice
from tests.moving import TODAY

KILLS = 20
NAME = "Killed"
PACE = Fault(kind="slow", seconds=0.03)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return build_practice(clients=80, appointments=900, today=TODAY)


class Machine:
    """One installation on its own disk, whose programs can be killed."""

    def __init__(self, home: Path, sandbox: Sandbox) -> None:
        self.home = home
        self.environ = {
            **os.environ,
            "HANDOVER_HOME": str(home),
            "HANDOVER_CLINIKO_URL": sandbox.url,
            "HANDOVER_CLINIKO_KEY": sandbox.key,
            "HANDOVER_CLINIKO_RATE": "0",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "handover.cli", *arguments],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0, told
        return told

    def kill(self, process: subprocess.Popen[str], *, database: bool) -> None:
        """Kill a program, and the database behind it."""
        process.kill()
        process.communicate()
        pid = EmbeddedPostgres(self.home).status().pid if database else None
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def begun(self) -> bool:
        """Whether an import has been recorded."""
        return bool(re.search(rf"^ *1 +{NAME}", self.run("imports"), re.MULTILINE))

    def export(self) -> dict[str, bytes]:
        folder = self.home / f"export-{time.monotonic_ns()}"
        self.run("export", "--workspace", NAME, "--to", str(folder))
        return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextlib.contextmanager
def a_machine(practice: Practice, *faults: Fault) -> Iterator[Machine]:
    with throwaway_home() as home, Sandbox(practice, rate_limit=0, faults=faults) as sandbox:
        yield Machine(home, sandbox)


def _export_undisturbed(practice: Practice) -> dict[str, bytes]:
    with a_machine(practice) as machine:
        machine.run("import", "--workspace", NAME, "--create")
        return machine.export()


@pytest.mark.slow
def test_killed_twenty_times_it_ends_in_the_same_tables_byte_for_byte(practice: Practice) -> None:
    dice = random.Random(2026)
    with a_machine(practice, PACE) as machine:
        begun, kills = False, 0
        while kills < KILLS:
            arguments = ("import-resume", "1") if begun else ("import", "--workspace", NAME)
            process = machine.start(*arguments, *(() if begun else ("--create",)))
            try:
                process.wait(timeout=dice.uniform(0.9, 2.6))
            except subprocess.TimeoutExpired:
                machine.kill(process, database=dice.random() < 1 / 3)
                kills += 1
            begun = begun or machine.begun()
            if process.returncode == 0:
                pytest.fail(f"it was over after {kills} kills: make the practice larger")
        machine.run("import-resume", "1")
        disturbed = machine.export()
    undisturbed = _export_undisturbed(practice)
    assert disturbed.keys() == undisturbed.keys()
    assert [name for name in undisturbed if undisturbed[name] != disturbed[name]] == []


@pytest.mark.slow
def test_an_undoing_that_is_killed_is_done_whole_or_not_at_all(practice: Practice) -> None:
    with a_machine(practice) as machine:
        machine.run("import", "--workspace", NAME, "--create")
        before = machine.export()
        for seconds in (1.2, 1.5, 1.8):
            process = machine.start("import-undo", "1")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=seconds)
            machine.kill(process, database=False)
            after = machine.export()
            assert after == before or not after["clients.ndjson"]
            if not after["clients.ndjson"]:
                break
        else:
            machine.run("import-undo", "1")
        records = {name: text for name, text in machine.export().items() if name.endswith("ndjson")}
        assert [name for name, text in records.items() if text] == ["ledger.ndjson"]
