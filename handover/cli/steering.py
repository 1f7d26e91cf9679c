"""`handover import-watch`, `import-pause`, `import-cancel`: background imports from outside."""

import sys
import time
from typing import TYPE_CHECKING

import click
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from handover.cli.setting_up import errors, opened, output, printable

if TYPE_CHECKING:
    from handover.importing.models import ImportRun
    from handover.importing.standing import Standing

LOOK_EVERY = 1.0  # seconds
PARTLY = 3
TO_WORK = "`handover worker` (or `handover up`) works on it; `handover import-watch {}` shows how."


def submitted(run: "ImportRun", what: str) -> None:
    """Say that a run is with the workers now."""
    output.print(f"Import {run.pk} {what}. {TO_WORK.format(run.pk)}", markup=False)


@click.command("import-watch")
@click.argument("run_id", metavar="ID", type=int)
def import_watch(run_id: int) -> None:
    """Show how a background import goes on, until it rests. Ctrl-C leaves it going."""
    with opened():
        from handover.importing.runs import find_run  # after set-up

        try:
            last = _follow(find_run(run_id))
        except KeyboardInterrupt:
            errors.print(f"Import {run_id} goes on without being watched.")
            return
    output.print(_rest(last), markup=False)
    sys.exit(_code(last))


def _follow(run: "ImportRun") -> "Standing":
    """Show how it stands until nobody is to work on it any more."""
    from handover.importing.jobs import installed_office
    from handover.importing.standing import standing
    from handover.importing.states import AT_WORK

    keeper, told = installed_office().keeper, ""
    with Live(console=errors, auto_refresh=False, transient=True) as live:
        while (now := standing(run, keeper)).state in AT_WORK:
            live.update(_table(now), refresh=True)
            line = f"{now.state.label}: {now.records:,} records, {now.requests:,} requests"
            if not errors.is_terminal and line != told:
                errors.print(line, markup=False)
                told = line
            time.sleep(LOOK_EVERY)
    return now


def _table(now: "Standing") -> RenderableType:
    table = Table("Type", "Of", "Fetched", "Loaded", box=None)
    for each in now.kinds:
        table.add_row(each.name, f"{each.total:,}", f"{each.fetched:,}", f"{each.loaded:,}")
    lines = [f"{now.state.label}; {now.requests:,} requests. {printable(now.message)}"]
    if now.contents:
        size = now.bytes_here / 1e6
        lines.append(f"{now.contents_here:,} of {now.contents:,} contents, {size:,.1f} MB")
    if now.alive_at is None:
        lines.append("No worker is at it at this moment.")
    return Group(table, *map(Text, lines))


def _rest(last: "Standing") -> str:
    told = f"Import {last.run_id}: {last.state.label.lower()}, {last.records:,} records"
    return f"{told}. {printable(last.message)}".strip()


def _code(last: "Standing") -> int:
    from handover.importing.models import State

    codes = {State.NEEDS_ATTENTION: 1, State.FAILED: 1, State.PARTLY_DONE: PARTLY}
    return codes.get(last.state, 0)


@click.command("import-pause")
@click.argument("run_id", metavar="ID", type=int)
def import_pause(run_id: int) -> None:
    """Have an import stop where it is, until `import-resume`."""
    with opened():
        from handover.importing import runs, steering  # after set-up

        _say(run_id, steering.pause(runs.find_run(run_id)), "pause")


@click.command("import-cancel")
@click.argument("run_id", metavar="ID", type=int)
def import_cancel(run_id: int) -> None:
    """End an import for good. What it has brought stays; `import-undo` takes that back."""
    with opened():
        from handover.importing import runs, steering  # after set-up

        _say(run_id, steering.cancel(runs.find_run(run_id)), "cancel")


def _say(run_id: int, state: str, wish: str) -> None:
    if state in {"paused", "cancelled"}:
        output.print(f"Import {run_id} is {state}.")
    else:
        output.print(f"Import {run_id} is asked to {wish}: it does after its page or batch.")
