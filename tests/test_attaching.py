"""Documents that no endpoint gives: each is with its own client, by number, or waits for a person."""

import hashlib
import os
from pathlib import Path

import pytest

from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from handover.files.models import File, LooseKey
from handover.importing import runs
from handover.importing.attaching import not_placed, place
from handover.importing.engine.errors import StopImport
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, Outcome, SourceRecord, State
from tests.documents import PDF, Counter, zip_bytes, zip_of

LETTER, CHART, PRINT = PDF + b"letter", b"\x89PNG\r\n\x1a\nchart", PDF + b"print"


@pytest.fixture
def counter(workspace: Workspace, home: Path) -> Counter:
    return Counter(workspace, home)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three documents of two clients of the same name."""
    return zip_of(
        tmp_path / "documents.zip",
        {
            "Jane Doe - 17/": b"",
            "Jane Doe - 17/letter.pdf": LETTER,
            "Jane Doe - 17/Body charts/chart.png": CHART,
            "Jane Doe - 18/letter.pdf": PRINT,
        },
    )


def outcomes(counter: Counter) -> dict[str, int]:
    with acting_in(counter.workspace.pk):
        found = SourceRecord.objects.filter(system="documents").values_list("outcome", flat=True)
        return {each: list(found).count(each) for each in set(found)}


def test_documents_are_filed_with_clients_by_number_and_never_by_name(
    counter: Counter, archive: Path
) -> None:
    first, second = counter.client("17"), counter.client("18")
    done = counter.take(archive)
    assert counter.filed() == {
        "Jane Doe - 17/letter.pdf": (first.pk, LETTER),
        "Jane Doe - 17/Body charts/chart.png": (first.pk, CHART),
        "Jane Doe - 18/letter.pdf": (second.pk, PRINT),
    }
    assert (done.report.state, done.report.balanced) == ("done", True)
    assert (done.not_placed, done.refused) == ((), ())
    (line,) = done.report.lines
    assert (line.source_total, line.fetched, line.outcomes["created"]) == (3, 3, 3)
    assert line.contents is not None
    assert (line.contents.stored, line.contents.stored_bytes) == (3, len(LETTER + CHART + PRINT))
    with acting_in(counter.workspace.pk):
        chart = File.objects.get(name="chart.png")
    assert (chart.sniffed_type, chart.size) == ("image/png", len(CHART))
    assert chart.sha256 == hashlib.sha256(CHART).hexdigest()


def test_the_same_archive_again_changes_nothing(counter: Counter, archive: Path) -> None:
    counter.client("17"), counter.client("18")
    counter.take(archive)
    before, keys = counter.filed(), counter.keys()
    done = counter.take(archive)
    assert (done.report.lines[0].outcomes["unchanged"], done.report.balanced) == (3, True)
    assert (counter.filed(), counter.keys()) == (before, keys)


def test_undoing_leaves_no_row_and_no_byte(counter: Counter, archive: Path) -> None:
    counter.client("17"), counter.client("18")
    done = counter.take(archive)
    run = runs.find_run(done.report.run_id)
    (line,) = runs.undo_run(run, keeper=counter.office.keeper)
    assert (line.name, line.removed) == ("documents", 3)
    assert (counter.filed(), counter.keys(), outcomes(counter)) == ({}, [], {"undone": 3})
    with acting_in(counter.workspace.pk):
        texts = SourceRecord.objects.filter(system="documents").values_list("payload", "source_id")
        assert not any("Jane" in text for row in texts for text in row), "nor a name of anybody"
    assert counter.take(archive).report.lines[0].outcomes["created"] == 3
