"""Contents: the bytes that belong to rows, one by one, when everything else is loaded.

What is still to be fetched is what its row says is missing, so that an interrupted run goes on
where it was. Threads fetch and store; this one alone speaks to the database.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from threading import Event
from typing import Any

from django.db.models import F

from handover.core.tracing import carried
from handover.importing.engine import ledger
from handover.importing.engine.attached import Contents
from handover.importing.engine.errors import (
    Absent,
    ContentMissing,
    RetryLater,
    StorageDown,
)
from handover.importing.engine.keeper import Wanted
from handover.importing.engine.lease import Halt, Never, Stale, working_on
from handover.importing.engine.load import load
from handover.importing.engine.row_contents import RowContents, rows_of, storing
from handover.importing.engine.source import Gotten, Source
from handover.importing.engine.values import Context
from handover.importing.models import Step

WORKERS = 4
AHEAD = 2 * WORKERS
MOST_IN_A_ROW = 8  # so many failures of the storage one after the other, and it is down
COME_BACK = 300.0
#: How old the fetching must be for each new look at records that the source has not finished with,
#: in seconds. Looks whose time came while other contents were fetched are one.
LOOKS = (0.0, 20.0, 80.0)

OnContent = Callable[[str, int, int, int], None]


@dataclass
class Fetching(RowContents):
    """The fetching of one resource's contents. `pause` waits; `on_content` hears of progress."""

    contents: Contents
    source: Source
    pause: Callable[[float], None]
    looks: Sequence[float] = LOOKS
    halt: Halt = field(default_factory=Never)
    on_content: OnContent = lambda _name, _done, _of, _bytes: None
    tried: set[int] = field(default_factory=set)
    done: int = 0
    bytes: int = 0
    of: int = 0
    in_a_row: int = 0

    def fetch(self) -> None:
        """Fetch all that is missing; file what did not come. Raises what stops the run."""
        begun = time.monotonic()
        self._step(state=Step.State.READING)
        wanted = self._wanted()
        self.of = len(wanted)
        self._fetch([each for each in wanted if each.ready])
        for number, age in enumerate(self.looks):
            if not (unready := [each.row_id for each in self._wanted() if not each.ready]):
                break
            elapsed = time.monotonic() - begun
            if any(age < later <= elapsed for later in self.looks[number:]):
                continue
            self._pause(max(0.0, age - elapsed))
            self._read_again(unready)
            self._fetch([each for each in self._wanted() if each.ready])
        self._postpone()
        self.file_issues()
        self._step(state=Step.State.READ)

    def _pause(self, seconds: float) -> None:
        """Wait for the source, in steps short enough for somebody who asks the run to stop."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.halt.check()
            self.pause(min(left, 1.0))

    def _wanted(self) -> list[Wanted]:
        with working_on(self.run):
            rows = self.contents.first(rows_of(self.run, self.resource))
            return [each for each in self.keeper.wanted(rows) if each.row_id not in self.tried]

    def _fetch(self, wanted: Sequence[Wanted]) -> None:
        names = self.names([each.row_id for each in wanted])
        pool, stop = ThreadPoolExecutor(WORKERS, "contents"), Event()
        under_way: dict[Future[Gotten[Any]], tuple[int, str]] = {}
        try:
            for start in range(0, len(wanted), WORKERS):
                if self.halt.asked:
                    break
                self._begin(wanted[start : start + WORKERS], names, under_way, pool, stop)
                while len(under_way) >= AHEAD:
                    self._settle_some(under_way)
            while under_way:
                self._settle_some(under_way)
            self.halt.check()
        except BaseException as problem:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            if isinstance(problem, Stale):
                self.keeper.disown(self.run.workspace_id, [key for _, key in under_way.values()])
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _begin(
        self,
        batch: Sequence[Wanted],
        names: Mapping[int, str],
        under_way: dict[Future[Gotten[Any]], tuple[int, str]],
        pool: ThreadPoolExecutor,
        stop: Event,
    ) -> None:
        """Have the bytes of some rows fetched and stored, each under a key that is noted first."""
        with working_on(self.run):
            keys = self.keeper.note(self.run.workspace_id, [each.row_id for each in batch])
        for each, key in zip(batch, keys, strict=True):
            take, path = partial(self.keeper.put, key), self.contents.path_of(names[each.row_id])
            job = pool.submit(carried(self.source.content), path, each.size, take, stop)
            under_way[job] = each.row_id, key

    def _settle_some(self, under_way: dict[Future[Gotten[Any]], tuple[int, str]]) -> None:
        ended, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for job in ended:
            row_id, key = under_way[job]
            with storing():
                self._settle(row_id, key, job.result())
            del under_way[job]

    def _settle(self, row_id: int, key: str, gotten: Gotten[Any]) -> None:
        """Note what became of one row's bytes, with what it has cost, in one transaction."""
        problem = gotten.problem
        if problem is not None and not isinstance(problem, ContentMissing):
            self._step(gotten)
            raise problem
        self.tried.add(row_id)
        act = (
            partial(self.keeper.hold, key=key, kept=gotten.value)
            if problem is None
            else partial(self.keeper.miss, reason=str(problem))
        )
        self.note(row_id, partial(self._act_and_count, act=act, gotten=gotten))
        self.done += 1
        self.bytes += 0 if gotten.value is None else int(gotten.value.size)
        self.on_content(self.resource.spec.name, self.done, self.of, self.bytes)
        self.in_a_row = self.in_a_row + 1 if isinstance(problem, StorageDown) else 0
        if self.in_a_row == MOST_IN_A_ROW:
            raise RetryLater(
                f"{problem}; so it was with {self.in_a_row} in a row", seconds=COME_BACK
            )

    def _act_and_count(
        self, row_id: int, *, act: Callable[[int], object], gotten: Gotten[Any]
    ) -> None:
        act(row_id)
        self._step(gotten)

    def _read_again(self, row_ids: Sequence[int]) -> None:
        """Read records once more, and load them if the source says something new."""
        spec = self.resource.spec
        with working_on(self.run):
            step = Step.objects.get(
                workspace_id=self.run.workspace_id, run=self.run, path=spec.paths[0], part=""
            )
        for source_id in self.names(row_ids).values():
            try:
                page = self.source.again(self.resource, source_id)
            except Absent:
                continue
            seen = [ledger.Seen(source_id, raw.decode("utf-8", "replace").replace("\x00", ""))
                    for raw in page.records]  # fmt: skip
            with working_on(self.run):
                ledger.keep(self.run, step, seen)
                self._count(page.requests)
        load(self.run, self.resource, Context(time_zone=self.run.time_zone or "UTC"))

    def _postpone(self) -> None:
        for each in self._wanted():
            if not each.ready:
                self.note(each.row_id, lambda row_id: self.keeper.postpone([row_id]))

    def _count(self, requests: int, seconds: float = 0.0) -> None:
        steps = Step.objects.filter(run=self.run, path=self.contents.path)
        steps.update(
            requests=F("requests") + requests,
            seconds=F("seconds") + Decimal(str(round(seconds, 3))),
        )

    def _step(self, gotten: Gotten[Any] | None = None, state: Step.State | None = None) -> None:
        """Keep the books of the contents: their own step, beside those of the lists."""
        with working_on(self.run):
            step, _ = Step.objects.get_or_create(
                workspace_id=self.run.workspace_id,
                run=self.run,
                path=self.contents.path,
                defaults={"resource": self.resource.spec.name},
            )
            if state is not None and step.state != state:
                step.state = state
                step.save(update_fields=["state"])
            if gotten is not None:
                self._count(gotten.requests, gotten.seconds)
