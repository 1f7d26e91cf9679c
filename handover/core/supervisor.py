"""The supervisor: keeps programs running, and starts again what dies."""

import logging
import os
import signal
import subprocess  # keeping programs running is what this is for
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from handover.core.lifeline import Lifeline

LOOK_EVERY, TEND_EVERY = 0.2, 2.0  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY = 10.0  # a program that has lived for so long is begun again at once
MOST_FALSE_STARTS = 5
GRACE = 30.0  # seconds that programs have to end in

log = logging.getLogger(__name__)


@dataclass
class Program:
    """One program that is to run: its name, its command, and what is known of it."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    begun: float = 0.0
    next_at: float = 0.0
    pause: float = FIRST_PAUSE
    false_starts: int = 0
    has_been_steady: bool = False

    def begin(self, environ: Mapping[str, str]) -> None:
        """Start it; it is in a group of its own, so that Ctrl-C reaches the supervisor alone."""
        self.process = subprocess.Popen(self.command, env=dict(environ), start_new_session=True)
        self.begun = time.monotonic()
        log.info("%s: started (pid %d)", self.name, self.process.pid)

    def look(self, now: float) -> None:
        """Notice that it has died, and settle when it begins again."""
        if self.process is None:
            return
        steady = now - self.begun > STEADY
        self.has_been_steady |= steady
        code = self.process.poll()
        if code is None:
            return
        self.clear()
        self.process = None
        self.pause = FIRST_PAUSE if steady else min(self.pause * 2, LONGEST_PAUSE)
        self.false_starts = 0 if steady else self.false_starts + 1
        self.next_at = now + self.pause
        log.warning("%s: ended (%s), again in %.1f s", self.name, _told(code), self.pause)

    def clear(self) -> None:
        """End what the program had begun itself and has left behind: it would keep the port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    @property
    def hopeless(self) -> bool:
        """Whether it never came up: a person must look, waiting does not help."""
        return self.false_starts >= MOST_FALSE_STARTS and not self.has_been_steady


@dataclass
class Supervisor:
    """Keeps `programs` running until `leave` is called. `tend` is called every now and then.

    If it is killed itself, its programs end with it: see `lifeline`.
    """

    programs: Sequence[Program]
    tend: Callable[[], object] = lambda: None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    leaving: threading.Event = field(default_factory=threading.Event)
    tend_at: float = 0.0
    lifeline: Lifeline = field(default_factory=Lifeline)

    def leave(self) -> None:
        """End everything; may be called from a signal handler."""
        self.leaving.set()

    def run(self) -> int:
        """Supervise; the exit code: 0 after an orderly end, 1 if a program would not start or end.

        Must be called in the main thread.
        """
        try:
            while not self.leaving.is_set():
                self._look()
                if hopeless := [each.name for each in self.programs if each.hopeless]:
                    log.error("%s does not start; its own words are above", ", ".join(hopeless))
                    self._end()
                    return 1
                self.leaving.wait(LOOK_EVERY)
            return 0 if self._end() else 1
        finally:
            for each in self.programs:
                _kill(each)
            self.lifeline.close()

    def _look(self) -> None:
        now = time.monotonic()
        if now >= self.tend_at:
            self.tend_at = now + TEND_EVERY
            self._tend()
        for each in self.programs:
            each.look(now)
            if each.process is None and now >= each.next_at:
                each.begin(self.environ)
        running = [each.process.pid for each in self.programs if each.process is not None]
        self.lifeline.hold(running)

    def _tend(self) -> None:
        try:
            self.tend()
        except Exception as problem:  # noqa: BLE001  # it is tried again next time
            log.warning("%s", problem)

    def _end(self) -> bool:
        """Ask all programs to end; whether they did."""
        log.info("stopping")
        for each in self.programs:
            if each.process is not None:
                each.process.send_signal(signal.SIGTERM)
        latest, ended = time.monotonic() + GRACE, True
        for each in self.programs:
            try:
                if each.process is not None:
                    each.process.wait(max(0.0, latest - time.monotonic()))
                    log.info("%s: ended", each.name)
            except subprocess.TimeoutExpired:
                log.warning("%s: did not end within %.0f s, killed", each.name, GRACE)
                ended = False
        return ended


def _kill(program: Program) -> None:
    if program.process is None:
        return
    if program.process.poll() is None:
        program.process.kill()
        program.process.wait()
    program.clear()


def _told(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
