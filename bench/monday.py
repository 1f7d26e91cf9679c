"""Monday: how soon after submitting an import the calendar of the coming weeks can be used.

`python -m bench.monday`: a practice of 6,000 clients and 60,000 appointments, at 200 requests in
any 60 seconds, with the command as a process of its own. Cut short once the calendar is ready.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from bench.lab import Served, laboratory, machine, sandbox, say

A_MINUTE = 200
MOST_SECONDS = 30.0
READY = re.compile(r"Calendar ready after ([\d.,]+) s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=6_000)
    parser.add_argument("--appointments", type=int, default=60_000)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    say(machine())
    for turn in range(options.turns):
        # a sandbox each time: what the one before has asked for would count in the minute
        with (
            sandbox(
                clients=options.clients, appointments=options.appointments, rate_limit=A_MINUTE
            ) as served,
            laboratory() as (home, _),
        ):
            _tell(turn, served, _ready(home, served))


def _ready(home: Path, served: Served) -> float:
    """Seconds from submit to the calendar's being ready."""
    settings = {
        "HANDOVER_HOME": str(home),
        "DATABASE_URL": "",
        "HANDOVER_CLINIKO_URL": served.url,
        "HANDOVER_CLINIKO_KEY": served.key,
        "HANDOVER_CLINIKO_RATE": str(A_MINUTE),
        "HANDOVER_CLINIKO_FILE_HOSTS": served.storage_host,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "handover.cli", "import", "--create", "--workspace", "Monday"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    told = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line)
            if found := READY.search(line):
                return float(found[1].replace(",", ""))
    finally:
        process.terminate()
        process.communicate()
    raise AssertionError("".join(told)[-2000:])


def _tell(turn: int, served: Served, seconds: float) -> None:
    verdict = "ok" if seconds < MOST_SECONDS else "TOO MUCH"
    say(
        f"turn {turn + 1}: calendar ready after {seconds:.1f} s (at most {MOST_SECONDS}) {verdict};"
        f" {served.requests()} requests, {served.refused()} refused (429)  ({machine()})"
    )


if __name__ == "__main__":
    main()
