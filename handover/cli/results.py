"""`handover import-result`, `import-retry`, `import-accept`: the result of an import, and after."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from handover.cli.importing import (
    KEY_HELP,
    check_report_file,
    end,
    office_of,
    read_key,
    report_option,
)
from handover.cli.setting_up import errors, opened, output, printable

if TYPE_CHECKING:
    from handover.importing.models import ImportRun
    from handover.importing.result.failures import Failure

SHOWN = 50  # failures that a terminal lists
id_argument = click.argument("run_id", metavar="ID", type=int)
file_option = click.Path(path_type=Path, dir_okay=False)


@click.command("import-result")
@id_argument
@click.option("--html", "html_file", type=file_option, help="Write the sign-off as a web page.")
@click.option("--pdf", "pdf_file", type=file_option, help="Write the sign-off as PDF.")
@click.option("--samples", is_flag=True, help="Show a rehearsal's samples: they hold health data.")
def import_result(
    run_id: int,
    html_file: Path | None,
    pdf_file: Path | None,
    samples: bool,  # click passes flags by name
) -> None:
    """Show the result of an import, and write its sign-off."""
    for file in (html_file, pdf_file):
        check_report_file(file)
    with opened():
        from handover.accounts.words import in_words_of_workspace  # after set-up
        from handover.core.tenancy import acting_in
        from handover.importing.result import document, printing, rehearsal
        from handover.importing.runs import find_run

        run = find_run(run_id)
        result = document.sign_off(run)
        for part in _result(result, rehearsal.failures_of(run, SHOWN + 1)):
            output.print(part)
        for part in _samples(run) if samples else ():
            output.print(part)
        with acting_in(run.workspace_id), in_words_of_workspace():
            if html_file is not None:
                html_file.write_text(printing.as_html(result), encoding="utf-8")
            if pdf_file is not None:
                pdf_file.write_bytes(printing.as_pdf(result))


@click.command("import-retry")
@id_argument
@click.option("--cause", "causes", multiple=True, help="Only this cause, as the report has it.")
@click.option("--type", "types", multiple=True, help="Only this type, such as patients.")
@click.option("--key", envvar="HANDOVER_CLINIKO_KEY", help=KEY_HELP)
@report_option
def import_retry(
    run_id: int,
    causes: tuple[str, ...],
    types: tuple[str, ...],
    key: str | None,
    report_file: Path | None,
) -> None:
    """Try failures again: records from the ledger, missing bytes from Cliniko with a key."""
    check_report_file(report_file)
    with opened() as environment:
        from handover.cli.progress import Display  # after set-up
        from handover.importing.cliniko.key import ApiKey
        from handover.importing.retrying import retry
        from handover.importing.runs import find_run

        parsed = ApiKey.parse(read_key(key)) if key else None
        with Display(errors) as display:
            office = office_of(environment, display)
            report = retry(office, find_run(run_id), causes=causes, types=types, key=parsed)
    end(report, report_file)


@click.command("import-accept")
@id_argument
@click.option("--by", required=True, help="Who accepts the result.")
def import_accept(run_id: int, by: str) -> None:
    """Record that somebody accepts the result; nothing recorded before is changed."""
    with opened():
        from handover.importing.result.acceptance import accept  # after set-up
        from handover.importing.runs import find_run

        made = accept(find_run(run_id), by)
    output.print(
        f"Accepted by {made.accepted_by} at {made.accepted_at:%Y-%m-%d %H:%M} UTC: {made.sentence}",
        markup=False,
    )


def _result(result: Any, failures: Sequence["Failure"]) -> Iterator[RenderableType]:  # noqa: ANN401  # plain JSON
    told = f"Import {result['number']} from {result['account']}: {result['state'].lower()}"
    yield Text(told, style="bold")
    for total in result["totals"]:
        for table in total["tables"]:
            yield _total(result["held_by"], total, table)
    yield _stayed(result)
    if failures:
        yield from _failures(failures, result["number"])
    for each in result["accepted"]:
        since = ", but it has changed since" if each["changed"] else ""
        yield Text(f"Accepted by {each['by']} at {each['at']}{since}.")
    if result["estimate"]:
        yield Text(result["estimate"])
    yield Text(result["summary"], style="bold green" if result["balanced"] else "bold red")


def _total(held_by: str, total: Any, table: Any) -> Table:  # noqa: ANN401
    shown = Table(*table["by"], title=total["title"], title_justify="left", box=None)
    for name in (
        held_by,
        "Here",
        "Apart",
        *([total["of"], "Here", "Apart"] if total["of"] else []),
    ):
        shown.add_column(name, justify="right")
    shown.add_column("")
    for row in table["rows"]:
        counts = (f"{each:,}" for each in row["counts"])
        equal = "ok" if row["agrees"] else "NOT EQUAL"
        shown.add_row(*map(printable, row["key"]), *counts, *row["sums"], equal)
    return shown


def _stayed(result: Any) -> Table:  # noqa: ANN401
    shown = Table("Stayed", "Why", box=None)
    for each in result["stayed"]:
        shown.add_row(printable(each["what"]), printable(each["why"]))
    return shown


def _failures(failures: Sequence["Failure"], run_id: int) -> Iterator[RenderableType]:
    table = Table("Failed", "Record", "Cause", "Why", "Look", box=None)
    for each in failures[:SHOWN]:
        page = each.page.url if each.page else ""
        table.add_row(each.type, each.source_id, each.cause, printable(each.reason), page)
    yield table
    more = "There are more. " if len(failures) > SHOWN else ""
    yield Text(f"{more}`handover import-retry {run_id}` tries them again.")


def _samples(run: "ImportRun") -> Iterator[RenderableType]:
    taken = (run.rehearsal_result or {}).get("samples")
    if not taken:
        yield Text("There are no samples: it is no rehearsal, or was loaded since.")
    for name, found in (taken or {}).items():
        for each in found:
            title = f"{name} {each['id']}: {each['kind']}, {each['outcome']}"
            table = Table(
                "Field", "In Cliniko", "Here", title=title, title_justify="left", box=None
            )
            for line in each["fields"]:
                table.add_row(line["field"], printable(line["source"]), printable(line["here"]))
            yield table
