"""`handover doctor`: is everything in order, and if not, what is to be done."""

import json
import os
import sys

import click

from handover.cli.setting_up import output, printable, set_up

MARKS = {"ok": "[green]ok     [/]", "warning": "[yellow]warning[/]", "problem": "[red]problem[/]"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Look at database, disk, storage, keys, mail, clock, versions, settings and queue."""
    environment = set_up()
    from handover.doctor.examine import examine  # after set-up

    found = []
    for each in examine(environment, os.environ):
        found.append(each)
        if not as_json:
            output.print(f"{MARKS[each.level]} {each.check:9}", end=" ")
            output.print(printable(each.says), markup=False)
            if each.do:
                output.print(printable(f"{'':18}{each.do}"), markup=False)
    if as_json:
        click.echo(json.dumps([each.as_json() for each in found], indent=2))
    if any(each.level == "problem" for each in found):
        sys.exit(1)
