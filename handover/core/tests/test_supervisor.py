"""The supervisor: what dies is begun again, what is told to end ends, what never starts is told."""

import os
import signal
import subprocess  # a supervisor of its own is killed
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handover.core.lifeline import Lifeline
from handover.core.supervisor import Program, Supervisor

#: Notes that it runs, and ends well when told to.
LIVES = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with pathlib.Path(sys.argv[1]).open("a") as notes:
    notes.write("begun\\n")
time.sleep(60)
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes"


def lives(notes: Path) -> Program:
    return Program("lives", [sys.executable, "-c", LIVES, str(notes)], pause=0.01)


def begun(notes: Path) -> int:
    return notes.read_text().count("begun") if notes.exists() else 0


def wait_until(true: Callable[[], bool]) -> None:
    latest = time.monotonic() + 20
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.02)


@contextmanager
def running(supervisor: Supervisor) -> Iterator[list[int]]:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(supervisor.run()))
    thread.start()
    try:
        yield codes
    finally:
        supervisor.leave()
        thread.join()


#: Begins a program of its own, whose number it notes.
BEGINS_ANOTHER = """
import pathlib, subprocess, sys, time
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with pathlib.Path(sys.argv[1]).open("a") as notes:
    notes.write(f"{other.pid}\\n")
time.sleep(60)
"""


def is_there(pid: int) -> bool:
    """Whether a process goes on; one that nobody has asked about any more does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_killed_program_had_begun_does_not_go_on_in_its_place(notes: Path) -> None:
    program = Program("begins", [sys.executable, "-c", BEGINS_ANOTHER, str(notes)], pause=0.01)
    with running(Supervisor([program])):
        wait_until(lambda: notes.exists() and notes.read_text().endswith("\n"))
        other = int(notes.read_text())
        assert is_there(other)
        assert program.process is not None
        os.kill(program.process.pid, signal.SIGKILL)
        wait_until(lambda: len(notes.read_text().splitlines()) > 1)
        assert not is_there(other)


#: A supervisor in a process of its own, of a program that notes its number and that of another.
SUPERVISES = """
import sys
from handover.core.lifeline import Lifeline
from handover.core.supervisor import Program, Supervisor
Supervisor([Program("begins", [sys.executable, "-c", sys.argv[2], sys.argv[1]])]).run()
"""


def test_what_a_killed_supervisor_kept_running_ends_with_it(notes: Path) -> None:
    noting = BEGINS_ANOTHER.replace("{other.pid}", "{other.pid} {__import__('os').getpid()}")
    command = [sys.executable, "-c", SUPERVISES, str(notes), noting]
    with subprocess.Popen(command, start_new_session=True) as supervisor:
        wait_until(lambda: notes.exists() and notes.read_text().endswith("\n"))
        running = [int(number) for number in notes.read_text().split()]
        assert all(is_there(each) for each in running)
        supervisor.kill()
    wait_until(lambda: not any(is_there(each) for each in running))


def test_a_lifeline_that_was_killed_is_laid_again() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as program:
        lifeline = Lifeline()
        try:
            lifeline.hold([program.pid])
            first = lifeline.process
            assert first is not None
            first.kill()
            first.wait()
            lifeline.hold([program.pid])
            assert lifeline.process is not None
            assert (lifeline.process.pid == first.pid, lifeline.process.poll()) == (False, None)
        finally:
            lifeline.close()
            program.kill()


def test_a_program_that_is_killed_is_begun_again(notes: Path) -> None:
    program = lives(notes)
    with running(Supervisor([program])) as codes:
        wait_until(lambda: begun(notes) == 1)
        assert program.process is not None
        os.kill(program.process.pid, signal.SIGKILL)
        wait_until(lambda: begun(notes) == 2)
    assert codes == [0]


def test_when_it_is_told_to_end_nothing_is_left(notes: Path) -> None:
    program = lives(notes)
    with running(Supervisor([program])) as codes:
        wait_until(lambda: begun(notes) == 1)
        assert program.process is not None
        process = program.process
    assert (codes, process.poll()) == ([0], 0)


def test_a_program_that_never_comes_up_ends_everything_with_a_word(
    notes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Program("broken", [sys.executable, "-S", "-c", "raise SystemExit(7)"], pause=0.01)
    steady = lives(notes)
    assert Supervisor([broken, steady]).run() == 1
    assert "broken: ended (exit code 7)" in caplog.text
    assert "broken does not start" in caplog.text
    assert steady.process is not None
    assert steady.process.poll() is not None


def test_what_it_tends_is_looked_after_although_that_may_fail(notes: Path) -> None:
    looks: list[int] = []

    def tend() -> None:
        looks.append(1)
        raise OSError("not now")

    with running(Supervisor([lives(notes)], tend)) as codes:
        wait_until(lambda: len(looks) > 1 and begun(notes) == 1)
    assert codes == [0]
