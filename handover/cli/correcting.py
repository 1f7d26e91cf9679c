"""`handover import-conflicts`, `handover reassign` and its kin: what people put right."""

import getpass
import json
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.table import Table

from handover.cli.setting_up import opened, output, printable

if TYPE_CHECKING:
    from handover.core.json import Json
    from handover.importing.corrections import Wanted
    from handover.importing.engine.reassign import Reassigned
    from handover.importing.models import ImportRun

LONGEST = 60  # characters of a value in a table


def whoever_this_is() -> str:
    """Who gives the command, as this machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


@click.command("import-conflicts")
@click.argument("run_id", metavar="ID", type=int)
@click.option("--type", "resource", default="", help="Only those of this type: patients,...")
@click.option("--record", "source_id", default="", help="Only those of this record at the source.")
@click.option("--field", default="", help="Only those of this field.")
@click.option(
    "--settle",
    type=click.Choice(["ours", "theirs"]),
    help="Keep what was written here, or take what the source says.",
)
def import_conflicts(
    run_id: int, resource: str, source_id: str, field: str, settle: str | None
) -> None:
    """List what was changed here and at the source, field by field; settle it."""
    with opened():
        from handover.importing import corrections, runs  # after set-up

        run = runs.find_run(run_id)
        wanted = corrections.Wanted(resource, source_id, field)
        if settle:
            how = corrections.OURS if settle == "ours" else corrections.THEIRS
            done = corrections.settle_conflicts(run, wanted, how, by=whoever_this_is())
            output.print(f"{done.count:,} settled: {settle}.")
            for conflict, why in done.left:
                name = f"{conflict.resource} {conflict.source_id}, {conflict.field}"
                output.print(printable(f"Left open: {name}: {why}"), markup=False)
        table = conflicts_table(run, wanted)
    output.print(table if table.row_count else "No conflicts are open.")


def conflicts_table(run: "ImportRun", wanted: "Wanted") -> Table:
    """What is open, with all three sides; a piece of a column by what people call it as well."""
    from handover.core.tenancy import acting_in  # after set-up
    from handover.importing import corrections

    table = Table("Type", "Record", "Field", "Before", "Here", "At the source", box=None)
    found = corrections.conflicts_of(run, wanted)
    with acting_in(run.workspace_id):
        pieces = corrections.pieces_of(found)
    for each in found:
        told = pieces.get(each.pk, each)
        sides = (_shown(side) for side in (told.base, told.ours, told.theirs))
        label = f" {told.label}" if isinstance(told, corrections.Piece) else ""
        field = f"{each.field}{label}{' (final)' if each.locked else ''}"
        table.add_row(each.resource, each.source_id, escape(printable(field)), *sides)
    return table


def _shown(value: "Json") -> str:
    text = (
        "" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)
    )
    text = printable(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


@click.command()
@click.option("--workspace", required=True, help="Name of the workspace.")
@click.argument("kind", metavar="KIND")
@click.argument("was", metavar="[FROM]", type=int, required=False)
@click.argument("becomes", metavar="[TO]", type=int, required=False)
@click.option("--preview", is_flag=True, help="Only say what would follow.")
def reassign(
    workspace: str, kind: str, was: int | None, becomes: int | None, preview: bool
) -> None:
    """Have a practitioner, user, place or service stand for another; without numbers list them."""
    with opened():
        from handover.importing import corrections  # after set-up
        from handover.importing.runs import find_workspace

        place = find_workspace(workspace)
        if was is None:
            _list(kind, corrections.candidates(place, kind))
            return
        if becomes is None:
            raise click.UsageError("give both numbers: who or what it was, and who or what it is")
        done = corrections.reassign(
            place, kind, (was, becomes), by=whoever_this_is(), preview=preview
        )
    _tell(done, preview=preview)


def _list(kind: str, rows: "list[corrections.Candidate]") -> None:  # type: ignore[name-defined]  # noqa: F821
    table = Table("Number", "Name", "Stands for", "Came by", "Links", box=None)
    for each in rows:
        came = "import" if each.made_by_import else "matched" if each.sources else "made here"
        name = printable(each.name)
        table.add_row(str(each.number), name, ", ".join(each.sources), came, f"{each.links:,}")
    output.print(table if table.row_count else f"There are no {kind} here.")


def _tell(done: "Reassigned", *, preview: bool) -> None:
    table = Table("Links of", "Moved", "There already", "Locked", box=None)
    for each in done.followed:
        table.add_row(each.name, f"{each.moved:,}", f"{each.doubled:,}", f"{each.locked:,}")
    output.print(table if table.row_count else "Nothing links there yet; what comes later will.")
    if not done.everything:
        output.print(
            "The first one was here before the import: what people made themselves stays with it."
        )
    if preview:
        output.print("Nothing was changed: this was a preview.")
    else:
        output.print(
            f"Reassignment {done.number}. `handover reassign-undo {done.number}` takes it back."
        )


@click.command()
@click.option("--workspace", required=True, help="Name of the workspace.")
def reassignments(workspace: str) -> None:
    """List what was reassigned, and what was undone of it."""
    with opened():
        from handover.importing import corrections  # after set-up
        from handover.importing.runs import find_workspace

        table = Table("Number", "When", "By", "What", "From", "To", "Links", "Undone", box=None)
        for each in corrections.reassignments(find_workspace(workspace)):
            when = each.created_at.strftime("%Y-%m-%d %H:%M UTC") if each.created_at else ""
            undone = each.undone_at.strftime("%Y-%m-%d %H:%M UTC") if each.undone_at else ""
            moved = f"{sum(told['moved'] for told in each.told):,}"
            what = corrections.plural_of(each)
            table.add_row(
                *(str(each.pk), when, printable(each.by), what),
                *(str(each.from_id), str(each.to_id), moved),
                f"{undone} {printable(each.undone_by)}".strip(),
            )
    output.print(table if table.row_count else "Nothing was reassigned here.")


@click.command("reassign-undo")
@click.argument("number", metavar="NUMBER", type=int)
def reassign_undo(number: int) -> None:
    """Move back exactly what a reassignment has moved; what came since stays."""
    with opened():
        from handover.importing import corrections  # after set-up

        found = corrections.find_reassignment(number)
        count = corrections.undo_reassignment(found, by=whoever_this_is())
    output.print(f"{count:,} links lead where they led before.")
