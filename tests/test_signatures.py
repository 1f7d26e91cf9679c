"""Signatures: the drawings of forms are files like others, without a request of their own."""

import hashlib
import itertools
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from handover.clinical.documents import read, signatures
from handover.clinical.documents.render import render
from handover.clinical.models import FormSignature
from handover.files.keeping import Keeper
from handover.files.models import FileState, LooseKey
from handover.files.shelf import Kept
from handover.importing import runs
from handover.sandbox import Fault
from handover.sandbox.listings import image_bytes
from tests.moving import Desk, Moved, linked

SIGNATURES = "patient_forms_signatures"
ONLY = (SIGNATURES,)
A_PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="


def drawn(desk: Desk) -> dict[str, bytes]:
    """What each signature is at Cliniko, by its number."""
    return {str(e["id"]): image_bytes(e["image"]) for e in desk.records["signatures"]}


def here(desk: Desk) -> dict[str, bytes]:
    """What lies on the shelf for each."""
    with desk.inside():
        rows = list(FormSignature.objects.filter(state=FileState.STORED))
    return {each.number: b"".join(desk.shelf.read(each.storage_key)) for each in rows}


def redraw(desk: Desk, number: int, image: object) -> str:
    record = desk.records["signatures"][number]
    record["image"] = image
    desk.sandbox.touch()
    return str(record["id"])


def keys(desk: Desk) -> set[str]:
    return set(desk.shelf.keys())


def test_each_drawing_is_a_file_with_size_checksum_and_type(desk: Desk) -> None:
    redraw(desk, 0, A_PNG)
    done = desk.move(only=ONLY)
    assert (done.report.state, done.balanced) == ("done", True)
    assert here(desk) == drawn(desk)
    kinds = set()
    with desk.inside():
        for each in FormSignature.objects.all():
            content = drawn(desk)[each.number]
            assert (each.size, each.sha256) == (len(content), hashlib.sha256(content).hexdigest())
            assert each.storage_key.startswith(f"{desk.workspace.pk}/")
            assert each.sniffed_type == each.declared_type
            kinds.add(each.sniffed_type)
        assert LooseKey.objects.count() == 0
    assert kinds == {"image/svg+xml", "image/png"}
    contents = done.line(SIGNATURES)["contents"]
    assert contents["stored"] == contents["count"] == len(drawn(desk))
    assert contents["stored_bytes"] == contents["bytes"] == sum(map(len, drawn(desk).values()))
    assert done.line(SIGNATURES)["requests"] == len(drawn(desk)), "and storing asks for nothing"


def test_what_cannot_be_read_is_kept_as_it_came_and_listed(desk: Desk) -> None:
    broken = redraw(desk, 0, "data:image/png;base64,%%%")
    page = redraw(desk, 1, f"data:text/html,{quote('<script>alert(1)</script>')}")
    none = redraw(desk, 2, None)
    done = desk.move(only=ONLY)
    assert (done.report.state, done.balanced) == ("done", True)
    stored = here(desk)
    assert stored[broken] == b"data:image/png;base64,%%%"
    assert stored[page] == b"<script>alert(1)</script>"
    assert stored[none] == b""
    listed = {(each["cause"], each["count"]) for each in done.problems(SIGNATURES)}
    assert ("image cannot be read", 2) in listed
    assert ("unknown value", 1) in listed


def test_the_export_has_the_drawings_under_the_names_of_their_records(moved: Moved) -> None:
    there = {
        f"{linked(each['patient_form'])}/{each['id']}": image_bytes(each["image"])
        for each in moved.records["signatures"]
    }
    rows = moved.archive.by_source("form_signatures", SIGNATURES)
    assert rows.keys() == there.keys()
    for name, row in rows.items():
        assert (moved.archive.folder / "files" / row["id"]).read_bytes() == there[name]
        assert row["sha256"] == hashlib.sha256(there[name]).hexdigest()
        assert "image" not in row


def test_undoing_leaves_not_one_byte_of_a_drawing(desk: Desk) -> None:
    done = desk.moved(only=ONLY)
    assert len(keys(desk)) == len(drawn(desk))
    desk.undo(done.run)
    assert [path for path in (desk.home / "files").rglob("*") if path.is_file()] == []
    with desk.inside():
        assert not FormSignature.objects.exists()
        assert not LooseKey.objects.exists()


def test_a_second_import_stores_nothing_twice_and_calls_nothing_edited(desk: Desk) -> None:
    done = desk.moved(only=ONLY)
    before = keys(desk)
    again = desk.move(only=ONLY)
    assert set(again.outcomes(SIGNATURES)) == {"unchanged"}
    assert keys(desk) == before
    desk.undo(again.run)
    assert desk.undo(done.run)[SIGNATURES].edited == ()


