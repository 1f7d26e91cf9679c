"""`kill -9` at any moment, of the import and of its database: it ends as if nothing had been.

Real processes are killed: they are started as a person starts them, by the command. What is
compared is what the command exports, byte for byte.
"""

import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import product
from pathlib import Path

import pytest
from hypothesis import settings

from conftest import HomeFrom
from handover.core.postgres import EmbeddedPostgres
from handover.sandbox import DemoPractice, Fault, Sandbox
from tests import starting

pytestmark = pytest.mark.slow

#: In a round everybody is killed once at each kind of moment. `--hypothesis-profile=long` goes on.
LONG = settings.get_current_profile_name() == "long"
ROUNDS, UNDO_KILLS = (60, 20) if LONG else (1, 1)
SEED = 20261123
TODAY = date(2026, 5, 6)
#: Long enough that an import spans many lives, short enough that most of a life is work.
SLOW = Fault(kind="slow", seconds=0.02)
#: Seconds that a life lasts: from its start, or from the moment on that its import has a number.
LIFE, LIFE_OF_WORK = 0.8, 0.9
LONGEST = 60.0
#: Killed once all was done and before it could say so.
OVER = re.compile(r"is over|was deleted already")

Files = dict[str, bytes]


@dataclass
class Installation:
    """A folder of an installation, and the command that works on it."""

    home: Path
    sandbox: Sandbox
    exports: int = field(default=0)

    def begin(self, *arguments: str) -> "Life":
        """Start the command; its output goes into a file."""
        output = self.home / "output.txt"
        environment = os.environ | self._settings
        with output.open("wb") as file, Path(os.devnull).open("rb") as none:
            process = starting.start("handover.cli", arguments, environment, none, file, file)
        return Life(process, output)

    def run(self, *arguments: str) -> None:
        """Let the command come to its end, which must be a good one."""
        life = self.begin(*arguments)
        assert life.process.wait(LONGEST) == 0, life.text

    def go_on(self, number: str | None) -> "Life":
        """Resume the import of this number, or begin one if there is none yet."""
        if number is None:
            return self.begin("import", "--create", "--workspace", "Northside")
        return self.begin("import-resume", number)

    def export(self, workspace: str = "Northside") -> Files:
        """Every file of the archive, the manifest too."""
        self.exports += 1
        folder = self.home / f"export-{self.exports}"
        self.run("export", "--workspace", workspace, "--to", str(folder))
        found = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in found}

    @property
    def stored(self) -> int:
        """How many files lie where bytes are kept, whole or not."""
        return sum(path.is_file() for path in (self.home / "files").rglob("*"))

    def kill_database(self) -> None:
        """Kill the server's first process; what it leaves is for the next one to put right."""
        pid = EmbeddedPostgres(self.home).status().pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @property
    def _settings(self) -> dict[str, str]:
        return {
            "HANDOVER_HOME": str(self.home),
            "HANDOVER_CLINIKO_URL": self.sandbox.url,
            "HANDOVER_CLINIKO_KEY": self.sandbox.key,
            "HANDOVER_CLINIKO_RATE": "0",
            "HANDOVER_CLINIKO_FILE_HOSTS": self.sandbox.storage_host,
            "DATABASE_URL": "",
        }


