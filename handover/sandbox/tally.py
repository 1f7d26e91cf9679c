"""What the sandbox was asked: counts by path and status, and the busiest minute."""

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from handover.sandbox.jsontypes import Json, Record


@dataclass(frozen=True)
class Stats:
    """A snapshot. ``by_path`` leaves out queries; ``most_in_a_minute`` is of one key."""

    total: int
    by_path: dict[str, dict[int, int]]
    most_in_a_minute: int
    downloads: int

    def requests(self, path: str) -> int:
        """How often a path was asked for, whatever was answered."""
        return sum(self.by_path.get(path, {}).values())

    def with_status(self, status: int) -> int:
        """How many answers had this status; 0 stands for connections cut before an answer."""
        return sum(counts.get(status, 0) for counts in self.by_path.values())

    def as_json(self) -> Record:
        """The same, for ``GET /_sandbox/stats``."""
        paths: dict[str, Json] = {
            path: {str(status): count for status, count in counts.items()}
            for path, counts in sorted(self.by_path.items())
        }
        return {
            "total": self.total,
            "by_path": paths,
            "most_in_60_seconds": self.most_in_a_minute,
            "downloads": self.downloads,
        }


class Tally:
    """Counts while the server runs; safe to use from many threads."""

    MINUTE = 60.0

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, int]] = Counter()
        self._recent: dict[str, deque[float]] = {}
        self._most = 0
        self._downloads = 0

    def asked(self, key: str) -> None:
        """A request with this key has come."""
        now = self._clock()
        with self._lock:
            recent = self._recent.setdefault(key, deque())
            recent.append(now)
            while recent[0] <= now - self.MINUTE:
                recent.popleft()
            self._most = max(self._most, len(recent))

    def answered(self, path: str, status: int) -> None:
        """A request was answered, or cut off (status 0)."""
        with self._lock:
            self._answers[path, status] += 1

    def downloaded(self) -> None:
        """A file was fetched from the storage server."""
        with self._lock:
            self._downloads += 1

    def snapshot(self) -> Stats:
        """The counts so far."""
        with self._lock:
            by_path: dict[str, dict[int, int]] = {}
            for (path, status), count in self._answers.items():
                by_path.setdefault(path, {})[status] = count
            total = sum(self._answers.values())
            return Stats(total, by_path, self._most, self._downloads)
