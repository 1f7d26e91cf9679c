"""The server process of one cluster: is it there, start it, stop it.

Every process of the server inherits an open lock file (`server.lock`, beside the data) and holds it
alone. Whoever finds it free knows that no process of this server lives, whatever the process
numbers say: numbers are given out again, and other containers have their own. The callers hold
`start.lock` meanwhile, so that starting and stopping never meet.
"""

import os
import signal
import socket
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from handover.core.ports import bindable
from handover.core.postgres.account import ServerAccount
from handover.core.postgres.binaries import Binaries
from handover.core.postgres.errors import DiskFull, StartFailed, says_disk_is_full
from handover.core.postgres.facts import HOST
from handover.core.postgres.locks import FileLock, is_held_alone, own_like_folder
from handover.core.postgres.pid_file import PidFile, is_postmaster, pid_file_path, read_pid_file
from handover.core.postgres.server_log import ServerLog, last_lines
from handover.core.postgres.settings import server_arguments
from handover.core.postgres.waiting import Say, wait_until

PORT_TRIES = 5
LEFTOVERS_SECONDS = 60.0
FAST_STOP_SECONDS = 60.0
HARD_STOP_SECONDS = 10.0
PORT_TAKEN = ("could not bind", "could not create any TCP/IP sockets")
# The shell goes at once and leaves the server to init; the server's own number is its answer.
DETACH = '"$@" >&2 & echo $!'


def server_lock_path(data: Path) -> Path:
    """Return the lock file that every process of the server holds."""
    return data.parent / "server.lock"


def running_server(data: Path) -> PidFile | None:
    """Return the facts of the server that accepts connections now; None if there is none."""
    if not is_held_alone(server_lock_path(data)):
        return None
    found = read_pid_file(data)
    return found if found and found.state == "ready" and _accepts(found.port) else None


@dataclass(frozen=True)
class Postmaster:
    """How to run the server of one cluster. `last_port` is the file that remembers its port."""

    data: Path
    account: ServerAccount
    binaries: Binaries
    log: ServerLog
    last_port: Path
    say: Say
    durable: bool

    def join(self) -> PidFile | None:
        """Return the running server, waiting for one that starts or dies; None if none lives.

        Raises StartFailed where processes are left over that neither serve nor go.
        """
        lock = server_lock_path(self.data)
        while is_held_alone(lock):
            if self._is_our_postmaster_alive():
                self._hurry_if_stopping()
                why = "Waiting for the database that is starting (after a crash it takes a while)"
                wait_until(self._serves_or_ends, say=self.say, why=why)
            elif not wait_until(
                lambda: self._is_our_postmaster_alive() or not is_held_alone(lock),
                say=self.say,
                why="Waiting for what a killed database server left to end",
                limit_seconds=LEFTOVERS_SECONDS,
            ):
                raise StartFailed(
                    f"Processes of an earlier database server on {self.data} do not end, or it is "
                    "in use from another container. Stop it there, or end the processes that hold "
                    f"{lock}, then start again."
                )
            if found := running_server(self.data):
                return found
        return None

    def start(self) -> PidFile:
        """Start the server, which must not be running, and wait until it accepts connections.

        Raises DiskFull or StartFailed.
        """
        self._forget_a_strangers_number()
        self.log.shorten()
        for _ in range(PORT_TRIES):
            mark = self.log.size()
            pid = self._spawn(self._free_port())
            why = "The database is replaying its journal, nothing is lost"
            wait_until(partial(self._is_ready_or_gone, pid), say=self.say, why=why)
            found = read_pid_file(self.data)
            if found and found.pid == pid and found.state == "ready":
                self.last_port.write_text(str(found.port), encoding="ascii")
                own_like_folder(self.last_port)
                return found
            self._explain(self.log.since(mark))
        raise StartFailed("No free port was found for the database: each was taken at once.")

    def stop(self) -> None:
        """Stop the server and wait until all its processes are gone; fast, then by force."""
        steps = (signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, HARD_STOP_SECONDS)
        for how, seconds in steps:
            found = read_pid_file(self.data)
            if found is None or not is_postmaster(found.pid, self.data):
                return
            os.kill(found.pid, how)
            if wait_until(
                lambda: not is_held_alone(server_lock_path(self.data)),
                say=self.say,
                why="The database is writing its last pages before it stops",
                limit_seconds=seconds,
            ):
                return
        self.say(f"The database on {self.data} did not stop; the next start goes on with it.")

    def _is_our_postmaster_alive(self) -> bool:
        found = read_pid_file(self.data)
        return found is not None and is_postmaster(found.pid, self.data)

    def _hurry_if_stopping(self) -> None:
        # Someone asked it to stop once its clients are gone: they never go, they wait for it.
        found = read_pid_file(self.data)
        if found and found.state == "stopping" and is_postmaster(found.pid, self.data):
            os.kill(found.pid, signal.SIGINT)

    def _serves_or_ends(self) -> bool:
        return running_server(self.data) is not None or not self._is_our_postmaster_alive()

    def _is_ready_or_gone(self, pid: int) -> bool:
        found = read_pid_file(self.data)
        ready = found is not None and found.pid == pid and found.state == "ready"
        return ready or not is_held_alone(server_lock_path(self.data))

    def _spawn(self, port: int) -> int:
        program = self.binaries.program("postgres")
        arguments = server_arguments(self.data, port, durable=self.durable)
        output = self.log.open()
        try:
            with FileLock(server_lock_path(self.data)) as lock:
                # A look from another process holds the lock for a blink.
                wait_until(lock.try_alone, say=self.say, why="Waiting for the server's lock")
                done = self.account.run(
                    ["/bin/sh", "-c", DETACH, "sh", program, *arguments],
                    error_file=output,
                    pass_fds=(lock.fd,),
                )
        finally:
            os.close(output)
        return int(done.stdout)

    def _free_port(self) -> int:
        try:
            wanted = int(self.last_port.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            wanted = 0
        return bindable(wanted) or bindable(0)

    def _forget_a_strangers_number(self) -> None:
        # PostgreSQL refuses to start while the process named in the file lives, whoever it is.
        found = read_pid_file(self.data)
        if found and not is_postmaster(found.pid, self.data):
            pid_file_path(self.data).unlink(missing_ok=True)

    def _explain(self, log: str) -> None:
        if says_disk_is_full(log):
            raise DiskFull(self.data)
        if not any(words in log for words in PORT_TAKEN):
            raise StartFailed("The database did not start.", last_lines(log))


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except OSError:
        return False
    return True
