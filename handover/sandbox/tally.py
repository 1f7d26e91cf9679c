"""What the sandbox was asked: counts by path and status, and the busiest minute."""

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from handover.sandbox.jsontypes import Json, Record


@dataclass(frozen=True)
class FileStats:
    """What became of one attachment.

    ``asked`` counts requests for its content at the API, ``fetched`` those that reached the store,
    ``delivered`` how often all of its bytes were sent.
    """

    asked: int = 0
    fetched: int = 0
    delivered: int = 0


@dataclass(frozen=True)
class Stats:
    """A snapshot. ``by_path`` leaves out queries; ``most_in_a_minute`` is of one key.

    ``files`` holds the attachments whose content was asked for, by id; ``with_credentials`` counts
    the requests to the store that carried an Authorization header, which none may.
    """

    total: int
    by_path: dict[str, dict[int, int]]
    most_in_a_minute: int
    downloads: int
    files: dict[str, FileStats] = field(default_factory=dict)
    with_credentials: int = 0

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
            "files": {name: dict(asdict(each)) for name, each in sorted(self.files.items())},
            "with_credentials": self.with_credentials,
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
        self._with_credentials = 0
        self._fetched: Counter[str] = Counter()
        self._delivered: Counter[str] = Counter()

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

    def fetched(self, attachment_id: str) -> None:
        """The store was asked for a file, whatever it answered."""
        with self._lock:
            self._fetched[attachment_id] += 1

    def downloaded(self) -> None:
        """The store began to hand out a file."""
        with self._lock:
            self._downloads += 1

    def delivered(self, attachment_id: str) -> None:
        """All bytes of a file were sent."""
        with self._lock:
            self._delivered[attachment_id] += 1

    def saw_credentials(self) -> None:
        """The store was sent an Authorization header."""
        with self._lock:
            self._with_credentials += 1

    def snapshot(self) -> Stats:
        """The counts so far."""
        with self._lock:
            by_path: dict[str, dict[int, int]] = {}
            for (path, status), count in self._answers.items():
                by_path.setdefault(path, {})[status] = count
            return Stats(
                sum(self._answers.values()),
                by_path,
                self._most,
                self._downloads,
                self._files(by_path),
                self._with_credentials,
            )

    def _files(self, by_path: dict[str, dict[int, int]]) -> dict[str, FileStats]:
        asked = {
            path.split("/")[2]: sum(counts.values())
            for path, counts in by_path.items()
            if path.startswith("/patient_attachments/") and path.endswith("/content")
        }
        return {
            name: FileStats(asked.get(name, 0), self._fetched[name], self._delivered[name])
            for name in sorted(asked.keys() | self._fetched.keys())
        }
