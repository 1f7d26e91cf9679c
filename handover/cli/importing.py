"""`handover import` and its kin."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from handover.cli.setting_up import errors, opened, output

if TYPE_CHECKING:
    from handover.cli.progress import Display
    from handover.config.environment import Environment
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
report_option = click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report as JSON too.",
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
@click.option(
    "--notify", metavar="ADDRESS", callback=_address, help="Who is written to at the end."
)
@report_option
def import_(  # noqa: PLR0917  # one parameter for each option
    workspace: str,
    key: str | None,
    create: bool,  # click passes flags by name
    only: str | None,
    time_zone: str,
    rehearse: bool,
    notify: str,
    report_file: Path | None,
) -> None:
    """Import a whole Cliniko account into a workspace."""
    check_report_file(report_file)
    text = _read_key(key)
    with opened() as environment:
        from handover.importing import runs  # after set-up
        from handover.importing.cliniko.key import ApiKey

        parsed = ApiKey.parse(text)
        names = [name.strip() for name in (only or "").split(",") if name.strip()]
        runs.chosen(names)
        place = runs.find_workspace(workspace, create=create)
        run = runs.start(
            environment.home,
            place,
            parsed,
            only=names,
            rehearsal=rehearse,
            time_zone=time_zone,
            notify=notify,
        )
        report = _carry(environment, run)
    _end(report, report_file)


@click.command("import-resume")
@click.argument("run_id", metavar="ID", type=int)
@click.option("--key", envvar="HANDOVER_CLINIKO_KEY", help=KEY_HELP)
@report_option
def import_resume(run_id: int, key: str | None, report_file: Path | None) -> None:
    """Go on with an import after a crash, a stop or a rehearsal."""
    check_report_file(report_file)
    with opened() as environment:
        from handover.importing import runs  # after set-up
        from handover.importing.models import State

        run = runs.resumable(runs.find_run(run_id))
        if run.state == State.REHEARSED:
            runs.load_rehearsed(run)
        report = _carry(environment, run, _read_key(key) if key else None)
    _end(report, report_file)


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
def import_undo(run_id: int, preview: bool) -> None:  # click passes flags by name
    """Delete what an import made and nobody has touched since."""
    with opened():
        from handover.importing import runs  # after set-up

        result = runs.undo_run(runs.find_run(run_id), preview=preview)
    table = Table("Type", "Deleted", "Kept: edited here", "Kept: needed by those", box=None)
    for each in (each for each in result if each.removed or each.edited or each.needed):
        table.add_row(each.name, f"{each.removed:,}", _ids(each.edited), _ids(each.needed))
    output.print(table if table.row_count else "Nothing to delete.")
    if preview:
        output.print("Nothing was deleted: this was a preview.")


def _ids(ids: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(ids[:most])
    return f"{len(ids)} ({shown}{', ...' if len(ids) > most else ''})" if ids else ""


def _read_key(key: str | None) -> str:
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
    from handover.importing.engine.contents import LOOKS  # after set-up
    from handover.importing.runs import Office

    return Office(
        home=environment.home,
        contact=environment.contact,
        cliniko_url=environment.cliniko_url,
        rate=environment.cliniko_rate,
        files=environment.files,
        file_hosts=environment.cliniko_file_hosts,
        # without a limit it is no real Cliniko: it does not go on processing files meanwhile
        looks=LOOKS if environment.cliniko_rate else LOOKS[:1],
        progress=display.progress,
        on_wait=display.waiting,
    )


def _end(report: "Report", report_file: Path | None) -> None:
    from handover.cli.progress import report_table  # after set-up

    if report_file is not None:
        report_file.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    for part in report_table(report):
        output.print(part)
    if not report.balanced:
        sys.exit(1)
    if any(line.partial for line in report.lines):
        sys.exit(PARTLY)
