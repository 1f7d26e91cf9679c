"""Gate: what a request costs there, beside the waiting, in one process and shared by all.

`python -m bench.gate`: places taken and given back one after the other, with more of them than are
asked for, so that nothing waits; then by four threads at once.
"""

import argparse
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import django

from bench.lab import laboratory, machine, say


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--limit", type=int, default=200, help="places; the window makes none wait")
    options = parser.parse_args()
    say(machine())
    with laboratory() as (_, server):
        os.environ["DJANGO_SETTINGS_MODULE"] = "handover.config.settings"
        django.setup()
        from handover.config import database  # noqa: PLC0415  # after set-up
        from handover.importing.allowance import LINE, SharedGate  # noqa: PLC0415
        from handover.importing.cliniko.gate import Gate, LocalGate  # noqa: PLC0415

        database.use(server.owner_url, server.app_url)

        def pass_once(gate: Gate) -> float:
            begun = time.perf_counter()
            with gate.place():
                pass
            return time.perf_counter() - begun

        def measure(name: str, gate: Gate) -> None:
            pass_once(gate)
            cost = [pass_once(gate) for _ in range(options.requests)]
            with ThreadPoolExecutor(4) as pool:
                begun = time.perf_counter()
                list(pool.map(lambda _: pass_once(gate), range(options.requests)))
                together = (time.perf_counter() - begun) / options.requests
            say(
                f"{name:>7} median {statistics.median(cost) * 1e6:7.0f} us a request,"
                f" 4 threads at once {together * 1e6:7.0f} us each"
            )

        with LINE:
            measure("none", LocalGate(0))
            measure("local", LocalGate(options.limit, 0.001, margin=0.0))
            measure("shared", SharedGate("bench", options.limit, 0.001, margin=0.0))
        say(machine())


if __name__ == "__main__":
    main()
