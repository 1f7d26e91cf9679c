"""The documents say what the program does: each list in them is held against the code."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import click
import pytest

from handover.accounts.describe import permissions_document
from handover.cli.main import handover
from handover.core.json import Json
from handover.exporting.archive.write import exported_models, file_name
from handover.followups.variables import NAMES
from handover.followups.writing import FILTERS
from handover.importing.cliniko.resources import RESOURCES
from handover.importing.describe import mapping_document
from handover.importing.engine.reconcile import Cause, Line
from handover.importing.engine.totals import ControlSum, ControlTotal, Group
from handover.importing.models import Outcome, State, Step
from handover.importing.report import Report

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SETTING = re.compile(r"[\"'](HANDOVER_[A-Z_]+|DATABASE_URL)[\"']")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
PAGES = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def cells(page: str, column: int = 0) -> list[str]:
    """One column of every table of a page."""
    rows = (line.strip("|").split(" | ") for line in page.splitlines() if line.startswith("| "))
    return [row[column].strip() for row in rows if len(row) > column]


def in_code(found: list[str]) -> set[str]:
    return {word for each in found for word in re.findall(r"`([^`]+)`", each)}


def keys(value: Json) -> Iterator[str]:
    """The keys of an object and of all that is in it."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from keys(each)


def test_the_mapping_document_is_what_the_mappings_say() -> None:
    assert text(DOCS / "mapping.md") == mapping_document(), "`make docs` writes it anew"


def test_the_permissions_document_is_what_the_matrix_says() -> None:
    assert text(DOCS / "permissions.md") == permissions_document(), "`make docs` writes it anew"


def test_every_setting_is_in_the_readme() -> None:
    program = [p for p in (ROOT / "handover").rglob("*.py") if "tests" not in p.parts]
    read = {name for path in program for name in SETTING.findall(text(path))}
    explained = in_code(cells(text(ROOT / "README.md")))
    assert {"HANDOVER_HOME", "HANDOVER_POSTGRES_BIN", "DATABASE_URL"} <= read
    assert read - explained == set()


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_command_is_in_the_readme_with_its_options() -> None:
    rows = [
        line for line in text(ROOT / "README.md").splitlines() if line.startswith("| `handover")
    ]
    for path, command in commands(handover, "handover"):
        row = next((line for line in rows if line.startswith(f"| `{path}")), None)
        assert row is not None, f"`{path}` is missing"
        options = {name for each in command.params for name in each.opts if name.startswith("-")}
        assert {name for name in options if name not in row} == set(), path


def test_the_readme_knows_every_way_to_end() -> None:
    ways = set(cells(text(ROOT / "README.md").split("| exit code |")[1].split("\n\n")[0]))
    assert {"0", "1", "2", "3", "130, 143"} <= ways


def test_the_archives_files_are_described() -> None:
    described = in_code(cells(text(DOCS / "export.md")))
    files = {name for name in described if name.endswith(".ndjson")}
    assert files == {file_name(model) for model in exported_models()}


def test_the_archives_files_name_their_lists_at_the_source() -> None:
    page = text(DOCS / "export.md")
    named = dict(zip(cells(page), cells(page, 2), strict=False))
    for resource in RESOURCES:
        row = f"| `{file_name(resource.spec.target)}` |"
        line = next(line for line in page.splitlines() if line.startswith(row))
        lists = line.rstrip("| ").rpartition(" | ")[2]
        assert resource.spec.name in lists.split(", "), row
    assert named


def test_the_gaps_and_filters_of_e_mails_are_described() -> None:
    page = text(DOCS / "follow-ups.md").split("## Gaps")[1]
    told = [in_code([row]) for row in page.splitlines() if row.startswith("| `")]
    assert told == [{group, *names} for group, names in NAMES.items()]
    assert in_code([page]) >= FILTERS


def test_every_outcome_is_described() -> None:
    described = in_code(cells(text(DOCS / "export.md")))
    assert {each.value for each in Outcome} <= described
    glossary = words(text(DOCS / "glossary.md"))
    assert {each.value for each in Outcome} <= set(glossary)


def test_every_key_of_the_report_is_described() -> None:
    line = Line(
        "patients",
        sums=[ControlSum("starts_at", Decimal(1), Decimal(1))],
        totals=[ControlTotal("Invoices", ("status",), "total_amount", (Group(("paid",)),))],
        causes=[Cause("client", "link leads nowhere", 1, "1", "")],
    )
    report = Report(1, "done", True, False, "", 0, Decimal(0), (line,))
    written = set(keys(report.as_json())) - {"patients"}
    told = set(re.findall(r"`([^`]+)`", text(DOCS / "report.md")))
    assert written - told == set()
    assert {each.value for each in Step.State} <= told
    assert {State.DONE, State.PARTLY_DONE, State.REHEARSED, State.NEEDS_ATTENTION} <= told


def words(page: str) -> list[str]:
    return re.findall(r"^- \*\*([^*]+)\*\*", page, re.MULTILINE)


def test_the_glossary_has_each_word_once_and_in_order() -> None:
    found = words(text(DOCS / "glossary.md"))
    assert found == sorted(set(found), key=str.casefold)
    assert len(found) > 50


def test_decisions_are_numbered_without_a_gap() -> None:
    found = sorted(path.name for path in (DOCS / "decisions").glob("*.md"))
    assert [name[:4] for name in found] == [f"{n:04}" for n in range(1, len(found) + 1)]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(text(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(text(target)), link


def anchors(page: str) -> set[str]:
    """The names of headings, as they are made from their words, and those that are given."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
    return made | set(re.findall(r'<a id="([^"]+)">', page))
