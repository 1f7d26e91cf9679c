"""`handover export`."""

from pathlib import Path

import click

from handover.cli.setting_up import opened, output


@click.command()
@click.option("--workspace", required=True, help="Name of the workspace.")
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="A new or empty folder.",
)
def export(workspace: str, folder: Path) -> None:
    """Write every record of a workspace as NDJSON, with where each came from."""
    with opened():
        from handover.accounts.audit import note_by_command
        from handover.accounts.models import AuditEntry
        from handover.exporting.archive import write_archive  # after set-up
        from handover.importing.runs import find_workspace

        found = find_workspace(workspace)
        files = write_archive(found, folder)
        note_by_command(found.pk, AuditEntry.Action.EXPORTED, "workspace")
    records = sum(each.records for each in files)
    output.print(f"{records:,} lines in {len(files)} files in {folder} (see manifest.json)")
