"""Programs that are there at once: forks of a process that has imported what all begin with.

A command takes well over a second of work to import what it needs, and tests start it by the
hundred. Here one process has imported all that knows no settings, and forks for each. What it forks
is a process like any other: of its own number, environment, files and end.

That a command starts as a person starts it, is said by the first test of foreign servers.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from runpy import run_module
from typing import IO, Any

ROOT = Path(__file__).parents[1]
#: What most of the time goes into, and what can be imported before settings are known.
BEGINNINGS = (
    "asyncio", "uuid", "zoneinfo", "psycopg", "psycopg_pool", "httpx", "msgspec", "nh3", "smtplib",
    "cryptography.fernet", "rich._emoji_codes", "rich.console", "rich.progress", "rich.table",
    "procrastinate", "django.contrib.postgres.fields", "django.core.handlers.base",
    "django.core.management", "django.db.backends.postgresql.base", "django.db.migrations.executor",
    "django.forms", "django.template", "django.views.i18n",
    "handover.cli.main", "handover.core.postgres",
)  # fmt: skip
MOST = 1 << 20  # bytes of words and environment
STREAMS = 3  # input, output and errors; before them comes where to answer


@dataclass
class Started:
    """A program at work, as `subprocess.Popen` would have it."""

    pid: int
    _line: socket.socket
    returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, or None if it has not."""
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            self.returncode = int(self._line.recv(MOST))
            self._line.close()
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its exit code; raises `subprocess.TimeoutExpired`."""
        if self.returncode is None and not select.select([self._line], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        code = self.poll()
        assert code is not None
        return code

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def _send(self, what: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended just now
                os.kill(self.pid, what)


def start(
    module: str,
    words: Sequence[str],
    environment: Mapping[str, str],
    *files: IO[Any],
) -> Started:
    """Begin what `python -m module words` does.

    `files` are its input, output and errors; those that are not given lead nowhere.
    """
    wish = json.dumps([module, list(words), dict(environment), str(Path.cwd())]).encode()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs, Path(os.devnull).open("r+b") as nowhere:
        table = [each.fileno() for each in (*files, *STREAMS * (nowhere,))][:STREAMS]
        socket.send_fds(_nursery(), [wish], [theirs.fileno(), *table])
    return Started(int(ours.recv(MOST)), ours)


def ended(
    module: str, words: Sequence[str], environment: Mapping[str, str], given: str, timeout: float
) -> "subprocess.CompletedProcess[str]":
    """Begin it with something to read, and wait for its end."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as stdin,
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        tempfile.TemporaryFile("w+", encoding="utf-8") as err,
    ):
        stdin.write(given)
        stdin.seek(0)
        code = start(module, words, environment, stdin, out, err).wait(timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([module, *words], code, out.read(), err.read())


@cache
def _nursery() -> socket.socket:
    """The line to the process that forks; it ends when this one does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for each in (ours, theirs):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.starting", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
        )
    atexit.register(_end, ours, process)
    return ours


def _end(line: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    line.close()
    process.wait()


def _serve(line: socket.socket) -> None:
    """Fork for each wish; returns in the process that is to do it, and at the end ends."""
    for name in BEGINNINGS:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        wish, table, _flags, _sender = socket.recv_fds(line, MOST, 1 + STREAMS)
        if not wish:
            sys.exit()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            line.close()
            _attend(table[0])
            _become(table[1:], *json.loads(wish))
            return
        for each in table:
            os.close(each)


def _attend(answer: int) -> None:
    """Stay, tell its number, and at its end how it ended; what returns is the one to do it."""
    pid = os.fork()
    if pid == 0:
        os.close(answer)
        return
    os.write(answer, str(pid).encode())
    _pid, status = os.waitpid(pid, 0)
    with suppress(OSError):  # nobody listens any more
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(
    table: list[int], module: str, words: list[str], environment: dict[str, str], folder: str
) -> None:
    for number, each in enumerate(table):
        os.dup2(each, number)
        os.close(each)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # until its end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [module, *words]


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as _line:
        _serve(_line)
    run_module(sys.argv[0], run_name="__main__", alter_sys=True)
