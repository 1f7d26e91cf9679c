"""Documents that no endpoint gives: with their own client by number, or waiting for a person."""

import hashlib
import json
from pathlib import Path

import pytest

from handover.core.tenancy import acting_in
from handover.files.models import File, LooseKey
from handover.importing import runs
from handover.importing.attaching import not_placed, place
from handover.importing.deleting import delete_run
from handover.importing.engine.errors import StopImport
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, Outcome, SourceRecord
from tests.documents import CHART, LETTER, PRINT, Counter, three_documents, zip_of


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return three_documents(tmp_path)


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
    (line,) = delete_run(run, keeper=counter.office.keeper)
    assert (line.name, line.removed) == ("documents", 3)
    assert (counter.filed(), counter.keys(), outcomes(counter)) == ({}, [], {"undone": 3})
    with acting_in(counter.workspace.pk):
        texts = SourceRecord.objects.filter(system="documents").values_list("payload", "source_id")
        assert not any("Jane" in text for row in texts for text in row), "nor a name of anybody"
    assert counter.take(archive).report.lines[0].outcomes["created"] == 3


# what cannot be placed


def test_what_cannot_be_placed_is_kept_and_listed_with_the_reason(
    counter: Counter, tmp_path: Path
) -> None:
    counter.client("17", account="1")
    counter.client("5", account="1"), counter.client("5", account="2")
    path = zip_of(
        tmp_path / "a.zip",
        {
            "letter.pdf": b"top",
            "Letters/letter.pdf": b"no number",
            "Jane - 99/letter.pdf": b"unknown",
            "Jane - 17/Session - 3/letter.pdf": b"two numbers",
            "Max - 5/letter.pdf": b"two accounts",
            "Jane - 17/letter.pdf": b"placed",
        },
    )
    done = counter.take(path)
    assert done.report.balanced
    reasons = {each.path: each.reason for each in done.not_placed}
    assert reasons == {
        "letter.pdf": "none of its folders ends in a number, as `Jane Doe - 1234` does",
        "Letters/letter.pdf": "none of its folders ends in a number, as `Jane Doe - 1234` does",
        "Jane - 99/letter.pdf": "patient 99 of Cliniko has not come from there",
        "Jane - 17/Session - 3/letter.pdf": "its folders end in different numbers (17 and 3)",
        "Max - 5/letter.pdf": "patient 5 of Cliniko is not here (ambiguous: several accounts have"
        " a record of this number, and which one is meant cannot be told)",
    }
    filed = counter.filed()
    assert {name for name, (client, _) in filed.items() if client is None} == set(reasons)
    assert filed["letter.pdf"][1] == b"top"
    told = json.loads(json.dumps(done.as_json()))
    assert [each["path"] for each in told["not_placed"]] == [each.path for each in done.not_placed]


def test_a_document_that_waits_is_placed_by_hand_for_good(counter: Counter, archive: Path) -> None:
    client = counter.client("17")
    (waiting,) = counter.take(archive).not_placed
    assert waiting.file is not None
    assert place(counter.workspace, waiting.file, client=client.pk).client_id == client.pk
    with acting_in(counter.workspace.pk):
        assert list(not_placed(counter.workspace)) == []
    again = counter.take(archive)
    assert (again.report.balanced, again.not_placed) == (True, ())
    assert counter.filed()["Jane Doe - 18/letter.pdf"] == (client.pk, PRINT)
    assert again.report.lines[0].causes == []
    with pytest.raises(StopImport, match="is with client"):
        place(counter.workspace, waiting.file, client=client.pk)


def test_placing_by_the_number_at_cliniko_follows_merges(counter: Counter, archive: Path) -> None:
    survivor = counter.client("18")
    with acting_in(counter.workspace.pk):
        counter.record("patients", "20", None, outcome=Outcome.SKIPPED, follows="18")
    waiting = counter.take(archive).not_placed
    assert [each.path for each in waiting] == [
        "Jane Doe - 17/letter.pdf",
        "Jane Doe - 17/Body charts/chart.png",
    ]
    first, second = (each.file or 0 for each in waiting)
    assert place(counter.workspace, first, patient="18").client_id == survivor.pk
    assert place(counter.workspace, second, patient="20").client_id == survivor.pk


