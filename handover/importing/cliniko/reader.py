"""Reading ahead: several requests at once, their results in the order in which they were asked."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Self

from handover.core.tracing import carried
from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.listing import Listing, Page
from handover.importing.cliniko.problems import Interrupted
from handover.importing.engine.errors import ImportProblem

AHEAD = 2  # results for each worker that may be ready before they are taken
_JOINED_WITHIN = 1.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """One job's end: its page, or the problem that came instead; `seconds` it took."""

    tag: str
    listing: Listing
    number: int
    page: Page | None
    problem: ImportProblem | None
    seconds: float


@dataclass(slots=True)
class _Job:
    tag: str
    listing: Listing
    number: int
    end: Fetched | None = None
    fault: Exception | None = None

    @property
    def is_over(self) -> bool:
        return self.end is not None or self.fault is not None


class Reader:
    """Fetches pages in `workers` threads, at most two for each worker ahead of who takes them.

    Jobs may be added while results are taken. A problem is a result like any other: the one who
    takes it decides whether to go on. `submit` and `next` belong to one thread; `close` may be
    called from any.
    """

    def __init__(self, client: ClinikoClient, workers: int = 4) -> None:
        self._client, self._workers = client, workers
        self._jobs: deque[_Job] = deque()
        self._begun = 0
        self._stop = threading.Event()
        self._ends = False
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    def submit(self, tag: str, listing: Listing, number: int) -> None:
        """Queue page `number` of a list. Raises Interrupted when closed."""
        if self._stop.is_set():
            raise Interrupted
        with self._changed:
            if self._ends:
                return
            self._jobs.append(_Job(tag, listing, number))
            if len(self._threads) < min(self._workers, len(self._jobs)):
                self._start_worker()
            self._changed.notify_all()

    @property
    def outstanding(self) -> int:
        """Jobs whose results have not been taken."""
        return len(self._jobs)

    def next(self, timeout: float | None = None) -> Fetched | None:
        """The next result; None after `timeout` seconds without, or if nothing is outstanding."""
        with self._changed:
            self._changed.wait_for(self._can_be_taken, timeout)
            if not self._jobs or not self._jobs[0].is_over:
                return None
            job = self._jobs.popleft()
            self._begun -= 1
            self._changed.notify_all()
        if job.fault is not None:
            raise job.fault
        return job.end

    def ready(self) -> list[Fetched]:
        """Waits for the next result; it and all that are there behind it. Empty at the end."""
        first = self.next()
        results = [] if first is None else [first]
        while results and self._jobs and self._jobs[0].end is not None:
            following = self.next(0)
            assert following is not None  # noqa: S101  # its end is there, and nobody else takes it
            results.append(following)
        return results

    def wind_down(self) -> None:
        """Begins no more jobs, now or later; those that were begun come to their ends."""
        with self._changed:
            self._ends = True
            while len(self._jobs) > self._begun:
                self._jobs.pop()
            self._changed.notify_all()

    def close(self) -> None:
        """Drops what is outstanding and ends every wait; returns within about a second.

        A request that is under way cannot be called back: its thread ends by itself, unheard.
        """
        self._stop.set()
        with self._changed:
            self._jobs.clear()
            self._begun = 0
            self._changed.notify_all()
        latest = time.monotonic() + _JOINED_WITHIN
        for thread in self._threads:
            thread.join(max(0.0, latest - time.monotonic()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _can_be_taken(self) -> bool:
        return not self._jobs or self._jobs[0].is_over

    def _start_worker(self) -> None:
        name = f"cliniko-{len(self._threads) + 1}"
        thread = threading.Thread(target=carried(self._work), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            end, fault = None, None
            try:
                end = self._fetch(job)
            except Exception as error:  # noqa: BLE001  # raised again where results are taken
                fault = error
            with self._changed:
                job.end, job.fault = end, fault
                self._changed.notify_all()

    def _next_job(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stop.is_set() or self._may_begin())
            if self._stop.is_set():
                return None
            self._begun += 1
            return self._jobs[self._begun - 1]

    def _may_begin(self) -> bool:
        return self._begun < min(len(self._jobs), AHEAD * self._workers)

    def _fetch(self, job: _Job) -> Fetched:
        started = time.monotonic()
        page, problem = None, None
        try:
            page = self._client.page(job.listing, job.number, stop=self._stop)
        except ImportProblem as error:
            problem = error
        took = time.monotonic() - started
        return Fetched(job.tag, job.listing, job.number, page, problem, took)
