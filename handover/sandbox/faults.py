"""Everything that can go wrong with an API, as switches.

A fault is written ``status=503;path=/patients;times=2`` on a command line, or as the same keys in
JSON. ``kind`` is one of KINDS; it may be left out when ``status`` is given.
"""

import random
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase

import msgspec

from handover.sandbox.jsontypes import Json, Record

KINDS: dict[str, str] = {
    "status": "answer with `status`; `body` json, html or empty; `retry` reset, after or bare",
    "reset": "reset the connection before the answer",
    "reset_body": "reset the connection in the middle of the body",
    "truncated": "half of the JSON, with a length that agrees",
    "html": "a page of HTML with status 200",
    "slow": "wait `seconds` before answering",
    "moving_rows": "from page 2 on, rows listed already move to the end of the list",
    "vanishing_rows": "from page 2 on, rows listed already are deleted",
    "replaced_rows": "from page 2 on, rows listed already are deleted, and as many are added",
    "expired_key": "401, as if the key had been revoked",
    "forbidden": "403, as if the key's user lacked the right",
    "redirect": "302 to another host",
    "foreign_next": "links.next points to another host",
    "endless": "a body that never ends",
    "huge": "a body of `megabytes`",
    "total_lies": "total_entries is wrong",
    "total_missing": "total_entries is left out",
    "foreign_file": "the link to a file's content leads to `host`",
    "expired_link": "the file store says 403, as if the link's time were over",
    "short_body": "a file ends before its Content-Length",
    "trickle": "a file comes a kilobyte at a time, `seconds` apart",
    "wrong_length": "a file has one byte more than its record says",
    "no_length": "a file comes without Content-Length, in chunks",
}
#: These strike the file store; the others do so with ``at=storage``, where they have a meaning.
OF_STORAGE = frozenset({"expired_link", "short_body", "trickle", "wrong_length", "no_length"})
OF_FILES = OF_STORAGE | {"foreign_file"}
PLACES = frozenset({"", "api", "storage"})
WHILE_READING = frozenset({"moving_rows", "vanishing_rows", "replaced_rows"})
BODIES = frozenset({"json", "html", "empty"})
RETRIES = frozenset({"reset", "after", "bare"})


class BadFault(ValueError):
    """A fault that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and when.

    ``path`` is a pattern for the path after ``/v1`` (``*`` is anything). Of the requests it fits,
    the first ``after`` pass unharmed, then every ``every``-th is hit, with ``probability``, at
    most ``times`` times (None: always). ``seconds`` is also what a 429 tells to wait. ``host`` is
    where ``redirect``, ``foreign_next`` and ``foreign_file`` lead. ``at`` is api or storage; left
    empty, it is where the kind belongs. To the store, a file has the path that its content has at
    the API: ``/patient_attachments/ID/content``.
    """

    kind: str = "status"
    path: str = "*"
    status: int = 503
    body: str = "json"
    retry: str = "reset"
    seconds: float = 1.0
    times: int | None = None
    every: int = 1
    after: int = 0
    probability: float = 1.0
    megabytes: int = 64
    host: str = "http://elsewhere.example.test"
    at: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadFault(f"There is no fault {self.kind!r}. Use one of: {', '.join(KINDS)}.")
        if self.body not in BODIES:
            raise BadFault(f"body is json, html or empty, not {self.body!r}.")
        if self.retry not in RETRIES:
            raise BadFault(f"retry is reset, after or bare, not {self.retry!r}.")
        if self.at not in PLACES:
            raise BadFault(f"at is api or storage, not {self.at!r}.")
        if self.every < 1 or not 0 <= self.probability <= 1:
            raise BadFault("every is 1 or more; probability lies between 0 and 1.")

    @property
    def place(self) -> str:
        """Where it strikes: ``api`` or ``storage``."""
        return self.at or ("storage" if self.kind in OF_STORAGE else "api")

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read ``kind=slow;path=/patients*;seconds=2``; BadFault when it makes no sense."""
        pairs: Record = {}
        for part in filter(None, (piece.strip() for piece in text.split(";"))):
            name, equals, value = part.partition("=")
            if not equals:
                raise BadFault(f"{part!r} is not name=value, as in status=503;path=/patients.")
            pairs[name.strip()] = value.strip()
        return cls.from_json(pairs)

    @classmethod
    def from_json(cls, value: Json) -> "Fault":
        """Read a fault from its JSON object, or from its text."""
        if isinstance(value, str):
            return cls.parse(value)
        if not isinstance(value, dict):
            raise BadFault("A fault is an object or a text such as status=503;path=/patients.")
        known = {field.name for field in fields(cls)}
        unknown = set(value) - known
        if unknown:
            raise BadFault(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(known)}.")
        try:
            return msgspec.convert(value, cls, strict=False)
        except msgspec.ValidationError as problem:
            raise BadFault(str(problem)) from problem

    def as_json(self) -> Record:
        """The fault as a JSON object."""
        return dict(asdict(self))


class FaultBoard:
    """The faults that are switched on, and how often each has struck."""

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 1) -> None:
        self._lock = threading.Lock()
        self._seed = seed
        self.replace(faults)

    def replace(self, faults: Iterable[Fault]) -> None:
        """Switch on these faults instead of the present ones; counting begins anew."""
        with self._lock:
            self._faults = tuple(faults)
            self._seen = [0] * len(self._faults)
            self._struck = [0] * len(self._faults)
            self._random = random.Random(self._seed)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that are switched on."""
        return self._faults

    def strike(self, path: str, *, later_page: bool = False, at: str = "api") -> list[Fault]:
        """The faults that hit a request for this path (as it stands after ``/v1``).

        Rows can only move while a list is being read: not before its second page.
        """
        with self._lock:
            return [
                fault
                for number, fault in enumerate(self._faults)
                if fault.place == at
                and fnmatchcase(path, fault.path)
                and (later_page or fault.kind not in WHILE_READING)
                and self._hits(number, fault)
            ]

    def report(self) -> list[Json]:
        """The faults with how many requests each has seen and struck."""
        with self._lock:
            return [
                {**fault.as_json(), "seen": self._seen[number], "struck": self._struck[number]}
                for number, fault in enumerate(self._faults)
            ]

    def _hits(self, number: int, fault: Fault) -> bool:
        self._seen[number] += 1
        counted = self._seen[number] - fault.after
        if counted < 1 or counted % fault.every:
            return False
        if fault.times is not None and self._struck[number] >= fault.times:
            return False
        if fault.probability < 1 and self._random.random() >= fault.probability:
            return False
        self._struck[number] += 1
        return True
