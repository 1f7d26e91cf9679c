"""`handover attach` and `handover attach-place`: documents, and whose they are."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from handover.cli.importing import PARTLY, check_report_file, office_of, report_option
from handover.cli.setting_up import errors, opened, output, printable

if TYPE_CHECKING:
    from handover.importing.attaching import Attached, Listed

MOST = 50  # documents that a terminal lists; a report has them all
LINES = 10_000  # documents after which the looking through says how far it is


@click.command()
@click.option("--workspace", required=True, help="Name of the workspace.")
@click.option("--rehearse", is_flag=True, help="Do everything but write to the workspace.")
@report_option
@click.argument("path", metavar="ZIP", type=click.Path(path_type=Path, exists=True))
def attach(workspace: str, rehearse: bool, report_file: Path | None, path: Path) -> None:
    """File documents with clients: a ZIP archive (or a folder) of folders `<name> - <number>`.

    The number is the client's at Cliniko. The same documents again change nothing.
    """
    check_report_file(report_file)
    with opened() as environment:
        from handover.cli.progress import Display  # after set-up
        from handover.importing import attaching, runs

        place = runs.find_workspace(workspace)
        errors.print(f"Looking through {path.name}", markup=False)
        with Display(errors) as display:
            office = office_of(environment, display)
            done = attaching.attach(office, place, path, rehearsal=rehearse, on_look=_looked)
    _end(done, report_file)


@click.command("attach-place")
@click.option("--workspace", required=True, help="Name of the workspace.")
@click.option("--client", type=int, help="The client's number here.")
@click.option("--patient", help="The client's number at Cliniko.")
@click.argument("file_id", metavar="[DOCUMENT]", type=int, required=False)
def attach_place(
    workspace: str, client: int | None, patient: str | None, file_id: int | None
) -> None:
    """File a document that could not be placed; without a number, list them."""
    if (file_id is None) != (client is None and patient is None) or (client and patient):
        raise click.UsageError("give a document, and either --client or --patient; or none of them")
    with opened():
        from handover.core.tenancy import acting_in  # after set-up
        from handover.importing import attaching, runs

        place = runs.find_workspace(workspace)
        if file_id is not None:
            file = attaching.place(place, file_id, client=client or 0, patient=patient or "")
            output.print(f"Document {file.pk} is with client {file.client_id} now.")
            return
        with acting_in(place.pk):
            found = list(attaching.not_placed(place))
    if found:
        _list("To be placed", found, most=len(found))
    else:
        output.print("Every document is with a client.")


def _looked(count: int, size: int) -> None:
    if not count % LINES:
        errors.print(f"{count:,} documents, {size / 1e6:,.1f} MB")


def _list(title: str, listed: Sequence["Listed"], most: int = MOST) -> None:
    table = Table("Document", "Where it stood", "Why", title=title, box=None)
    for each in listed[:most]:
        table.add_row(str(each.file or "-"), printable(each.path), printable(each.reason))
    output.print(table, markup=False)
    if len(listed) > most:
        output.print(f"and {len(listed) - most:,} more; `--report FILE` writes them all")


def _end(done: "Attached", report_file: Path | None) -> None:
    from handover.cli.progress import report_table  # after set-up

    if report_file is not None:
        report_file.write_text(json.dumps(done.as_json(), indent=2) + "\n", encoding="utf-8")
    for title, listed in (("To be placed", done.not_placed), ("Refused", done.refused)):
        if listed:
            _list(title, listed)
    for part in report_table(done.report):
        output.print(part)
    if done.not_placed and not done.report.rehearsal:
        output.print("`handover attach-place` files what could not be placed.")
    if not done.report.balanced:
        sys.exit(1)
    if done.not_placed or done.refused or any(line.partial for line in done.report.lines):
        sys.exit(PARTLY)
