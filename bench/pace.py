"""Pace: at Cliniko's limit, no second and no request beyond what the lists take.

`python -m bench.pace [--window sliding|fixed]`: the demo practice, at 200 requests a minute, with
its files, signatures and case lists: some 2,100 requests, eleven minutes.
"""

import argparse
import re
from math import ceil

from bench.lab import Facts, Moved, Served, laboratory, machine, move, sandbox, say

A_MINUTE = 200
MOST_TIME, MOST_REQUESTS = 1.05, 1.02
PER_PAGE = 100
OF_ONE_RECORD = re.compile(r"/[0-9]+(/|$)")  # a file's content, a signature, the files of a case


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--window", choices=("sliding", "fixed"), default="sliding")
    parser.add_argument("--clients", type=int, default=1_200)
    parser.add_argument("--appointments", type=int, default=12_000)
    sizes = vars(parser.parse_args())
    say(machine())
    with (
        sandbox(rate_limit=A_MINUTE, **sizes) as served,
        laboratory() as (home, _),
    ):
        moved = move(home, served, "Pace", rate=A_MINUTE)
        _tell(moved, served)


def _tell(moved: Moved, served: Served) -> None:
    requests = served.requests()
    paths = served.stats()["by_path"]
    least = sum(_fewest(line) for line in moved.report["types"].values())
    least += sum(1 for path in paths if OF_ONE_RECORD.search(path))
    allowed = requests / A_MINUTE * 60
    say(f"{moved.records:,} records in {moved.seconds:.1f} s, {served.refused()} refused (429)")
    _compare("seconds", moved.seconds, allowed, MOST_TIME)
    _compare("requests", requests, least, MOST_REQUESTS)


def _fewest(line: Facts) -> int:
    """The requests that the lists of one type cannot be read without."""
    if any("{" in path for path in line["lists"]):
        return 0  # one list for each of other records: counted by their paths
    return max(len(line["lists"]), ceil(int(line["source_total"]) / PER_PAGE))


def _compare(what: str, found: float, ideal: float, most: float) -> None:
    ratio = found / ideal
    verdict = "ok" if ratio <= most else "TOO MUCH"
    say(f"{what}: {found:,.1f} / {ideal:,.1f} = {ratio:.3f} (at most {most}) {verdict}")


if __name__ == "__main__":
    main()
