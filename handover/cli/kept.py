"""`handover import-report`: the report of an import, as it was when that ended."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from rich.table import Table

from handover.cli.importing import check_report_file, report_option
from handover.cli.setting_up import opened, output, printable

COUNTS = ("source_total", "fetched", "created", "matched", "updated", "unchanged", "skipped",
          "rejected")  # fmt: skip


@click.command("import-report")
@click.argument("run_id", metavar="ID", type=int)
@report_option
def import_report(run_id: int, report_file: Path | None) -> None:
    """Show the report of an import again; it is kept for ever, whatever came later."""
    check_report_file(report_file)
    with opened():
        from handover.importing import runs  # after set-up
        from handover.importing.engine.errors import StopImport
        from handover.importing.systems import ALL

        run = runs.find_run(run_id)
        kept, state = run.report, run.get_state_display()
        if kept is None:
            raise StopImport(f"import {run_id} has no report yet ({state.lower()})")
        # the database keeps JSON in an order of its own; people read it in ours
        order = [each.spec.name for each in ALL if each.spec.name in kept["types"]]
        kept["types"] = {name: kept["types"][name] for name in order}
    if report_file is not None:
        report_file.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    output.print(f"Import {run_id} from {kept['account']} ({state})", markup=False)
    output.print(_table(kept["types"]))
    for line in _problems(kept["types"]):
        output.print(line, markup=False)
    for each in (*kept["warnings"], kept.get("reminder"), kept["summary"]):
        if each:
            output.print(each, markup=False)


def _table(types: dict[str, dict[str, int]]) -> Table:
    table = Table("Type", box=None)
    for name in COUNTS:
        table.add_column(name.replace("_", " ").capitalize(), justify="right")
    table.add_column("")
    for name, line in types.items():
        counts = (f"{line[each]:,}" if line[each] else "-" for each in COUNTS)
        table.add_row(name, *counts, "ok" if line["balanced"] else "NOT BALANCED")
    return table


def _problems(types: dict[str, dict[str, list[dict[str, object]]]]) -> Iterator[str]:
    for name, line in types.items():
        for each in line["problems"]:
            where = f"{name}, {each['field']}" if each["field"] else name
            yield f"{where}: {each['cause']} ({each['count']:,})"
            yield f"    e.g. {each['example_id']}: {printable(str(each['example']))}"