@dataclass
class Life:
    """A command at work."""

    process: starting.Started
    output: Path

    @property
    def text(self) -> str:
        return self.output.read_text(errors="replace")

    @property
    def number(self) -> str | None:
        """The number of its import, once it has said it."""
        found = re.search(r"^Import (\d+)$", self.text, re.MULTILINE)
        return found[1] if found else None

    def last(self, seconds: float) -> bool:
        """Let it live so long; False if it has ended by itself, which must be a good end."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        assert status == 0 or OVER.search(self.text), self.text
        return False

    def work(self, seconds: float) -> bool:
        """Let it live so long from the moment on that its import has a number."""
        latest = time.monotonic() + LONGEST
        while self.number is None and time.monotonic() < latest:
            if not self.last(0.02):
                return False
        return self.last(seconds)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(LONGEST)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    practice = DemoPractice(clients=80, appointments=500, today=TODAY)
    with Sandbox(practice, rate_limit=0) as running:
        yield running


@contextmanager
def an_installation(ready_home: HomeFrom, sandbox: Sandbox) -> Iterator[Installation]:
    with ready_home() as home:
        installation = Installation(home, sandbox)
        try:
            yield installation
        finally:
            installation.kill_database()


@dataclass(frozen=True)
class Imported:
    """An installation whose import nobody disturbed, and what it exports."""

    installation: Installation
    files: Files


@pytest.fixture(scope="module")
def undisturbed(ready_home: HomeFrom, sandbox: Sandbox) -> Iterator[Imported]:
    with an_installation(ready_home, sandbox) as installation:
        installation.run("import", "--create", "--workspace", "Northside")
        yield Imported(installation, installation.export())


class When(Enum):
    """The moment of a life at which it is killed: soon after its start, or when it is at work."""

    BEGUN, AT_WORK = range(2)


class Whom(Enum):
    """Who is killed: the import, or its database too, just before it or just after."""

    IMPORT, DATABASE_FIRST, DATABASE_TOO = range(3)


@dataclass
class Reaper:
    """Kills as often as it has deaths to deal, at moments that a seed decides."""

    moments: random.Random
    deaths: list[tuple[When, Whom]]

    def disturb(self, installation: Installation) -> None:
        """Kill and resume until there were kills enough, or until it ends before that."""
        number: str | None = None
        while True:
            life = installation.go_on(number)
            alive = self._let_live(life)
            number = life.number or number
            if not alive:
                return
            self._kill(installation, life)

    def _let_live(self, life: Life) -> bool:
        if not self.deaths:
            return life.last(LONGEST)
        if self.deaths[-1][0] is When.BEGUN:
            return life.last(self.moments.uniform(0, LIFE))
        return life.work(self.moments.uniform(0, LIFE_OF_WORK))

    def _kill(self, installation: Installation, life: Life) -> None:
        _when, whom = self.deaths.pop()
        if whom is Whom.DATABASE_FIRST:
            installation.kill_database()
        life.kill()
        if whom is Whom.DATABASE_TOO:
            installation.kill_database()


def test_an_import_that_is_killed_again_and_again_ends_as_one_that_is_not(
    ready_home: HomeFrom, sandbox: Sandbox, undisturbed: Imported
) -> None:
    moments = random.Random(SEED)
    deaths = [*product(When, Whom), *2 * [(When.AT_WORK, Whom.IMPORT)]] * ROUNDS
    moments.shuffle(deaths)
    reaper = Reaper(moments, deaths)
    sandbox.faults = (SLOW,)
    try:
        while reaper.deaths:
            with an_installation(ready_home, sandbox) as installation:
                reaper.disturb(installation)
                files = installation.export()
                assert files == undisturbed.files
                assert installation.stored == sum(name.startswith("files/") for name in files)
    finally:
        sandbox.faults = ()


@contextmanager
def workers(installation: Installation) -> Iterator[list[starting.Started]]:
    """Two workers; those that are there at the end are stopped as one should."""
    found = [installation.begin("worker").process for _ in range(2)]
    try:
        yield found
    finally:
        for each in found:
            each.terminate()
        assert [each.wait(LONGEST) for each in found] == [0] * len(found)


def test_workers_that_are_killed_with_their_database_end_every_import_as_undisturbed(
    ready_home: HomeFrom, sandbox: Sandbox, undisturbed: Imported
) -> None:
    names = ("Northside", "Southside")
    with (
        an_installation(ready_home, sandbox) as installation,
        workers(installation) as found,
    ):
        for name in names:
            installation.run("import", "--create", "--background", "--workspace", name)
        Life(found.pop(0), installation.home / "output.txt").kill()
        installation.kill_database()
        found.append(installation.begin("worker").process)
        for number, name in enumerate(names, 1):
            installation.run("import-watch", str(number))
            files = installation.export(name)
            assert without_name(files) == without_name(undisturbed.files)
        assert installation.stored == 2 * sum(name.startswith("files/") for name in files)


def without_name(files: Files) -> Files:
    """The manifest names the workspace."""
    return {name: content for name, content in files.items() if name != "manifest.json"}


def test_an_undo_that_is_killed_has_undone_everything_or_nothing(undisturbed: Imported) -> None:
    installation, moments = undisturbed.installation, random.Random(SEED)
    begun = time.monotonic()
    installation.run("import-undo", "1", "--preview")  # the same work, which is then taken back
    whole = time.monotonic() - begun
    for _ in range(UNDO_KILLS):
        life = installation.begin("import-undo", "1", "--yes", "Northside")
        if life.last(moments.uniform(0.5, 1) * whole):
            life.kill()
        files = installation.export()
        assert files == undisturbed.files or is_empty(files)
    life = installation.begin("import-undo", "1", "--yes", "Northside")
    assert not life.last(LONGEST)
    assert is_empty(installation.export())
    assert installation.stored == 0


def is_empty(files: Files) -> bool:
    """Whether an archive has no record of a practice; the ledger still names what was undone."""
    return not any(
        content for name, content in files.items() if name not in {"ledger.ndjson", "manifest.json"}
    )
