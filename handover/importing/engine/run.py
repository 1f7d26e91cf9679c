"""One run from its first request to its report. Calling it again goes on where it stopped."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.db import OperationalError, connection, transaction

from handover.core import bulk
from handover.core.tenancy import acting_in
from handover.importing.engine.attached import Contents
from handover.importing.engine.beside import Beside, Lanes, collector_paused
from handover.importing.engine.contents import LOOKS, Fetching, OnContent
from handover.importing.engine.enclosed import store_enclosed
from handover.importing.engine.errors import StopImport
from handover.importing.engine.extract import Extraction
from handover.importing.engine.keeper import Keeper
from handover.importing.engine.load import (
    compare_mirrors,
    list_double_bookings,
    load,
    resolve_deferred,
)
from handover.importing.engine.plan import load_order
from handover.importing.engine.reconcile import Line, reconcile
from handover.importing.engine.resource import Resource
from handover.importing.engine.row_contents import storing
from handover.importing.engine.source import Source
from handover.importing.engine.values import Context
from handover.importing.models import ImportRun, Step

LOCK = 4_817_331  # any number of ours: it keeps import locks apart from other advisory locks
PATIENCE = 10  # seconds: by then the database has noticed that a killed process is gone


@dataclass
class Progress:
    """Who hears what while a run goes on; everything is optional."""

    on_page: Callable[[Step, int], None] = lambda _step, _count: None
    on_load: Callable[[str, int], None] = lambda _name, _count: None
    on_content: OnContent = lambda _name, _done, _of, _bytes: None
    #: Called when a rehearsal has loaded everything, before that is taken back.
    on_rehearsed: Callable[[], None] = lambda: None


@dataclass
class Mover:
    """Carries one run through."""

    run: ImportRun
    resources: Sequence[type[Resource]]
    keeper: Keeper
    progress: Progress = field(default_factory=Progress)
    looks: Sequence[float] = LOOKS
    read: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    check: Callable[[], None] = lambda: None

    def move(self, source: Source) -> list[Line]:
        """Read, load and reconcile. Raises `StopImport`; what was done by then stays done."""
        with bulk.unhurried_commits():
            self._read(source)
            if self.run.rehearsal:
                return self._rehearse()
            self._load_all()
            store_enclosed(self.run, self.resources, self.keeper)
            self._fetch_contents(source)
            return self._reconcile()

    def _fetch_contents(self, source: Source) -> None:
        """Fetch the bytes of rows; before and after, delete what no row holds."""
        found = [
            Fetching(
                *(self.run, each, self.keeper.of(each.spec.target)),
                *(each.spec.contents, source, time.sleep),
                looks=self.looks,
                on_content=self.progress.on_content,
            )
            for each in self.resources
            if isinstance(each.spec.contents, Contents)
        ]
        for each in found:
            each.adopt()
        self._sweep()
        for each in found:
            each.fetch()
        self._sweep()

    def _sweep(self) -> None:
        with storing():
            self.keeper.sweep(self.run.workspace_id)

    def _read(self, source: Source) -> None:
        extraction = Extraction(self.run, source, on_page=self.progress.on_page)
        if self.run.rehearsal:
            extraction.read(self.resources)
            return
        with Beside() as beside:
            self.check = beside.check
            extraction.on_read = lambda resource: beside.do(partial(self._is_read, resource))
            extraction.read(self.resources)
        self.check = lambda: None

    def _is_read(self, resource: type[Resource]) -> None:
        """Load what can be loaded while the rest is still being read."""
        self.read.add(resource.spec.name)
        names = {each.spec.name for each in self.resources}
        with bulk.unhurried_commits():
            for ready in load_order(self.resources):
                spec = ready.spec
                if spec.name in self.read - self.loaded and spec.needs & names <= self.loaded:
                    self._load(ready)

    def _load(self, resource: type[Resource]) -> None:
        name = resource.spec.name
        context = Context(time_zone=self.run.time_zone or "UTC")
        load(self.run, resource, context, partial(self._note, name))
        self.loaded.add(name)

    def _note(self, name: str, count: int) -> None:
        self.progress.on_load(name, count)
        self.check()

    def _load_all(self) -> None:
        for resource in load_order(self.resources):
            if resource.spec.name not in self.loaded:
                self._load(resource)
        known = {each.spec.name: each for each in self.resources}
        for resource in self.resources:
            resolve_deferred(self.run, resource)
            compare_mirrors(self.run, resource, known)
        list_double_bookings(self.run.workspace_id, self.resources)

    def _rehearse(self) -> list[Line]:
        """Do everything, count it, and take it back."""
        with transaction.atomic():
            self._load_all()
            lines = self._reconcile()
            self.progress.on_rehearsed()
            transaction.set_rollback(True)
        return lines

    def _reconcile(self) -> list[Line]:
        lines: dict[type[Resource], Line] = {}

        def account_for(resource: type[Resource]) -> None:
            with acting_in(self.run.workspace_id):
                (lines[resource],) = reconcile(self.run, [resource], self.keeper)

        with collector_paused(), Lanes() as lanes:
            for resource in self.resources:
                lanes.do(partial(account_for, resource))
        return [lines[each] for each in self.resources]


@contextmanager
def only_one(run: ImportRun, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the run's workspace against every other import and undo, on any machine.

    What a run stands at is read once more under the lock. A dead process lets go by itself.
    Raises `StopImport` if another one is at work.
    """
    patient_until = time.monotonic() + patience
    while not _locked(run):
        if time.monotonic() > patient_until:
            raise StopImport(
                f"another import or undo is at work in this workspace; let it finish, then go on"
                f" with import {run.pk}"
            )
        time.sleep(0.2)
    try:
        with acting_in(run.workspace_id):
            run.refresh_from_db()
        yield
    finally:
        with contextlib.suppress(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, _key(run)])


def _locked(run: ImportRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, _key(run)])
        return bool(cursor.fetchone()[0])


def _key(run: ImportRun) -> int:
    """Locks are named by two numbers of 32 bits."""
    return run.workspace_id % 2**31
