"""Attaching beside an import, in S3, in little memory; and what is refused."""

import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from handover.importing import runs
from handover.importing.deleting import delete_run
from handover.importing.documents.limits import Limits
from handover.importing.engine.errors import StopImport
from handover.importing.models import ImportRun
from tests.documents import PDF, Counter, three_documents, zip_bytes, zip_of
from tests.moving import Desk, linked


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return three_documents(tmp_path)


# what is refused


def test_what_endangers_is_refused_before_anything_is_written(
    counter: Counter, tmp_path: Path
) -> None:
    counter.client("17")
    path = zip_of(tmp_path / "a.zip", {"Jane - 17/a.pdf": PDF, "../../x": b"x"})
    with pytest.raises(StopImport, match="was refused"):
        counter.take(path)
    with acting_in(counter.workspace.pk):
        assert not ImportRun.objects.filter(system="documents").exists()
    assert (counter.filed(), counter.keys()) == ({}, [])


def test_what_is_odd_is_refused_alone_and_what_is_junk_is_counted(
    counter: Counter, tmp_path: Path
) -> None:
    counter.client("17")
    entries = {
        "Jane - 17/a.pdf": PDF,
        "Jane - 17/b.zip": zip_bytes({"c.pdf": PDF}),
        "Jane - 17/.DS_Store": b"x",
        "__MACOSX/._a.pdf": b"x",
    }
    done = counter.take(zip_of(tmp_path / "a.zip", entries))
    line = done.report.lines[0]
    assert {name: line.outcomes[name] for name in ("created", "rejected", "skipped")} == {
        "created": 1, "rejected": 1, "skipped": 2,
    }  # fmt: skip
    assert (done.report.balanced, done.report.state) == (True, "done")
    assert [each.path for each in done.refused] == ["Jane - 17/b.zip"]
    assert list(counter.filed()) == ["Jane - 17/a.pdf"]


def test_what_has_no_room_is_refused_before_anything_is_written(
    counter: Counter, archive: Path
) -> None:
    counter.limits = Limits(spare=10**15)
    with pytest.raises(StopImport, match="are free where files are kept: make room"):
        counter.take(archive)
    with acting_in(counter.workspace.pk):
        assert not ImportRun.objects.exists()


# beside an import


def test_a_document_that_the_import_has_is_matched_and_not_stored_twice(
    desk: Desk, tmp_path: Path
) -> None:
    desk.moved(only=("patient_attachments",))
    counter = Counter(desk.workspace, desk.home)
    ready = [each for each in desk.records["patient_attachments"] if each["processing_completed"]]
    first, second = ready[:2]
    third = next(each for each in ready if each["patient"] != first["patient"])
    known, keys = counter.filed(), counter.keys()
    patients = [str(linked(each["patient"])) for each in (first, second, third)]
    content = desk.practice.stored(str(first["id"])).read()
    path = zip_of(
        tmp_path / "a.zip",
        {
            f"A - {patients[0]}/{first['id']} - the same.pdf": content,
            f"B - {patients[1]}/{second['id']} - other.pdf": b"other content",
            f"C - {patients[2]}/{first['id']} - of another.pdf": content,
        },
    )
    done = counter.take(path)
    line = done.report.lines[0]
    assert (line.outcomes["matched"], line.outcomes["created"], line.balanced) == (1, 2, True)
    (cause,) = [each for each in line.causes if each.code == "same number, not matched"]
    assert cause.count == 2
    assert len(counter.keys()) == len(keys) + 2
    again = counter.take(path)
    assert again.report.lines[0].outcomes["matched"] == 1
    assert again.report.lines[0].outcomes["unchanged"] == 2
    delete_run(runs.find_run(again.report.run_id), keeper=counter.office.keeper)
    delete_run(runs.find_run(done.report.run_id), keeper=counter.office.keeper)
    assert (counter.filed(), counter.keys()) == (known, keys), "the import's own stay"


def test_a_document_whose_twin_was_undone_comes_by_itself(desk: Desk, tmp_path: Path) -> None:
    moved = desk.moved(only=("patient_attachments",))
    counter = Counter(desk.workspace, desk.home)
    each = next(e for e in desk.records["patient_attachments"] if e["processing_completed"])
    content = desk.practice.stored(str(each["id"])).read()
    name = f"A - {linked(each['patient'])}/{each['id']} - the same.pdf"
    path = zip_of(tmp_path / "a.zip", {name: content})
    assert counter.take(path).report.lines[0].outcomes["matched"] == 1
    desk.undo(moved.run)
    assert counter.keys() == []
    done = counter.take(path)
    assert done.report.lines[0].outcomes["created"] == 1
    assert [each.reason for each in done.not_placed] == [
        f"patient {linked(each['patient'])} of Cliniko is not here (undone)"
    ]
    assert counter.filed() == {name: (None, content)}


def test_what_comes_after_the_same_document_was_attached_stays_beside_it_until_that_is_redone(
    desk: Desk, tmp_path: Path
) -> None:
    desk.moved(only=("patients",))
    counter = Counter(desk.workspace, desk.home)
    each = next(e for e in desk.records["patient_attachments"] if e["processing_completed"])
    content = desk.practice.stored(str(each["id"])).read()
    name = f"A - {linked(each['patient'])}/{each['id']} - the same.pdf"
    path = zip_of(tmp_path / "a.zip", {name: content})
    attached = counter.take(path)
    desk.move(only=("patient_attachments",))
    imported, keys = counter.filed().keys() - {name}, len(counter.keys())
    assert counter.filed()[name][1] == content, "an import deletes nothing that was handed over"
    delete_run(runs.find_run(attached.report.run_id), keeper=counter.office.keeper)
    assert counter.filed().keys() == imported
    assert counter.take(path).report.lines[0].outcomes["matched"] == 1
    assert counter.filed().keys() == imported
    assert len(counter.keys()) == keys - 1


def test_the_archive_of_the_workspace_has_the_documents_and_their_sources(
    desk: Desk, tmp_path: Path
) -> None:
    desk.moved(only=("patients",))
    patient = desk.records["patients"][0]["id"]
    path = zip_of(tmp_path / "a.zip", {f"A - {patient}/a.pdf": PDF, "b.pdf": b"b"})
    Counter(desk.workspace, desk.home).take(path)
    lines = {each["name"]: each for each in desk.export().lines("files")}
    assert set(lines) == {"a.pdf", "b.pdf"}
    assert [each["type"] for each in lines["a.pdf"]["sources"]] == ["documents"]
    assert lines["b.pdf"]["client"] is None


def test_in_s3_it_is_the_same(workspace: Workspace, home: Path, archive: Path, s3: str) -> None:
    counter = Counter(workspace, home, files=s3)
    counter.client("17"), counter.client("18")
    done = counter.take(archive)
    assert (done.report.balanced, len(counter.filed()), len(counter.keys())) == (True, 3, 3)
    delete_run(runs.find_run(done.report.run_id), keeper=counter.office.keeper)
    assert counter.keys() == []


def test_memory_does_not_grow_with_a_document(counter: Counter, tmp_path: Path) -> None:
    counter.client("17")
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(1024 * 1024))
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(big, "Jane - 17/scan.bin")
    tracemalloc.start()
    done = counter.take(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.report.balanced
    assert peak < 16 * 1024 * 1024
