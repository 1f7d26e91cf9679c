"""How often a request is repeated, and how long is waited in between.

Written here and not taken from a retry library because every wait must end at once when the
process is told to stop.
"""

import random
from dataclasses import dataclass, replace
from typing import Self

from handover.importing.cliniko.gate import LONGEST_WAIT


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds and attempts. The delays double from `first` to `longest`, with jitter.

    `without_success`: for how long an exhausted rate limit is borne while no request at all
    succeeds. `come_back`: what a caller is told to wait before it starts all over.
    """

    attempts: int = 6
    first: float = 2.0
    longest: float = 40.0
    without_success: float = LONGEST_WAIT
    come_back: float = 120.0

    def delay(self, attempt: int, retry_after: float | None = None) -> float:
        """Seconds to wait after failed attempt number `attempt` (from 1)."""
        most = min(self.longest, self.first * 2.0 ** (attempt - 1))
        return max(random.uniform(most / 2, most), retry_after or 0.0)  # noqa: S311  # jitter, no secret

    def is_too_long(self, retry_after: float | None) -> bool:
        """Whether the server asks for more time than is waited here."""
        return (retry_after or 0.0) > self.come_back

    def hurried(self) -> Self:
        """The same for a question that a person is waiting for."""
        return replace(
            self,
            attempts=min(self.attempts, 3),
            first=min(self.first, 0.5),
            longest=min(self.longest, 2.0),
            without_success=min(self.without_success, 70.0),
            come_back=min(self.come_back, 10.0),
        )


STEADY = Patience()
