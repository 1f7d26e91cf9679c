"""Files: every byte is here, each was asked for once, and undoing leaves none."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from handover.core.json import JsonObject
from handover.files.keeping import Keeper, holders
from handover.files.models import CaseFile, File, FileState, HasContent, LooseKey
from handover.files.shelf import Kept
from handover.importing import runs
from handover.importing.cliniko.resources import RESOURCES
from handover.importing.cliniko.urgency import coming_first
from handover.importing.engine.errors import StopImport
from handover.importing.engine.run import Progress
from handover.importing.models import State
from handover.sandbox import Fault
from tests.moving import Desk, Done, Moved, linked

ATTACHMENTS, IN_CASES = "patient_attachments", "patient_cases_patient_attachments"
CONTENT = "/patient_attachments/{id}/content"
ONLY = (ATTACHMENTS,)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A desk at whose practice every file is ready, but for those that a test holds back."""
    practice = desk.practice
    for name, held in practice.pending.items():
        practice.change(ATTACHMENTS, name, **held.fields)
    practice.pending = {}
    for each in desk.records[ATTACHMENTS]:
        if not each["processing_completed"]:
            name, size = str(each["id"]), practice.stored(str(each["id"])).size
            told: JsonObject = {
                "filename": "late.pdf",
                "content_type": "application/pdf",
                "size": size,
            }
            practice.change(ATTACHMENTS, name, processing_completed=True, **told)
    return desk


def about_content(done: Done) -> set[str]:
    """The causes that concern the bytes of files."""
    return {cause for name, cause in done.causes(ATTACHMENTS) if name == "content"}


def bytes_of(desk: Desk) -> dict[str, bytes]:
    """What the practice's files are at Cliniko, by number; without those that are not ready."""
    return {
        str(each["id"]): desk.practice.stored(str(each["id"])).read()
        for each in desk.records[ATTACHMENTS]
        if each["processing_completed"]
    }


def fetched(desk: Desk) -> Counter[int]:
    """How often each content was asked of Cliniko: {times: how many files}."""
    paths = {p: sum(n.values()) for p, n in desk.sandbox.stats.by_path.items() if "/content" in p}
    return Counter(paths.values())


def here(desk: Desk) -> dict[str, bytes]:
    """The bytes that lie on the shelf, by their number at Cliniko."""
    with desk.inside():
        stored = {f.pk: f for f in File.objects.filter(state=FileState.STORED)}
        rows = {str(e["id"]): desk.row_of(ATTACHMENTS, e["id"]) for e in desk.records[ATTACHMENTS]}
    return {
        name: b"".join(desk.shelf.read(stored[pk].storage_key))
        for name, pk in rows.items()
        if pk in stored
    }


def edit(desk: Desk, number: int, **changes: object) -> str:
    """Change what Cliniko says of one file; its number there."""
    record = desk.records[ATTACHMENTS][number]
    record.update(changes)
    desk.sandbox.touch()
    return str(record["id"])


def test_bytes_and_checksums_of_all_files_are_those_of_the_source(desk: Desk) -> None:
    done = desk.move()
    assert (done.report.state, done.balanced) == ("done", True)
    assert here(desk) == bytes_of(desk)
    with desk.inside():
        sums = {desk.row_of(ATTACHMENTS, n): hashlib.sha256(c) for n, c in bytes_of(desk).items()}
        for file in File.objects.all():
            assert file.sha256 == sums[file.pk].hexdigest()
            assert file.size == file.declared_size
    contents = done.line(ATTACHMENTS)["contents"]
    assert contents["stored"] == contents["count"] == len(bytes_of(desk))
    assert contents["stored_bytes"] == contents["bytes"] == sum(map(len, bytes_of(desk).values()))


