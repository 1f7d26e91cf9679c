"""Throughput without a limit: our whole import, and dlt's raw load of the same lists beside it.

`python -m bench.throughput --dlt-python .venv-bench/bin/python`: one sandbox, one durable
PostgreSQL; by turns, each several times; medians. dlt is read by `bench/dlt_load.py`.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import django
import psycopg
from psycopg import sql

from bench.lab import Facts, Served, laboratory, machine, middle, move, sandbox, say
from handover.core.postgres import EmbeddedPostgres

OURS = "handover"
LOADER = Path(__file__).with_name("dlt_load.py")


@dataclass(frozen=True)
class Bench:
    """Everything that takes part."""

    home: Path
    server: EmbeddedPostgres
    served: Served
    dlt_python: Path
    lists: list[Facts]

    def time(self, name: str, turn: int) -> tuple[int, float]:
        """Let one of them load everything: records and seconds."""
        if name == OURS:
            only = sorted({each["type"] for each in self.lists})
            moved = move(self.home, self.served, f"Turn {turn}", only=only)
            return moved.records, moved.seconds
        return self._time_dlt(name, f"dlt_{name}_{turn}")

    def _time_dlt(self, variant: str, dataset: str) -> tuple[int, float]:
        order = {
            "variant": variant,
            "url": self.served.url,
            "key": self.served.key,
            "database": self.server.owner_url,
            "dataset": dataset,
            "lists": self.lists,
        }
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(order, file)
            file.flush()
            done = subprocess.run(
                [self.dlt_python, LOADER, file.name], capture_output=True, text=True, check=False
            )
        assert done.returncode == 0, done.stderr[-2000:]
        seconds = float(json.loads(done.stdout.splitlines()[-1])["seconds"])
        return self._rows(dataset), seconds

    def _rows(self, dataset: str) -> int:
        """How many records dlt has loaded; the data set is dropped, so that nothing piles up."""
        with psycopg.connect(self.server.owner_url, autocommit=True) as connection:
            counts = [
                connection.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(dataset, each["name"]))
                ).fetchone()
                for each in self.lists
            ]
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(dataset)))
        return sum(count[0] for count in counts if count)


def lists(left_out: Collection[str] = ()) -> list[Facts]:
    """The lists that our import reads, as dlt is to read them: same filters, same pages."""
    from handover.importing.cliniko.resources import RESOURCES  # noqa: PLC0415  # after set-up
    from handover.importing.cliniko.source import FILTERS  # noqa: PLC0415

    return [
        {
            "type": each.spec.name,
            "name": path.strip("/").replace("/", "_"),
            "path": path,
            "key": each.spec.endpoint.rsplit("/", 1)[1],
            "filters": [FILTERS[name] for name in each.spec.include],
            "single": each.spec.single,
        }
        for each in RESOURCES
        if not (each.spec.per or each.spec.contents)  # one request for each record: no list
        and each.spec.name not in left_out
        for path in each.spec.paths
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dlt-python", type=Path, default=Path(".venv-bench/bin/python"))
    parser.add_argument("--clients", type=int, default=1_200)
    parser.add_argument("--appointments", type=int, default=12_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--without", default="", help="types to leave out, with commas")
    parser.add_argument("--variants", default="default,tuned,merge", help="of dlt; see dlt_load.py")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "handover.config.settings"
    django.setup()
    names = [OURS, *filter(None, options.variants.split(","))]
    with (
        sandbox(clients=options.clients, appointments=options.appointments) as served,
        laboratory() as (home, server),
    ):
        asked = lists(options.without.split(","))
        bench = Bench(home, server, served, options.dlt_python, asked)
        bench.time(OURS, 0)  # nobody's first time counts: the sandbox encodes its rows
        times: dict[str, list[float]] = {name: [] for name in names}
        for turn in range(1, options.turns + 1):
            for name in names:
                records, seconds = bench.time(name, turn)
                times[name].append(seconds)
                say(f"{name:>9} {records:>9,} records {seconds:7.2f} s  ({machine()})")
    _tell(times, records)


def _tell(times: Mapping[str, list[float]], records: int) -> None:
    medians = {name: middle(each) for name, each in times.items()}
    for name, seconds in medians.items():
        ratio = seconds / medians[OURS]
        say(
            f"{name:>9} {seconds:7.2f} s {records / seconds:7,.0f} records/s  {ratio:.2f}x our time"
        )


if __name__ == "__main__":
    main()