def test_placing_where_nobody_is_says_so(counter: Counter, archive: Path) -> None:
    counter.client("17")
    (waiting,) = counter.take(archive).not_placed
    with pytest.raises(StopImport, match="patient 99 of Cliniko is no client of Test practice"):
        place(counter.workspace, waiting.file or 0, patient="99")
    with pytest.raises(StopImport, match="there is no client 999 in Test practice"):
        place(counter.workspace, waiting.file or 0, client=999)
    with pytest.raises(StopImport, match="there is no document 999"):
        place(counter.workspace, 999, client=1)


def test_a_client_who_comes_later_gets_the_documents_that_waited(
    counter: Counter, archive: Path
) -> None:
    counter.client("17")
    counter.take(archive)
    late = counter.client("18")
    done = counter.take(archive)
    assert (done.not_placed, done.report.lines[0].outcomes["updated"]) == ((), 1)
    assert counter.filed()["Jane Doe - 18/letter.pdf"] == (late.pk, PRINT)


def test_documents_of_a_merged_client_are_with_the_one_who_stays(
    counter: Counter, archive: Path
) -> None:
    counter.client("17", follows="18")
    survivor = counter.client("18")
    done = counter.take(archive)
    assert {client for client, _ in counter.filed().values()} == {survivor.pk}
    assert {each.code for each in done.report.lines[0].causes} == {"followed a merge"}


def test_documents_of_a_client_who_was_deleted_here_wait(counter: Counter, archive: Path) -> None:
    counter.client("17")
    gone = counter.client("18")
    with acting_in(counter.workspace.pk):
        gone.delete()
    (waiting,) = counter.take(archive).not_placed
    assert waiting.reason.endswith("(deleted: somebody deleted it here)")


@pytest.mark.parametrize(
    "name",
    [
        "..not a folder..pdf",
        "\u202egnp.exe",
        "מכתב.pdf",
        "a\nb\tc.pdf",
        "'); DROP TABLE files_file; --",
        "no-id-1.pdf",
        "x" * 1000 + ".pdf",
        "💉 {parent} %s.pdf",
        "<script>.html",
    ],
)
def test_whatever_a_document_is_called_it_keeps_its_name(
    counter: Counter, tmp_path: Path, name: str
) -> None:
    client = counter.client("17")
    done = counter.take(zip_of(tmp_path / "a.zip", {f"Jane - 17/{name}": b"x"}))
    assert (done.report.balanced, done.report.lines[0].causes) == (True, [])
    with acting_in(counter.workspace.pk):
        file = File.objects.get()
    assert (file.name, file.client_id) == (name, client.pk)
    assert name not in file.storage_key


def test_a_name_that_the_database_cannot_hold_is_cleaned_and_told(
    counter: Counter, tmp_path: Path
) -> None:
    counter.client("17")
    path = zip_of(tmp_path / "a.zip", {"Jane - 17/a?.pdf": b"x"})
    path.write_bytes(path.read_bytes().replace(b"a?.pdf", b"a\0.pdf"))
    done = counter.take(path)
    assert {each.code for each in done.report.lines[0].causes} == {"cleaned"}
    assert list(counter.filed()) == ["Jane - 17/a.pdf"]


# again, otherwise, interrupted


