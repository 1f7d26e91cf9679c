"""`handover import` and its kin."""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from handover.cli.correcting import whoever_this_is
from handover.cli.setting_up import errors, opened, output, printable
from handover.cli.steering import submitted

if TYPE_CHECKING:
    from handover.cli.progress import Display
    from handover.config.environment import Environment
    from handover.importing.cliniko.key import ApiKey
    from handover.importing.engine.undo import Undone
    from handover.importing.models import ImportRun
    from handover.importing.report import Report
    from handover.importing.runs import Office

PARTLY = 3
KEY_HELP = (
    "A Cliniko API key, `-` to read it from standard input; better than either: the environment"
    " variable HANDOVER_CLINIKO_KEY, which other users of this machine cannot see."
)
ZONE_HELP = (
    "The practice's time zone, as Australia/Perth: for places of which Cliniko does not say one."
    " Without it, the zone of the account counts."
)
WHOLE_HELP = (
    "Read every list whole once more, not only what has changed since the last import, and compare"
    " all ids: what was deleted in Cliniko is listed."
)
report_option = click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report as JSON too.",
)
background_option = click.option(
    "--background", is_flag=True, help="Leave it to the workers, and say its number at once."
)


def _zone(context: click.Context, parameter: click.Parameter, name: str | None) -> str:
    """The IANA identifier of the zone that was named."""
    from handover.core.zones import identifier  # keeps `--help` quick

    found = identifier(name or "")
    if name and not found:
        told = f"{name!r} is no time zone; give one as Australia/Perth"
        raise click.BadParameter(told, context, parameter)
    return found


def _address(context: click.Context, parameter: click.Parameter, address: str | None) -> str:
    """An e-mail address that can be written to, or ""."""
    from django.core.exceptions import ValidationError  # keeps `--help` quick
    from django.core.validators import validate_email

    try:
        if address:
            validate_email(address)
    except ValidationError:
        told = f"{address!r} is no e-mail address"
        raise click.BadParameter(told, context, parameter) from None
    return address or ""


@click.command("import")
@click.option("--workspace", required=True, help="Name of the workspace to import into.")
@click.option("--key", envvar="HANDOVER_CLINIKO_KEY", help=KEY_HELP)
@click.option("--create", is_flag=True, help="Make the workspace if there is none of this name.")
@click.option("--only", help="Only these types, with commas, and what they need: patients,...")
@click.option("--time-zone", metavar="ZONE", callback=_zone, help=ZONE_HELP)
@click.option("--rehearse", is_flag=True, help="Do everything but write to the workspace.")
@click.option("--whole", "--compare", "whole", is_flag=True, help=WHOLE_HELP)
@click.option(
    "--notify", metavar="ADDRESS", callback=_address, help="Who is written to at the end."
)
@click.option(
    "--choices",
    "choices_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What single places, people and services are to become: a JSON file.",
)
@background_option
@report_option
def import_(  # noqa: PLR0917  # one parameter for each option
    workspace: str,
    key: str | None,
    create: bool,  # click passes flags by name
    only: str | None,
    time_zone: str,
    rehearse: bool,
    whole: bool,
    notify: str,
    choices_file: Path | None,
    background: bool,
    report_file: Path | None,
) -> None:
    """Import a whole Cliniko account into a workspace; later on, what has changed since."""
    _check_options(report_file, background=background)
    text = read_key(key)
    with opened() as environment:
        from handover.importing import runs  # after set-up
        from handover.importing.cliniko.key import ApiKey

        parsed = ApiKey.parse(text)
        names = [name.strip() for name in (only or "").split(",") if name.strip()]
        runs.chosen(names)
        place = runs.find_workspace(workspace, create=create)
        _choose(environment, place.pk, parsed, choices_file)
        start = partial(
            runs.start,
            *(environment.home, place, parsed),
            only=names,
            rehearsal=rehearse,
            time_zone=time_zone,
            whole=whole,
            notify=notify,
        )
        if background:
            from handover.importing import steering

            submitted(noted(steering.begin(start)), "is queued")
            return
        report = _carry(environment, noted(start()))
    end(report, report_file)


def noted(run: "ImportRun") -> "ImportRun":
    """Write into the audit log that an operator has begun a run; returns it."""
    from handover.accounts.audit import Action, note_by_command  # after set-up

    detail = "rehearsal" if run.rehearsal else "submitted"
    note_by_command(run.workspace_id, Action.IMPORTED, "import", detail, run.pk)
    return run


def _choose(
    environment: "Environment", workspace_id: int, key: "ApiKey", path: Path | None
) -> None:
    """Keep the choices of a file, if there is one, for the account that the key opens."""
    if path is None:
        return
    from handover.importing import choosing, drafts, jobs  # after set-up

    account, _user = drafts.whose(jobs.office_of(environment), key)
    source = choosing.Source(workspace_id, account.id)
    count = choosing.from_file(path, source, by=whoever_this_is())
    output.print(f"Choices kept for {account.name or account.id}: {count}.")


@click.command("import-resume")
@click.argument("run_id", metavar="ID", type=int)
@click.option("--key", envvar="HANDOVER_CLINIKO_KEY", help=KEY_HELP)
@background_option
@report_option
def import_resume(run_id: int, key: str | None, background: bool, report_file: Path | None) -> None:
    """Go on with an import after a crash, a stop, a pause or a rehearsal.

    One that workers look after goes back to them.
    """
    _check_options(report_file, background=background)
    with opened() as environment:
        from handover.importing import runs, steering  # after set-up
        from handover.importing.cliniko.key import ApiKey
        from handover.importing.models import State

        run = runs.resumable(runs.find_run(run_id))
        if background or run.in_background:
            parsed = ApiKey.parse(read_key(key)) if key else None
            steering.resume(run, environment.home, parsed)
            submitted(run, "goes on")
            return
        if run.state == State.REHEARSED:
            runs.load_rehearsed(run)
        report = _carry(environment, run, read_key(key) if key else None)
    end(report, report_file)


