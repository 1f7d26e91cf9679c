"""Reading ahead: several pages at once, handed out in the order in which they were asked for."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.listing import Listing, Page
from handover.importing.cliniko.problems import Interrupted
from handover.importing.engine.errors import ImportProblem

AHEAD = 2  # times the workers: pages that are fetched but not yet taken are bounded by it


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer: the page, or the problem that came instead; `seconds` from asking to answer."""

    tag: str
    listing: Listing
    number: int
    page: Page | None
    problem: ImportProblem | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Job:
    tag: str
    listing: Listing
    number: int


class Reader:
    """Fetches pages with `workers` threads; one thread submits and iterates, both by turns.

    What is submitted while iterating comes after everything submitted before. A problem is handed
    out as a value in its place: one list that may not be read does not stop the others.
    """

    def __init__(self, client: ClinikoClient, workers: int = 4) -> None:
        self._client = client
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="cliniko")
        self._ahead = AHEAD * workers
        self._waiting: deque[_Job] = deque()
        self._under_way: deque[tuple[_Job, Future[Fetched]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, tag: str, listing: Listing, number: int) -> None:
        """Queue page `number` of a list; `tag` comes back with the answer."""
        self._waiting.append(_Job(tag, listing, number))

    def __iter__(self) -> Iterator[Fetched]:
        """Yield answers until nothing is queued."""
        while self._waiting or self._under_way:
            self._start()
            _, answer = self._under_way.popleft()
            found = answer.result()
            self._start()
            yield found

    def _start(self) -> None:
        while self._waiting and len(self._under_way) < self._ahead:
            job = self._waiting.popleft()
            self._under_way.append((job, self._pool.submit(self._fetch, job)))

    def _fetch(self, job: _Job) -> Fetched:
        begun = time.monotonic()
        page, problem = None, None
        try:
            if self._stop.is_set():
                raise Interrupted
            page = self._client.page(job.listing, job.number, stop=self._stop)
        except ImportProblem as met:
            problem = met
        spent = time.monotonic() - begun
        return Fetched(job.tag, job.listing, job.number, page, problem, spent)

    def close(self) -> None:
        """Drop what waits, end every wait of the threads, and let them finish."""
        self._stop.set()
        self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._under_way.clear()
