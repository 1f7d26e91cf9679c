"""Signs of life of the runs that this process works on, and what others ask of them meanwhile.

One thread for all of them, with one connection: once a second each run's row is told that its
holder lives, and says in return what is wished. It says nothing if the run was taken over.
"""

import threading
import time
from dataclasses import dataclass, field

from django.db import Error, connection, connections

from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun

EVERY = 1.0  # seconds
#: Without a sign of life for so long, whoever holds a run is taken for dead, and takes itself so.
DEAD_AFTER = 10.0
_BEAT = (
    "SELECT set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '2s', true);"
    f" UPDATE {ImportRun._meta.db_table} SET beat_at = clock_timestamp()"
    " WHERE id = %s AND epoch = %s RETURNING wish"
)


@dataclass
class Pulse:
    """One run that this process holds; `lost` once it is somebody else's, or may be.

    What is lost stays so: work that was left out because of it is not done any more.
    """

    run_id: int
    workspace_id: int
    epoch: int
    wish: str = ""
    lost: bool = False
    last: float = field(default_factory=time.monotonic)

    @property
    def late(self) -> bool:
        """Whether no sign of life has got through for too long."""
        return not self.lost and time.monotonic() - self.last > DEAD_AFTER


class Heart:
    """Beats for every run that was begun and has not ended."""

    def __init__(self) -> None:
        self._pulses: dict[int, Pulse] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def begin(self, run: ImportRun) -> None:
        """Give signs of life for a run that was just taken."""
        with self._changed:
            self._pulses[run.pk] = Pulse(run.pk, run.workspace_id, run.epoch, run.wish)
            if self._thread is None:
                self._thread = threading.Thread(target=self._go_on, name="heart", daemon=True)
                self._thread.start()

    def end(self, run: ImportRun) -> None:
        """No more of them; with the last run the thread and its connection end too."""
        with self._changed:
            self._pulses.pop(run.pk, None)
            self._changed.notify_all()
            thread = None if self._pulses else self._thread
        if thread is not None:
            thread.join(EVERY)

    def pulse(self, run_id: int) -> Pulse:
        """How it stands with a run; one that is not held is lost.

        On a machine with too much to do this thread may be late while the work goes on: then the
        work asks for itself, unless it holds the run by a transaction anyway.
        """
        with self._changed:
            found = self._pulses.get(run_id) or Pulse(run_id, 0, 0, lost=True)
        if found.late and not connection.in_atomic_block:
            _beat_for(found)
            found.lost = found.lost or found.late
        return found

    def beat(self) -> None:
        """Beat for every run now, and hear what is wished."""
        with self._changed:
            pulses = list(self._pulses.values())
        for each in pulses:
            _beat_for(each)

    def _go_on(self) -> None:
        try:
            while self._is_due():
                self.beat()
        finally:
            connections.close_all()

    def _is_due(self) -> bool:
        """Wait for the next beat; False, and this thread is over, when there is nothing left."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pulses, EVERY)
            if not self._pulses:
                self._thread = None
            return bool(self._pulses)


def _beat_for(pulse: Pulse) -> None:
    begun = time.monotonic()
    try:
        with acting_in(pulse.workspace_id, _BEAT, [pulse.run_id, pulse.epoch]) as found:
            pass
    except Error:  # the database may come back; until then the pulse grows old
        connection.close()
        return
    if found is None:
        pulse.lost = True
    else:
        # the work has begun to stop by now: who thinks better of it is asked at its end
        pulse.wish, pulse.last = found[0] or pulse.wish, begun


heart = Heart()
