"""What a report keeps, as people read it: in the practice's words, however long ago it was kept."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Emptying, a_workspace
from handover import importing
from handover.accounts.models import PracticeDetails, Role
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun, Outcome, State, Step
from handover.importing.report import Headline
from handover.importing.said import CAUSES, TOTALS, TYPES, again, attribute
from handover.importing.systems import ALL
from tests.people import Person, a_person

NOBODYS = "Cliniko does not say whose this is: kept without a client"
LINE = {
    "source_total": 2, "fetched": 2, **dict.fromkeys(Outcome.values, 0), "requests": 1,
    "seconds": 0.1, "balanced": True, "lists": {"/patient_forms": Step.State.NOT_PERMITTED},
    "messages": [], "contents": None, "gone": {"count": 0, "examples": []}, "control_sums": [],
    "problems": [{"field": "client", "cause": "no client", "count": 2, "example_id": "1",
                  "example": NOBODYS}],
}  # fmt: skip
KEPT = {
    "state": "rehearsed", "balanced": True, "rehearsal": True, "requests": 1,
    "summary": "Kept long ago, in other words.", "warnings": ["An old warning."], "reminder": "",
    "types": {"patient_forms": LINE},
    "control_totals": [{"title": "Files", "by": ["month"], "of": "declared_size", "agrees": True,
                        "groups": []}],
}  # fmt: skip
ESTIMATE = {
    "load_seconds": [10, 180], "files_seconds": [60, 60], "files": 1, "bytes": 2_000_000,
    "told": "Kept long ago, in other words.",
}  # fmt: skip


@pytest.fixture(scope="module")
def reader(emptying: Emptying) -> Iterator[tuple[Person, ImportRun]]:
    """The owner of a practice that says *patient*, and an import whose result was kept before."""
    with emptying():
        workspace = a_workspace("Words")
        with acting_in(workspace.pk):
            PracticeDetails.objects.create(workspace_id=workspace.pk, terminology="Patient")
            run = ImportRun.objects.create(
                workspace_id=workspace.pk, system="cliniko", state=State.REHEARSED, rehearsal=True,
                report=KEPT, rehearsal_result={"estimate": ESTIMATE, "report": KEPT},
            )  # fmt: skip
        yield a_person(workspace, Role.OWNER), run


def test_a_result_is_said_in_the_readers_words_and_not_as_it_was_kept(
    reader: tuple[Person, ImportRun],
) -> None:
    owner, run = reader
    for page in ("", "sign-off/"):
        told = owner.browser.get(f"/settings/imports/{run.pk}/{page}").text
        assert "partly complete: this key may not read Patient forms; 2 other records" in told
        assert "no patient</td>" in told
        assert (
            "Loading will take less than a minute to 3 minutes,"
            " then fetching 1 file of 2 MB 1 minute." in told
        )
        assert "Kept long ago" not in told
        assert "An old warning." in told, "what this version does not know is said as it is"


def test_what_a_run_and_its_records_keep_is_said_in_the_readers_words(
    reader: tuple[Person, ImportRun],
) -> None:
    owner, run = reader
    with acting_in(run.workspace_id):
        ImportRun.objects.filter(pk=run.pk).update(message="there is no client 7 in Client centre")
    told = owner.browser.get(f"/settings/imports/{run.pk}/").text
    assert "Cliniko does not say whose this is: kept without a patient" in told
    assert "there is no patient 7 in Client centre" in told
    assert "there is no patient 7 in Client centre" in owner.browser.get("/settings/imports/").text


def test_a_report_that_is_written_names_lists_as_files_and_commands_do() -> None:
    found = Headline.of({"patient_forms": LINE, "patients": {**LINE, "balanced": False}})
    assert found.sentence() == "Not balanced: look at patients."


def test_nothing_is_said_where_nothing_was_kept() -> None:
    assert (again(""), attribute("")) == ("", ""), "gettext answers with the head of its file"


def test_every_list_has_a_name_and_no_name_is_left_over() -> None:
    assert set(TYPES) == {each.spec.name for each in ALL}
    assert [name for name, told in TYPES.items() if "atient" in str(told)] == []


def test_whatever_a_control_total_says_can_be_translated() -> None:
    declared = [total for each in ALL for total in each.spec.totals]
    of = {attribute(each.of) for each in declared if each.of}
    by = {attribute(name) for each in declared for name in each.by} - {"Starts at"}
    assert {each.title for each in declared} | of | by | {"Month"} == TOTALS


def test_every_cause_in_the_code_can_be_translated() -> None:
    found = {code for module in modules() for code in codes(*module)}
    assert len(found) > len(CAUSES) / 2, "the search finds them"
    assert found <= CAUSES


def modules() -> Iterator[tuple[object, ast.AST]]:
    """The modules of the import tool that make issues, with their code."""
    for each in pkgutil.walk_packages(importing.__path__, "handover.importing."):
        if any(f".{part}" in each.name for part in ("tests", "migrations", "views", "wizard")):
            continue
        module = importlib.import_module(each.name)
        yield module, ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def codes(module: object, tree: ast.AST) -> Iterator[str]:
    """The causes that a module gives by name or as a text; what it passes on is found elsewhere."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        told = node.args[-2:-1] if name in {"note", "Issue"} else []
        for each in [*told, *(word.value for word in node.keywords if word.arg == "code")]:
            if isinstance(each, ast.Constant):
                yield str(each.value)
            elif isinstance(each, ast.Name) and each.id.isupper():
                yield str(getattr(module, each.id))
