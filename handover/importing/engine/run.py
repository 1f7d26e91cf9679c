"""One run from its first request to its report. Calling it again goes on where it stopped."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.utils import timezone

from handover.core import bulk, telemetry
from handover.importing.engine.attached import Contents
from handover.importing.engine.beside import Beside, Lanes, collector_paused
from handover.importing.engine.contents import LOOKS, Fetching, OnContent
from handover.importing.engine.enclosed import store_enclosed
from handover.importing.engine.extract import Extraction
from handover.importing.engine.keeper import Keeper
from handover.importing.engine.lease import Halt, Never, working_on
from handover.importing.engine.load import (
    compare_mirrors,
    list_double_bookings,
    load,
    resolve_deferred,
)
from handover.importing.engine.order import COMING, PARTS_OF_TIME, WORTH_CUTTING, Order, Weeks
from handover.importing.engine.plan import load_order
from handover.importing.engine.reconcile import Line, reconcile
from handover.importing.engine.resource import Resource
from handover.importing.engine.row_contents import sweep
from handover.importing.engine.source import Source
from handover.importing.engine.values import Context
from handover.importing.models import ImportRun, State, Step

#: Looks at what a rehearsal has made before that is taken back: lines, and the seconds it took.
OnRehearsed = Callable[[Sequence[Line], float], None]


@dataclass
class Progress:
    """Who hears what while a run goes on; everything is optional."""

    on_page: Callable[[Step, int], None] = lambda _step, _count: None
    on_load: Callable[[str, int], None] = lambda _name, _count: None
    on_content: OnContent = lambda _name, _done, _of, _bytes: None
    on_state: Callable[[State], None] = lambda _state: None
    on_calendar: Callable[[ImportRun], None] = lambda _run: None
    on_rehearsed: OnRehearsed = lambda _lines, _seconds: None


@dataclass
class Mover:
    """Carries one run through. Between pages, batches and files it stops if `halt` says so.

    `worth_cutting` is how many pages a list has that is read by parts; `read` and `loaded` hold
    names of resources, or a name and the part of its list that was.
    """

    run: ImportRun
    resources: Sequence[type[Resource]]
    keeper: Keeper
    progress: Progress = field(default_factory=Progress)
    looks: Sequence[float] = LOOKS
    halt: Halt = field(default_factory=Never)
    worth_cutting: int = WORTH_CUTTING
    read: set[str | tuple[str, str]] = field(default_factory=set)
    loaded: set[str | tuple[str, str]] = field(default_factory=set)
    check: Callable[[], None] = lambda: None

    def move(self, source: Source) -> list[Line]:
        """Read, load and reconcile. Raises `StopImport`; what was done by then stays done."""
        with bulk.unhurried_commits():
            self._read(source)
            self.progress.on_state(State.LOADING)
            if self.run.rehearsal:
                return self._rehearse()
            self._load_all()
            self.progress.on_state(State.FILES)
            store_enclosed(self.run, self.resources, self.keeper, self.halt.check)
            self._fetch_contents(source)
            return self._reconcile()

    def load_again(self, source: Source | None) -> list[Line]:
        """Load what waits in the ledger; no list is read. With a source, fetch missing bytes."""
        with bulk.unhurried_commits():
            self._load_all()
            store_enclosed(self.run, self.resources, self.keeper)
            if source is not None:
                self._fetch_contents(source)
            return self._reconcile()

    def _fetch_contents(self, source: Source) -> None:
        """Fetch the bytes of rows; before and after, delete what no row holds."""
        found = [
            Fetching(
                *(self.run, each, self.keeper.of(each.spec.target)),
                *(each.spec.contents, source, time.sleep),
                looks=self.looks,
                halt=self.halt,
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
        sweep(self.run, self.keeper)

    def _read(self, source: Source) -> None:
        now = self.run.reading_began_at or timezone.now()
        extraction = Extraction(
            *(self.run, source, Weeks.around(now, self.run.time_zone or "UTC")),
            worth_cutting=self.worth_cutting,
            on_page=partial(self._note_page, source),
        )
        if self.run.rehearsal:
            extraction.read(self.resources)
            self.halt.check()
            return
        with Beside() as beside:
            self.check = beside.check
            extraction.on_read = lambda resource: beside.do(
                partial(self._is_read, resource.spec.name)
            )
            extraction.on_part = lambda resource, part: beside.do(
                partial(self._is_read, (resource.spec.name, part))
            )
            extraction.read(self.resources)
            self.halt.check()
        self.check = lambda: None

    def _note_page(self, source: Source, step: Step, count: int) -> None:
        """If the run is to stop, what is under way is still taken: it need not be asked again."""
        self.progress.on_page(step, count)
        if self.halt.asked:
            source.wind_down()

    def _is_read(self, name: str | tuple[str, str]) -> None:
        """Load what can be loaded while the rest is still being read."""
        self.read.add(name)
        with bulk.unhurried_commits():
            for ready in load_order(self.resources):
                for part in PARTS_OF_TIME if ready.spec.soon else ():
                    if self._may_load(ready, (ready.spec.name, part), part):
                        self._load(ready, part)
                if self._may_load(ready, ready.spec.name):
                    self._load(ready)
        self._look_at_calendar()

    def _may_load(
        self, resource: type[Resource], name: str | tuple[str, str], part: str = ""
    ) -> bool:
        """Whether it is read and not loaded, and all that it needs is."""
        spec = resource.spec
        if name not in self.read or {name, spec.name} & self.loaded:
            return False
        needs = spec.needs & {each.spec.name for each in self.resources}
        return all(not {need, (need, part)}.isdisjoint(self.loaded) for need in needs)

    def _load(self, resource: type[Resource], part: str = "") -> None:
        name = resource.spec.name
        context = Context(time_zone=self.run.time_zone or "UTC")
        with telemetry.span("load", type=name):
            load(self.run, resource, context, partial(self._note, name), part)
        self.loaded.add((name, part) if part else name)

    def _look_at_calendar(self) -> None:
        """Note when everything that the calendar needs for the coming weeks is loaded."""
        soon = Order(self.resources).soon
        if not soon or self.run.calendar_ready_at or self.run.rehearsal:
            return
        if all(not {name, (name, COMING)}.isdisjoint(self.loaded) for name in soon):
            self.run.calendar_ready_at = timezone.now()
            with working_on(self.run):
                self.run.save(update_fields=["calendar_ready_at"])
            self.progress.on_calendar(self.run)

    def _note(self, name: str, count: int) -> None:
        self.progress.on_load(name, count)
        self.check()
        self.halt.check()

    def _load_all(self) -> None:
        for resource in load_order(self.resources):
            if resource.spec.name not in self.loaded:
                self._load(resource)
        self._look_at_calendar()
        known = {each.spec.name: each for each in self.resources}
        for resource in self.resources:
            resolve_deferred(self.run, resource)
            compare_mirrors(self.run, resource, known)
        with working_on(self.run):
            list_double_bookings(self.run.workspace_id, self.resources)

    def _rehearse(self) -> list[Line]:
        """Do everything, count it, and take it back."""
        begun = time.monotonic()
        with transaction.atomic():
            self._load_all()
            lines = self._reconcile()
            self.progress.on_rehearsed(lines, time.monotonic() - begun)
            transaction.set_rollback(True)
        return lines

    def _reconcile(self) -> list[Line]:
        lines: dict[type[Resource], Line] = {}

        def account_for(resource: type[Resource]) -> None:
            with working_on(self.run):
                (lines[resource],) = reconcile(self.run, [resource], self.keeper)

        with collector_paused(), Lanes() as lanes:
            for resource in self.resources:
                lanes.do(partial(account_for, resource))
        return [lines[each] for each in self.resources]
