"""How much one machine carries: many imports at once, on one worker and on several.

`python -m bench.carry [--imports 40] [--workers 1,2,4]`: as many imports of one sandbox, each into
a workspace of its own, with all their places taken at once. For each number of workers: records a
second in total, the workers' processor time for 1,000 records, the most memory that a worker had,
and the most connections there were. The sandbox is a process apart; its processor time is told too,
since it shares the machine.
"""

import argparse
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.fleet import Fleet, fleet_of
from bench.lab import MIB, Served, high_water, machine, sandbox, say

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--imports", type=int, default=40)
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--clients", type=int, default=150)
    parser.add_argument("--appointments", type=int, default=1_500)
    options = parser.parse_args()
    say(f"{'workers':>7} {'records':>9} {'seconds':>8} {'rec/s':>7} {'CPU s/1,000':>12}"
        f" {'sandbox':>8} {'MiB':>6} {'connections':>12}")  # fmt: skip
    with sandbox(clients=options.clients, appointments=options.appointments) as served:
        for number in map(int, options.workers.split(",")):
            _carry(served, number, options.imports)
    say(machine())


def _carry(served: Served, workers: int, imports: int) -> None:
    places = -(-imports // workers)
    with fleet_of(served, concurrency=places) as ours:
        runs = [ours.submit(f"Practice {number}", served.key) for number in range(imports)]
        watching = Watch(ours)
        before, begun = _spent(served.pid), time.monotonic()
        for _ in range(workers):
            ours.add_worker()
        with watching:
            ours.wait(longest=3600)
        seconds = time.monotonic() - begun
        ((records,),) = ours.ask("SELECT count(*) FROM importing_sourcerecord")
        count = int(str(records))
        mine = sum(_spent(each.pid) for each in ours.workers)
        assert len(runs) == imports
        say(
            f"{workers:>7} {count:>9,} {seconds:>8.1f} {count / seconds:>7,.0f}"
            f" {1000 * mine / count:>12.3f} {1000 * (_spent(served.pid) - before) / count:>8.3f}"
            f" {watching.memory / MIB:>6,.0f} {watching.connections:>12}"
        )


@dataclass
class Watch:
    """The most that there was of everything while imports went on."""

    fleet: Fleet
    memory: int = 0
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.over.wait(0.5):
            ((count,),) = self.fleet.ask(CONNECTIONS)
            self.connections = max(self.connections, int(str(count)))
            for each in list(self.fleet.workers):
                self.memory = max(self.memory, high_water(each.pid))


def _spent(pid: int) -> float:
    """Seconds of processor time that a process has used, with those of its threads."""
    facts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / TICKS


if __name__ == "__main__":
    main()