def test_a_drawing_that_has_changed_takes_the_place_of_the_old_one_until_undone(
    desk: Desk,
) -> None:
    desk.moved(only=ONLY)
    before, shelf = here(desk), len(keys(desk))
    number = redraw(desk, 0, f"data:image/svg+xml,{quote('<svg>new</svg>')}")
    again = desk.move(only=ONLY)
    assert again.outcomes(SIGNATURES)["updated"] == 1
    assert here(desk) == {**before, number: b"<svg>new</svg>"}
    assert len(keys(desk)) == shelf
    desk.undo(again.run)
    assert here(desk) == before
    assert len(keys(desk)) == shelf


class Killed(BaseException):
    """Ends everything, as a kill does."""


class Dying(Keeper):
    """A keeper whose process dies between storing bytes and noting that they are there."""

    deaths: Iterator[int]
    stored: list[str]

    def put(self, key: str, chunks: Iterator[bytes]) -> Kept:  # type: ignore[override]  # any will do
        self.stored.append(key)
        return super().put(key, chunks)

    def hold(self, row_id: int, key: str, kept: Kept) -> bool:
        if next(self.deaths) == 2:
            raise Killed
        return super().hold(row_id, key, kept)


def test_a_death_between_storing_and_noting_loses_nothing_and_stores_nothing_twice(
    desk: Desk,
) -> None:
    stored: list[str] = []
    deaths = itertools.count()

    class DyingOffice(runs.Office):
        @property
        def keeper(self) -> Keeper:
            keeper = Dying(super().keeper.shelf)
            keeper.deaths, keeper.stored = deaths, stored
            return keeper

    run, office = desk.begin(only=ONLY), DyingOffice(**vars(desk.office))
    with pytest.raises(Killed):
        runs.go_on(office, runs.find_run(run.pk))
    assert len(keys(desk)) == 3
    assert len(here(desk)) == 2
    report = runs.go_on(office, runs.find_run(run.pk))
    assert (report.state, report.balanced) == ("done", True)
    assert here(desk) == drawn(desk)
    assert len(stored) == len(drawn(desk)) == len(keys(desk))
    with desk.inside():
        assert LooseKey.objects.count() == 0


def test_a_rehearsal_stores_no_drawing_and_says_how_much_there_is(desk: Desk) -> None:
    done = desk.moved(only=ONLY, rehearsal=True)
    contents = done.line(SIGNATURES)["contents"]
    assert (contents["count"], contents["stored"]) == (len(drawn(desk)), 0)
    assert contents["bytes"] == sum(map(len, drawn(desk).values()))
    assert keys(desk) == set()
    runs.load_rehearsed(done.run)
    assert desk.go_on(done.run).report.state == "done"
    assert here(desk) == drawn(desk)


def test_a_signature_that_is_gone_is_rejected_with_its_reason(desk: Desk) -> None:
    gone = desk.records["signatures"][3]
    form = linked(gone["patient_form"])
    path = f"/patient_forms/{form}/signatures/{gone['id']}"
    desk.sandbox.faults = [Fault("status", path=path, status=404)]
    done = desk.move(only=ONLY)
    assert (done.report.state, done.balanced) == ("done", True)
    assert done.outcomes(SIGNATURES)["rejected"] == 1
    (rejected,) = [each for each in done.problems(SIGNATURES) if each["cause"] == "rejected"]
    assert rejected["example_id"] == f"{form}/{gone['id']}"
    assert path in rejected["example"]
    assert here(desk).keys() == drawn(desk).keys() - {str(gone["id"])}
    entry = desk.export().ledger[SIGNATURES, f"{form}/{gone['id']}"]
    assert (entry["outcome"], entry["became"]) == ("rejected", None)
    assert entry["reason"]


def test_a_form_shows_its_signatures_by_their_addresses(desk: Desk) -> None:
    desk.moved(only=ONLY)
    with desk.inside():
        signature = FormSignature.objects.select_related("form").order_by("pk")[0]
        form = signature.form
        mine = form.signatures.filter(state=FileState.STORED)
        addresses = {each.number: f"/signatures/{each.pk}" for each in mine}
    document = read(form.document)
    assert set(signatures(document)) == addresses.keys()
    page = render(document, signatures=addresses)
    for address in addresses.values():
        assert f'<img src="{address}"' in page
    assert "<svg" not in page