def test_each_file_costs_one_request_and_each_is_counted(desk: Desk) -> None:
    done = desk.move()
    stats = desk.sandbox.stats
    assert stats.downloads == len(bytes_of(desk))
    assert done.report.requests == stats.total
    assert done.line(ATTACHMENTS)["requests"] == 1 + len(bytes_of(desk))
    again = desk.move()
    assert again.balanced
    assert desk.sandbox.stats.downloads == stats.downloads, "what is here is not fetched again"


def test_the_export_has_the_bytes_under_the_names_of_their_records(moved: Moved) -> None:
    folder = moved.archive.folder / "files"
    lines = {e["id"]: e for e in moved.archive.lines("files") if e["state"] == "stored"}
    signatures = {each["id"] for each in moved.archive.lines("form_signatures")}
    assert {path.name for path in folder.iterdir()} == set(lines) | signatures
    for name, line in lines.items():
        content = (folder / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (line["size"], line["sha256"])
        (source,) = line["sources"]
        assert content == moved.practice.stored(source["id"]).read()
        assert "storage_key" not in line


def test_names_are_kept_as_they_are_and_never_become_paths(moved: Moved) -> None:
    names = {str(each["id"]): each["filename"] or "" for each in moved.records[ATTACHMENTS]}
    files = moved.archive.by_source("files", ATTACHMENTS)
    assert {name: each["name"] for name, each in files.items()} == names
    assert "../../etc/passwd" in names.values()


def test_a_rehearsal_fetches_no_content_and_says_how_much_there_is(desk: Desk) -> None:
    done = desk.move(rehearsal=True)
    assert done.balanced
    assert desk.sandbox.stats.downloads == 0
    contents = done.line(ATTACHMENTS)["contents"]
    assert contents["bytes"] == sum(map(len, bytes_of(desk).values())) > 0
    assert (contents["count"], contents["stored"]) == (len(bytes_of(desk)), 0)
    assert list(desk.shelf.keys()) == []
    runs.load_rehearsed(done.run)
    assert desk.go_on(done.run).report.state == "done"
    assert here(desk) == bytes_of(desk)


# what goes wrong


def test_a_host_off_the_list_costs_the_contents_and_can_be_put_right(desk: Desk) -> None:
    run = desk.begin(only=ONLY)
    office = runs.Office(**(vars(desk.office) | {"file_hosts": ("*.amazonaws.com",)}))
    report = runs.go_on(office, runs.find_run(run.pk))
    assert (report.state, report.balanced) == ("partly_done", True)
    count = len(bytes_of(desk))
    assert f"the contents of {count} files could not be fetched" in report.sentence
    assert desk.sandbox.stats.downloads == 0
    done = desk.go_on(run, desk.key())
    assert done.report.state == "done"
    assert about_content(done) == set()
    assert here(desk) == bytes_of(desk)


def test_a_file_that_is_not_processed_yet_is_tried_again_later(desk: Desk) -> None:
    number = edit(desk, 3, processing_completed=False)
    office = desk.office

    def finish(*_: object) -> None:
        edit(desk, 3, processing_completed=True)

    office.progress = Progress(on_content=finish)
    report = runs.go_on(office, desk.begin(only=ONLY))
    assert (report.state, report.balanced) == ("done", True)
    assert here(desk)[number] == bytes_of(desk)[number]


def test_a_file_that_is_never_processed_is_reported_and_comes_with_a_later_import(
    desk: Desk,
) -> None:
    ready: JsonObject = dict(desk.records[ATTACHMENTS][3])
    number = edit(desk, 3, processing_completed=False, filename=None, content_type=None, size=None)
    done = desk.move(only=ONLY)
    assert (done.report.state, done.balanced) == ("done", True)
    assert about_content(done) == {"not processed"}
    assert done.line(ATTACHMENTS)["contents"]["not_processed"] == 1
    assert number not in here(desk)
    edit(desk, 3, **ready)
    again = desk.move(only=ONLY)
    assert about_content(again) == set()
    assert here(desk) == bytes_of(desk)


def test_another_size_than_cliniko_says_is_kept_and_listed(desk: Desk) -> None:
    number = edit(desk, 2, size=5)
    done = desk.move(only=ONLY)
    assert done.balanced
    (problem,) = [each for each in done.problems(ATTACHMENTS) if each["field"] == "content"]
    assert problem["cause"] == "size differs"
    assert (problem["example_id"], problem["count"]) == (number, 1)
    assert problem["example"].startswith("its source says 5 bytes; ")
    assert here(desk) == bytes_of(desk)


def test_a_content_that_is_gone_is_reported_and_stops_nothing(desk: Desk) -> None:
    gone = str(desk.records[ATTACHMENTS][4]["id"])
    path = CONTENT.replace("{id}", gone)
    desk.sandbox.faults = [Fault("status", path=path, status=404)]
    done = desk.move(only=ONLY)
    assert (done.report.state, done.balanced) == ("partly_done", True)
    assert about_content(done) == {"content missing"}
    assert here(desk).keys() == bytes_of(desk).keys() - {gone}


def test_an_import_whose_key_is_refused_half_way_goes_on_where_it_was(desk: Desk) -> None:
    desk.sandbox.faults = [Fault("status", path="/patient_attachments/*", status=401, after=5)]
    run = desk.begin(only=ONLY)
    with pytest.raises(StopImport, match="does not accept this key"):
        desk.go_on(run)
    before = here(desk)
    assert 0 < len(before) <= 5
    desk.sandbox.faults = []
    asked = desk.sandbox.stats.downloads
    assert desk.go_on(run).report.state == "done"
    assert here(desk) == bytes_of(desk)
    assert desk.sandbox.stats.downloads - asked <= len(bytes_of(desk)) - len(before)


class Killed(BaseException):
    """Ends everything, as a kill does."""


class Dying(Keeper):
    """A keeper whose process dies between storing bytes and noting that they are there."""

    deaths: Iterator[int]

    def hold(self, row_id: int, key: str, kept: Kept) -> bool:
        if next(self.deaths) == 2:
            raise Killed
        return super().hold(row_id, key, kept)


def test_a_death_between_storing_and_noting_loses_nothing_and_fetches_nothing_twice(
    desk: Desk,
) -> None:
    run = desk.begin(only=ONLY)
    office = DyingOffice(**vars(desk.office))
    with pytest.raises(Killed):
        runs.go_on(office, runs.find_run(run.pk))
    with desk.inside():
        stored, noted = File.objects.filter(state="stored").count(), LooseKey.objects.count()
    assert stored == 2
    assert noted > 0
    lying = set(desk.shelf.keys())
    whole = {key for key in lying if not key.endswith(".part")}
    assert len(whole) > stored, "whole, and nobody knows it"
    assert desk.go_on(run).report.state == "done"
    assert here(desk) == bytes_of(desk)
    with desk.inside():
        held = set(File.objects.values_list("storage_key", flat=True))
        were = File.objects.filter(storage_key__in=whole).values_list("pk", flat=True)
        names = [
            e["id"] for e in desk.records[ATTACHMENTS] if desk.row_of(ATTACHMENTS, e["id"]) in were
        ]
    assert len(names) == len(whole)
    fetched = desk.sandbox.stats.files
    assert {fetched[name].fetched for name in names} == {1}, "what was whole was not fetched twice"
    with desk.inside():
        assert LooseKey.objects.count() == 0
    assert set(desk.shelf.keys()) == held, "and none is left over"


class DyingOffice(runs.Office):
    """An office whose keeper dies."""

    @property
    def keeper(self) -> Keeper:
        keeper = Dying(super().keeper.shelf)
        keeper.deaths = itertools.count()
        return keeper


def test_a_disk_that_is_full_stops_the_run_with_what_to_do(desk: Desk) -> None:
    run = desk.begin(only=ONLY)
    (desk.home / "files").write_text("a file where the folder should be")
    with pytest.raises(StopImport, match=r"files cannot be stored or deleted: .*then go on"):
        desk.go_on(run)
    (desk.home / "files").unlink()
    assert desk.go_on(run).report.state == "done"


# the order, and what people do meanwhile


def test_clients_who_come_soon_come_first(desk: Desk) -> None:
    soon = desk.records["attendees"][-1]
    client, moment = linked(soon["patient"]), timezone.now() + timedelta(days=1)
    for each in desk.records["individual_appointments"]:
        if str(each["id"]) == linked(soon["booking"]):
            each.update(starts_at=f"{moment:%Y-%m-%dT%H:%M:%SZ}", cancelled_at=None)
    soon["cancelled_at"] = None
    link = {"links": {"self": f"https://api.au1.cliniko.com/v1/patients/{client}"}}
    number = edit(desk, 7, patient=link)
    desk.move()
    with desk.inside():
        owner = File.objects.get(pk=desk.row_of(ATTACHMENTS, number)).client_id
        order = list(coming_first(File.objects.all()).values_list("client_id", flat=True))
        theirs = order.count(owner)
        assert order[:theirs] == [owner] * theirs
        assert len(order) > theirs > 0


def test_what_was_written_with_the_bytes_is_no_edit(desk: Desk) -> None:
    done = desk.move(only=ONLY)
    again = desk.move(only=ONLY)
    assert set(again.outcomes(ATTACHMENTS)) == {"unchanged"}
    desk.undo(again.run)
    assert desk.undo(done.run)[ATTACHMENTS].edited == ()


# undo


def test_undoing_leaves_not_one_byte(desk: Desk) -> None:
    done = desk.move()
    count = len(bytes_of(desk)) + len(desk.records["signatures"])
    assert len(list(desk.shelf.keys())) == count
    desk.undo(done.run, preview=True)
    assert len(list(desk.shelf.keys())) == count
    undone = desk.undo(done.run)
    assert undone[ATTACHMENTS].removed == len(desk.records[ATTACHMENTS])
    assert list(desk.shelf.keys()) == []
    assert [path for path in (desk.home / "files").rglob("*") if path.is_file()] == []
    with desk.inside():
        assert not File.objects.exists()
        assert not CaseFile.objects.exists()
        assert not LooseKey.objects.exists()


def test_what_somebody_edited_keeps_its_bytes(desk: Desk) -> None:
    done = desk.move()
    number = str(desk.records[ATTACHMENTS][0]["id"])
    with desk.inside():
        row = desk.row_of(ATTACHMENTS, number)
        File.objects.filter(pk=row).update(description="seen by Dr Example")
        key = File.objects.get(pk=row).storage_key
    desk.undo(done.run)
    assert list(desk.shelf.keys()) == [key]


def test_bytes_that_could_not_be_deleted_are_deleted_when_it_is_called_again(desk: Desk) -> None:
    done = desk.move(only=ONLY)
    files, away = desk.home / "files", desk.home / "away"
    files.rename(away)
    files.write_text("not a folder")
    with pytest.raises(StopImport, match="files cannot be stored or deleted"):
        desk.undo(done.run)
    assert runs.find_run(done.run.pk).state == State.DELETING
    files.unlink()
    away.rename(files)
    desk.undo(done.run)
    assert runs.find_run(done.run.pk).state == State.DELETED
    assert list(desk.shelf.keys()) == []


@pytest.mark.parametrize("model", holders())
def test_however_a_row_is_deleted_its_bytes_are_noted(desk: Desk, model: type[HasContent]) -> None:
    (resource,) = [each.spec.name for each in RESOURCES if each.spec.target is model]
    desk.move(only=(resource,))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
        gone = cursor.rowcount
    assert gone > 0
    with desk.inside():
        assert LooseKey.objects.count() == gone
    assert Keeper(desk.shelf).sweep(desk.workspace.pk) == gone
    assert list(desk.shelf.keys()) == []