@click.command()
@click.option("--workspace", help="Only those of this workspace.")
def imports(workspace: str | None) -> None:
    """List the imports, newest last."""
    with opened():
        from handover.importing.models import ImportRun  # after set-up
        from handover.importing.runs import find_workspace

        found = ImportRun.objects.using("owner").select_related("workspace").order_by("pk")
        if workspace:
            found = found.filter(workspace=find_workspace(workspace))
        table = Table("ID", "Workspace", "Account", "State", "Began", "Message", box=None)
        for run in found:
            began = run.created_at.strftime("%Y-%m-%d %H:%M UTC") if run.created_at else ""
            state = run.get_state_display()
            table.add_row(
                str(run.pk), run.workspace.name, run.account_name, state, began, run.message
            )
        output.print(table if table.row_count else "No imports yet. `handover import` begins one.")


@click.command("import-undo")
@click.argument("run_id", metavar="ID", type=int)
@click.option("--preview", is_flag=True, help="Only say what would be deleted and what kept.")
@click.option("--yes", metavar="WORKSPACE", help="The workspace's name, typed: yes, delete it.")
@background_option
def import_undo(run_id: int, preview: bool, yes: str | None, background: bool) -> None:
    """Delete what an import made and nobody has touched since, within 48 hours of its end."""
    if preview and background:
        raise click.UsageError("a preview is shown at once: give --preview or --background")
    with opened():
        from handover.importing import runs, steering  # after set-up
        from handover.importing.deleting import delete_run, refuse_if_too_late

        run = runs.find_run(run_id)
        refuse_if_too_late(run)
        if preview or (yes is None and sys.stdin.isatty()):
            _show(run, delete_run(run, preview=True))
        if preview:
            output.print("Nothing was deleted: this was a preview.")
            return
        _confirm(run, yes)
        if background:
            steering.submit_delete(run, by=whoever_this_is())
            submitted(run, "is to be deleted")
            return
        _show(run, delete_run(run, by=whoever_this_is()))


def _show(run: "ImportRun", result: "Sequence[Undone]") -> None:
    from handover.importing.attaching import names_of  # after set-up

    table = Table("Type", "Deleted", "Kept: edited here", "Kept: needed by those", box=None)
    for each in (each for each in result if each.removed or each.edited or each.needed):
        kept = (_ids(names_of(run, ids)) for ids in (each.edited, each.needed))
        table.add_row(each.name, f"{each.removed:,}", *kept)
    output.print(table if table.row_count else "Nothing to delete.", markup=False)


def _confirm(run: "ImportRun", yes: str | None) -> None:
    """Have the workspace's name typed: a wrong number must not delete another practice's import."""
    from handover.accounts.models import Workspace  # after set-up

    name = Workspace.objects.using("owner").get(pk=run.workspace_id).name
    if yes is None and not sys.stdin.isatty():
        raise click.UsageError(f"this deletes: add --yes {shlex.quote(name)} to do it")
    if yes is None:
        yes = click.prompt(f"Type the name of the workspace ({name}) to delete all of that")
    if yes.strip() != name:
        raise click.UsageError(f"import {run.pk} is of the workspace {name!r}, not of {yes!r}")


def _ids(ids: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(ids[:most])
    return f"{len(ids)} ({printable(shown)}{', ...' if len(ids) > most else ''})" if ids else ""


def read_key(key: str | None) -> str:
    """The key as it was given; from standard input for `-`. Raises `UsageError` without one."""
    if key == "-":
        return sys.stdin.readline()
    if not key:
        raise click.UsageError("a key is needed: --key, or HANDOVER_CLINIKO_KEY in the environment")
    return key


def check_report_file(path: Path | None) -> None:
    """A report that cannot be written is better known before the import than after it."""
    if path is not None and not os.access(path.absolute().parent, os.W_OK):
        raise click.UsageError(
            f"the report cannot be written to {path}: no such folder, or not ours"
        )


def _check_options(report_file: Path | None, *, background: bool) -> None:
    if background and report_file is not None:
        raise click.UsageError("a background import has no report yet: leave out --report")
    check_report_file(report_file)


def _carry(environment: "Environment", run: "ImportRun", key: str | None = None) -> "Report":
    from handover.cli.progress import Display  # after set-up
    from handover.config import telemetry
    from handover.importing import runs
    from handover.importing.cliniko.key import ApiKey
    from handover.importing.engine.errors import ImportProblem
    from handover.messaging.delivery import deliver_due

    telemetry.start()
    errors.print(f"Import {run.pk}", style="bold")
    try:
        with Display(errors) as display:
            office = office_of(environment, display)
            report = runs.go_on(office, run, ApiKey.parse(key) if key else None)
    except ImportProblem:
        deliver_due()
        raise
    deliver_due()  # there may be no worker here who would
    return report


def office_of(environment: "Environment", display: "Display") -> "Office":
    """What imports of this installation need; the display hears of progress."""
    from handover.importing import jobs  # after set-up

    office = jobs.office_of(environment)
    return replace(office, progress=display.progress, on_wait=display.waiting)


def end(report: "Report", report_file: Path | None) -> None:
    """Write and show the report, and end with the exit code that it deserves."""
    from handover.cli.progress import report_table  # after set-up

    if report_file is not None:
        report_file.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    for part in report_table(report):
        output.print(part)
    if not report.balanced:
        sys.exit(1)
    if any(line.partial for line in report.lines):
        sys.exit(PARTLY)
