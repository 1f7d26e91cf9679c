"""What can go wrong with Xero, as switches.

status   answer with `status` instead; 429 says `retry_after` and which limit (`problem`)
reset    break the connection before anything is done
lost     do it, and break the connection before the answer
slow     wait `seconds` before answering, when it is done
expired  401, as if the access token were over
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal


@dataclass(frozen=True)
class XeroFault:
    """One thing that goes wrong: from the `after`-th fitting request on, `times` times."""

    kind: Literal["status", "reset", "lost", "slow", "expired"]
    path: str = "*"
    method: str = "*"
    after: int = 0
    times: int = 1
    status: int = 503
    seconds: float = 0.0
    retry_after: int = 1
    problem: str = "minute"


class XeroFaults:
    """The faults that are switched on, and how many requests each has seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.replace(())

    def replace(self, faults: Iterable[XeroFault]) -> None:
        """Switch on these instead of the present ones."""
        with self._lock:
            self._faults = tuple(faults)
            self._seen = [0] * len(self._faults)

    def strike(self, method: str, path: str) -> XeroFault | None:
        """The first fault that hits this request."""
        with self._lock:
            for number, fault in enumerate(self._faults):
                if not (fnmatchcase(path, fault.path) and fnmatchcase(method, fault.method)):
                    continue
                self._seen[number] += 1
                if fault.after < self._seen[number] <= fault.after + fault.times:
                    return fault
        return None
