"""The lifeline of a supervisor: what it leaves behind when it is killed itself is ended.

A program that goes on without its supervisor keeps its port and its place, serves pages of an
old version, and is stopped by nobody. So a second process, of a session of its own, holds the end
of a pipe: when that closes, whoever held the other end is gone, however it went.
"""

import os
import signal
import subprocess  # the second process is what this is about
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE = 10.0  # seconds that programs have to end in
LOOK_EVERY = 0.1


class Lifeline:
    """Ends process groups when this process is gone. For one thread; close it at the end."""

    def __init__(self) -> None:
        self._held: frozenset[int] = frozenset()
        self.process: subprocess.Popen[bytes] | None = None

    def hold(self, groups: Iterable[int]) -> None:
        """These process groups, and no others, end with this process; cheap if nothing changed."""
        wanted, watched = frozenset(groups), self.process is not None and self._is_there()
        if watched and wanted == self._held:
            return
        if not watched:
            self._begin()
        self._held = wanted
        with suppress(BrokenPipeError):  # begun again with the next call
            self._write(" ".join(map(str, sorted(wanted))) + "\n")

    def close(self) -> None:
        """Let go of all groups, which go on; the second process ends."""
        if self.process is not None:
            self.hold([])
            self.process.communicate()
            self.process = None

    def _begin(self) -> None:
        if self.process is not None:
            self.process.communicate()  # it has ended, its pipe has not
        command = [sys.executable, "-S", "-P", __file__]  # alone: it starts in some 20 ms
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def _is_there(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _write(self, line: str) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.write(line.encode())
            self.process.stdin.flush()


def main() -> None:
    """Read which groups are held, a line each time that it changes; at the end, end these."""
    held: list[int] = []
    for line in sys.stdin:
        if line.endswith("\n"):  # the last may be cut off
            held = [int(group) for group in line.split()]
    for group in held:
        _send(group, signal.SIGTERM)
    latest = time.monotonic() + GRACE
    while time.monotonic() < latest and any(_send(group, 0) for group in held):
        time.sleep(LOOK_EVERY)
    for group in held:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    """Whether anybody was there to get the signal."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