def test_other_content_under_the_same_name_is_another_document(
    counter: Counter, tmp_path: Path
) -> None:
    """Health records are not replaced: the older one may have been acted upon."""
    client = counter.client("17")
    counter.take(zip_of(tmp_path / "a.zip", {"Jane - 17/a.pdf": b"first"}))
    done = counter.take(zip_of(tmp_path / "a.zip", {"Jane - 17/a.pdf": b"second"}))
    assert done.report.lines[0].outcomes["created"] == 1
    with acting_in(counter.workspace.pk):
        rows = list(File.objects.order_by("pk").values_list("client_id", "storage_key"))
    assert [(pk, b"".join(counter.shelf.read(key))) for pk, key in rows] == [
        (client.pk, b"first"),
        (client.pk, b"second"),
    ]


def test_undoing_the_second_of_two_leaves_what_the_first_brought(
    counter: Counter, tmp_path: Path
) -> None:
    counter.client("17")
    counter.take(zip_of(tmp_path / "a.zip", {"Jane - 17/a.pdf": b"a"}))
    both = zip_of(tmp_path / "b.zip", {"Jane - 17/a.pdf": b"a", "Jane - 17/b.pdf": b"b"})
    done = counter.take(both)
    delete_run(runs.find_run(done.report.run_id), keeper=counter.office.keeper)
    assert list(counter.filed()) == ["Jane - 17/a.pdf"]
    assert len(counter.keys()) == 1


def test_what_was_deleted_here_is_not_brought_back(counter: Counter, archive: Path) -> None:
    counter.client("17"), counter.client("18")
    counter.take(archive)
    with acting_in(counter.workspace.pk):
        File.objects.get(name="chart.png").delete()
    done = counter.take(archive)
    assert (done.report.lines[0].outcomes["skipped"], done.report.balanced) == (1, True)
    assert (len(counter.filed()), len(counter.keys())) == (2, 2)


def test_a_rehearsal_stores_nothing_and_is_made_real_by_the_same_documents(
    counter: Counter, archive: Path
) -> None:
    counter.client("17"), counter.client("18")
    done = counter.take(archive, rehearsal=True)
    assert (done.report.state, done.report.balanced) == ("rehearsed", True)
    assert done.report.lines[0].outcomes["created"] == 3
    assert (counter.filed(), counter.keys()) == ({}, [])
    real = counter.take(archive)
    assert (real.report.run_id, real.report.state) == (done.report.run_id, "done")
    assert len(counter.filed()) == 3


class PowerCutError(Exception):
    """What no code of ours expects."""


def test_after_an_interruption_the_same_documents_go_on_where_it_was(
    counter: Counter, archive: Path
) -> None:
    counter.client("17"), counter.client("18")

    def cut(*_: object) -> None:
        raise PowerCutError

    counter.progress = Progress(on_content=cut)
    with pytest.raises(PowerCutError):
        counter.take(archive)
    counter.progress = Progress()
    done = counter.take(archive)
    assert (done.report.balanced, done.report.lines[0].outcomes["created"]) == (True, 3)
    assert (len(counter.filed()), len(counter.keys())) == (3, 3), "nothing lost, nothing twice"
    with acting_in(counter.workspace.pk):
        assert ImportRun.objects.filter(system="documents").count() == 1
        assert not LooseKey.objects.exists()


def test_documents_that_change_while_they_are_taken_are_told(
    counter: Counter, tmp_path: Path
) -> None:
    counter.client("17")
    file = tmp_path / "folder" / "Jane - 17" / "a.txt"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"as it was")

    def change(*_: object) -> None:
        file.write_bytes(b"as it is now")

    counter.progress = Progress(on_load=change)
    done = counter.take(tmp_path / "folder")
    assert (done.report.state, done.report.balanced) == ("partly_done", True)
    (cause,) = done.report.lines[0].causes
    assert "it has changed since it was looked at" in cause.example
    assert counter.keys() == []


def test_an_import_of_documents_is_resumed_by_the_documents(
    counter: Counter, archive: Path
) -> None:
    done = counter.take(archive)
    with pytest.raises(StopImport, match="`handover attach` with the same ones goes on"):
        runs.resumable(runs.find_run(done.report.run_id))
