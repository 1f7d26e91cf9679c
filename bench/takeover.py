"""Take-over: how long after `kill -9` of a worker until another one goes on with its import.

`python -m bench.takeover [--turns 20]`: two workers, one slow import; the worker that has it is
killed, the time is taken until the ledger shows that the other one has taken it (a higher epoch and
a state in which it reads or loads). Then a new second worker is started. Median and worst.
"""

import argparse
import time

from bench.fleet import Fleet, fleet_of
from bench.lab import machine, sandbox, say

WHO = (
    "SELECT r.epoch, r.state, r.beat_at > clock_timestamp() - interval '2 s'"
    " FROM importing_importrun r WHERE r.id = %s"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--clients", type=int, default=1_200)
    parser.add_argument("--appointments", type=int, default=12_000)
    options = parser.parse_args()
    # a limit as Cliniko has it keeps the import busy for as long as it is measured
    with (
        sandbox(
            clients=options.clients, appointments=options.appointments, rate_limit=200
        ) as served,
        fleet_of(served, concurrency=1) as ours,
    ):
        ours.settings["HANDOVER_CLINIKO_RATE"] = "200"
        times = [_turn(ours, served.key, turn) for turn in range(1, options.turns + 1)]
        times.sort()
        say(f"median {times[len(times) // 2]:.2f} s, worst {times[-1]:.2f} s of {len(times)}")
        say(machine())


def _turn(ours: Fleet, key: str, turn: int) -> float:
    """Submit, let one worker begin, kill it, and see when the other one goes on."""
    first = ours.add_worker()
    run = ours.submit(f"Turn {turn}", key)
    _wait_for(ours, run.pk, above=0)
    second = ours.add_worker()
    ours.wait_for_workers()
    begun = time.monotonic()
    ours.kill(first)
    _wait_for(ours, run.pk, above=1)
    seconds = time.monotonic() - begun
    ours.kill(second)
    ours.ask(
        "UPDATE importing_importrun SET in_background = false WHERE id = %s RETURNING id", run.pk
    )
    say(f"{turn:>3}  {seconds:6.2f} s")
    return seconds


def _wait_for(ours: Fleet, run_id: int, *, above: int) -> None:
    latest = time.monotonic() + 120
    while time.monotonic() < latest:
        ((epoch, state, alive),) = ours.ask(WHO, run_id)
        if int(str(epoch)) > above and alive and state in {"fetching", "loading", "files"}:
            return
        time.sleep(0.02)
    raise AssertionError("nobody went on with it")


if __name__ == "__main__":
    main()
