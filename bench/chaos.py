"""Chaos: three workers, six imports of different practices, and nothing that stays up.

`python -m bench.chaos [--minutes 3] [--seed 1]`: workers and PostgreSQL are killed, workers are
frozen and thawed, the place of files refuses, the sandboxes fail and stall, all at moments that a
seed decides. When the time is over everything is left in peace. Then all six must be done and
balanced, each export must be equal to that of an import which nobody disturbed, and no byte may lie
about. Requests are counted: how many more than undisturbed, for each time that a run was taken.
"""

import argparse
import json
import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from urllib.request import Request, urlopen

from bench.fleet import Files, Fleet, fleet
from bench.lab import Facts, Served, machine, sandbox, say
from bench.proxy import proxy

IMPORTS, WORKERS = 6, 3
#: What may be under way when a worker dies, or kept and not yet on disk when the database does:
#: pages read ahead, contents, and what asking whose key it is costs.
PER_CRASH = 16
FAULTS: tuple[Facts, ...] = (
    {"kind": "status", "status": 503, "every": 9},
    {"kind": "slow", "seconds": 0.2},
    {"kind": "reset_body", "every": 11},
    {"kind": "status", "status": 503, "at": "storage", "every": 5},
)


@dataclass
class Practice:
    """One sandbox, its import, and what comes of it when nobody disturbs."""

    shard: str
    served: Served
    requests: int = 0
    files: Files | None = None

    @property
    def key(self) -> str:
        return self.served.key.rpartition("-")[0] + f"-{self.shard}"

    @property
    def workspace(self) -> str:
        return f"Practice {self.shard}"

    def answered(self) -> int:
        """Requests that had a good answer: what faults cost is not counted."""
        return sum(
            count
            for statuses in self.served.stats()["by_path"].values()
            for status, count in statuses.items()
            if int(status) < 500
        )

    def suffer(self, *faults: Facts) -> None:
        """Switch these faults on instead of the present ones."""
        address = f"{self.served.control}/faults"
        method, body = ("POST", json.dumps({"faults": faults})) if faults else ("DELETE", "")
        request = Request(address, data=body.encode() or None, method=method)  # noqa: S310  # our own address
        with urlopen(request) as answer:  # noqa: S310
            answer.read()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=150)
    parser.add_argument("--appointments", type=int, default=1_200)
    options = parser.parse_args()
    with ExitStack() as stack:
        practices = list(_practices(stack, options.clients, options.appointments))
        url = stack.enter_context(
            proxy({p.shard: p.served.url.removesuffix("/v1") for p in practices})
        )
        hosts = [each.served.storage_host for each in practices]
        with fleet(url, hosts) as ours:
            _undisturbed(ours, practices)
        with fleet(url, hosts) as ours:
            _Chaos(ours, practices, random.Random(options.seed)).run(options.minutes * 60)
            _check(ours, practices)
        say(machine())


def _practices(stack: ExitStack, clients: int, appointments: int) -> Iterator[Practice]:
    for number in range(1, IMPORTS + 1):
        served = stack.enter_context(
            sandbox(clients=clients, appointments=appointments, seed=number)
        )
        yield Practice(f"au{number}", served)


def _undisturbed(ours: Fleet, practices: list[Practice]) -> None:
    ours.add_worker()
    for each in practices:
        ours.submit(each.workspace, each.key)
    ours.wait()
    for each in practices:
        each.requests = each.answered()
        each.files = ours.export(each.workspace)
        say(f"{each.workspace} undisturbed: {each.requests:,} requests, {len(each.files)} files")


@dataclass
class _Chaos:
    fleet: Fleet
    practices: list[Practice]
    moments: random.Random
    count: int = 0

    def run(self, seconds: float) -> None:
        """Disturb for so long, then leave everything in peace until all is done."""
        for _ in range(WORKERS):
            self.fleet.add_worker()
        self.fleet.wait_for_workers()
        for each in self.practices:
            self.fleet.submit(each.workspace, each.key)
        deeds = (self.kill_worker, self.kill_worker, self.freeze, self.kill_database,
                 self.refuse_storage, self.upset_sandbox, self.upset_sandbox)  # fmt: skip
        until = time.monotonic() + seconds
        while time.monotonic() < until and set(self.fleet.states().values()) != {"done"}:
            time.sleep(self.moments.uniform(0.5, 4))
            deed = self.moments.choice(deeds)
            self.count += 1
            say(f"{self.count:>4}  {deed.__name__:<16} {list(self.fleet.states().values())}")
            deed()
        for each in self.practices:
            each.suffer()
        self.fleet.wait()

    def kill_worker(self) -> None:
        self.fleet.kill(self.moments.choice(self.fleet.workers))
        self.fleet.add_worker()

    def freeze(self) -> None:
        """Long enough to be taken for dead; then it goes on as if nothing had been."""
        worker = self.moments.choice(self.fleet.workers)
        worker.send_signal(signal.SIGSTOP)
        time.sleep(self.moments.uniform(8, 14))
        worker.send_signal(signal.SIGCONT)

    def kill_database(self) -> None:
        self.fleet.kill_database()

    def refuse_storage(self) -> None:
        """Something else stands where the folder of files was."""
        files = self.fleet.home / "files"
        aside = files.with_name("files-aside")
        with suppress(OSError):
            files.rename(aside)
            files.touch()
            time.sleep(self.moments.uniform(1, 4))
            files.unlink()
            aside.rename(files)

    def upset_sandbox(self) -> None:
        self.moments.choice(self.practices).suffer(self.moments.choice(FAULTS))


def _check(ours: Fleet, practices: list[Practice]) -> None:
    taken = ours.ask("SELECT epoch, report->>'balanced' FROM importing_importrun ORDER BY id")
    held = 0
    for each, (epoch, balanced) in zip(practices, taken, strict=True):
        files = ours.export(each.workspace)
        assert balanced == "true", each.workspace
        differing = {n for n in files.keys() | (each.files or {}).keys()
                     if files.get(n) != (each.files or {}).get(n)}  # fmt: skip
        assert not differing, (each.workspace, sorted(differing)[:5])
        held += sum(name.startswith("files/") for name in files)
        more, times = each.answered() - 2 * each.requests, int(str(epoch)) - 1
        say(f"{each.workspace}: equal; taken {times + 1} times, {more:,} requests more")
        assert more <= PER_CRASH * times, "requests were repeated beyond what crashes cost"
    assert ours.stored == held, (ours.stored, held)
    say(f"{ours.killed} workers were killed; {held} files lie on the shelf, each held by a row")


if __name__ == "__main__":
    main()
