"""The embedded PostgreSQL of one HANDOVER_HOME, shared by all processes that use it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from handover.core.postgres.cluster import data_version
from handover.core.postgres.errors import AlreadyRunning, disk_problems_named
from handover.core.postgres.facts import ConnectionFacts, Status
from handover.core.postgres.installation import MEGABYTE, Installation, find_installation
from handover.core.postgres.locks import FileLock
from handover.core.postgres.places import ELSEWHERE, Places
from handover.core.postgres.postmaster import Postmaster, running_server
from handover.core.postgres.record import read_record
from handover.core.postgres.server_log import ServerLog
from handover.core.postgres.waiting import Say, silent, wait_until

LEAST_FREE_BYTES = 200 * MEGABYTE


@dataclass(frozen=True)
class _Membership:
    """What a process holds while it uses the server."""

    pid: int
    locks: ExitStack
    users: FileLock


class EmbeddedPostgres:
    """A PostgreSQL server of our own: `with` joins the running one or starts it.

    Any number of processes may share it; the last one to leave stops it. After a kill of whomever
    the next one to come puts things right. `exclusive` is for the one long-running service: a
    second one gets AlreadyRunning. `durable=False` is for tests: quick, and lost with the machine.
    `say` is told what a long wait waits for. Entering raises a `PostgresProblem`.
    """

    def __init__(
        self,
        home: Path,
        *,
        durable: bool = True,
        exclusive: bool = False,
        say: Say = silent,
        elsewhere: Path = ELSEWHERE,
        least_free_bytes: int = LEAST_FREE_BYTES,
    ) -> None:
        self._places = Places(home.expanduser().resolve(), elsewhere)
        self._durable = durable
        self._exclusive = exclusive
        self._say = say
        self._least_free_bytes = least_free_bytes
        self._membership: _Membership | None = None
        self._installation: Installation | None = None
        self._port = 0

    def __enter__(self) -> Self:
        if self._membership is not None:
            raise RuntimeError("This EmbeddedPostgres is entered already: make another one.")
        with disk_problems_named(self._places.home), ExitStack() as locks:
            self._places.make()
            if self._exclusive:
                locks.enter_context(self._service())
            with self._starting_or_stopping():
                users = locks.enter_context(FileLock(self._places.users_lock))
                wait_until(users.try_shared, say=self._say, why="Waiting for the others")
                try:
                    self._bring_up()
                except BaseException:
                    self._stop_if_last(users)
                    raise
            self._membership = _Membership(os.getpid(), locks.pop_all(), users)
        return self

    def __exit__(self, *_: object) -> None:
        member, self._membership = self._membership, None
        if member is None:
            return
        with member.locks:
            if member.pid == os.getpid():  # a forked copy only drops its handles
                with self._starting_or_stopping():
                    self._stop_if_last(member.users)
                    member.users.close()

    def ensure_running(self) -> bool:
        """Start the server again if it was killed; True if it had to be. Its port may be new."""
        self._entered()
        with disk_problems_named(self._places.home), self._starting_or_stopping():
            return self._bring_up()

    @property
    def facts(self) -> ConnectionFacts:
        """How to connect."""
        return self._entered().facts(self._port)

    @property
    def owner_url(self) -> str:
        """The URL of the login that owns the tables, for migrations; holds a password."""
        facts = self.facts
        return facts.url(facts.owner_user, facts.owner_password)

    @property
    def app_url(self) -> str:
        """The URL of the login that uses the tables, under row-level security; with password."""
        facts = self.facts
        return facts.url(facts.app_user, facts.app_password)

    @property
    def superuser_url(self) -> str:
        """The URL of the login that sees all rows, for pg_dump and pg_restore alone."""
        return self._entered().superuser_url(self._port)

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs, pg_dump and pg_restore among them."""
        return self._entered().binaries.folder

    @property
    def notice(self) -> str | None:
        """A sentence for the person who runs it, where the data lies in an unexpected place."""
        return self._entered().notice

    def status(self) -> Status:
        """Tell the state without starting, stopping or making anything."""
        with disk_problems_named(self._places.home):
            record = read_record(self._places.record)
            data = self._places.folder / record.data if record else self._places.data
            if record is None or not data.exists():
                return Status(
                    running=False, pid=None, port=None, cluster=None, version=None, size_bytes=0
                )
            found = running_server(data)
            return Status(
                running=found is not None,
                pid=found.pid if found else None,
                port=found.port if found else None,
                cluster=data,
                version=data_version(data),
                size_bytes=_size(data),
            )

    def _entered(self) -> Installation:
        if self._membership is None or self._installation is None:
            raise RuntimeError("Use EmbeddedPostgres in a `with` statement.")
        return self._installation

    def _bring_up(self) -> bool:
        """Join or start the server; True if it was started."""
        found = find_installation(self._places)
        self._installation = found
        found.create(least_free_bytes=self._least_free_bytes, durable=self._durable, say=self._say)
        postmaster = self._postmaster(found)
        server = postmaster.join()
        started = server is None
        if server is None:
            found.check_room(self._least_free_bytes)
            server = postmaster.start()
        self._installation = found.prepare(server.port)
        self._port = server.port
        return started

    def _stop_if_last(self, users: FileLock) -> None:
        if self._installation is not None and users.try_alone():
            self._postmaster(self._installation).stop()

    def _postmaster(self, found: Installation) -> Postmaster:
        return Postmaster(
            data=found.data,
            account=found.account,
            binaries=found.binaries,
            log=ServerLog(self._places.log),
            last_port=self._places.last_port,
            say=self._say,
            durable=self._durable,
        )

    @contextmanager
    def _starting_or_stopping(self) -> Iterator[None]:
        with FileLock(self._places.start_lock) as lock:
            why = "Another Handover process is starting or stopping the database"
            wait_until(lock.try_alone, say=self._say, why=why)
            yield

    @contextmanager
    def _service(self) -> Iterator[None]:
        with FileLock(self._places.service_lock) as lock:
            if not lock.try_alone():
                told = lock.read().strip()
                raise AlreadyRunning(self._places.home, int(told) if told.isdigit() else None)
            lock.write(f"{os.getpid()}\n")
            yield


def _size(folder: Path) -> int:
    """Bytes of the files below; a server at work removes some while we look."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue
    return total
