"""Attachments that are not processed yet, and become so while the sandbox runs."""

from collections import Counter
from collections.abc import Callable

from handover.sandbox.practice.model import Practice


class Processing:
    """Watches a practice's pending attachments: counts how often each was asked for."""

    def __init__(self, practice: Practice, clock: Callable[[], float]) -> None:
        self._practice = practice
        self._clock = clock
        self._begun = clock()
        self._asks: Counter[str] = Counter()

    def look(self) -> None:
        """Finish what has waited long enough. Call it with the tables' lock held."""
        gone = self._clock() - self._begun
        for name, each in list(self._practice.pending.items()):
            if each.seconds is not None and gone >= each.seconds:
                self._finish(name)

    def asked(self, attachment_id: str) -> None:
        """Somebody was told that it is not there yet; the next one may find it."""
        pending = self._practice.pending.get(attachment_id)
        self._asks[attachment_id] += 1
        if pending and pending.asks is not None and self._asks[attachment_id] >= pending.asks:
            self._finish(attachment_id)

    def _finish(self, attachment_id: str) -> None:
        pending = self._practice.pending[attachment_id]
        others = self._practice.pending.items()
        self._practice.pending = {name: each for name, each in others if name != attachment_id}
        self._practice.change("patient_attachments", attachment_id, **pending.fields)
