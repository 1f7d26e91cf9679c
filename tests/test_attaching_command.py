"""`handover attach` and `attach-place` as people use them, wrong input and `kill -9` among it."""

import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import HomeFrom
from handover.core.postgres import EmbeddedPostgres
from handover.sandbox import Sandbox
from tests import starting
from tests.archive import Archive
from tests.documents import PDF, zip_bytes, zip_of
from tests.moving import a_practice
from tests.test_command_line import Terminal

KILLS, SEED = 3, 20261123
DOCUMENTS = 200


@pytest.fixture(scope="module")
def terminal(ready_home: HomeFrom) -> Iterator[Terminal]:
    """An installation with the clients of the demo practice."""
    with (
        ready_home() as home,
        EmbeddedPostgres(home, durable=False),
        Sandbox(a_practice(), rate_limit=0) as sandbox,
    ):
        found = Terminal(home, sandbox)
        done = found.bring("--workspace", "Practice", "--create", "--only", "patients")
        assert done.code == 0, done.text
        yield found


@pytest.fixture
def patient(terminal: Terminal) -> str:
    return str(terminal.sandbox.practice.records["patients"][0]["id"])


def archived(terminal: Terminal, folder: Path) -> Archive:
    assert terminal.run("export", "--workspace", "Practice", "--to", str(folder)).code == 0
    return Archive(folder)


def test_documents_are_attached_listed_placed_and_undone(
    terminal: Terminal, patient: str, tmp_path: Path
) -> None:
    path = zip_of(
        tmp_path / "documents.zip",
        {
            f"Jane - {patient}/a.pdf": PDF,
            "b\x1b[31m.pdf": b"b",
            f"Jane - {patient}/c.zip": zip_bytes({"c": b"c"}),
            ".DS_Store": b"x",
        },
    )
    report = tmp_path / "report.json"
    done = terminal.run("attach", "--workspace", "practice", str(path), "--report", str(report))
    assert done.code == 3
    assert "Looking through documents.zip" in done.err
    assert "Balanced: 4 records were read, and each has an outcome." in done.out
    assert "Handed over" in done.out
    assert "To be placed" in done.out
    assert "it is itself an archive (ZIP): unpack it" in done.out
    assert "\x1b" not in done.out, "a name cannot steer the terminal"
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["state"], told["balanced"]) == ("done", True)
    (waiting,) = told["not_placed"]
    assert waiting["path"] == "b\x1b[31m.pdf"
    assert [each["path"] for each in told["refused"]] == [f"Jane - {patient}/c.zip"]
    _place_and_undo(terminal, patient, str(told["import"]), str(waiting["file"]))
    left = {each["description"] for each in archived(terminal, tmp_path / "export").lines("files")}
    assert left & {waiting["path"], f"Jane - {patient}/a.pdf"} == {waiting["path"]}


def _place_and_undo(terminal: Terminal, patient: str, number: str, document: str) -> None:
    words = ("attach-place", "--workspace", "Practice")
    listed, placed, none_left, twice, imports, resumed, undone, over = terminal.several(
        ([*words], {}),
        ([*words, "--patient", patient, document], {}),
        ([*words], {}),
        ([*words, "--patient", patient, document], {}),
        (["imports"], {}),
        (["import-resume", number], {}),
        (["import-undo", number, "--yes", "Practice"], {}),
        (["import-undo", number], {}),
    )
    assert document in listed.out
    assert f"Document {document} is with client" in placed.out
    assert "Every document is with a client." in none_left.out
    assert (twice.code, "already" in twice.text) == (1, True)
    assert "documents.zip" in imports.text
    assert (resumed.code, "`handover attach` with the same ones" in resumed.text) == (1, True)
    assert undone.code == 0
    assert "edited here" in undone.text, "what somebody has placed is theirs"
    assert r"1 (b\x1b[31m.pdf)" in undone.text, "by where it stood"
    assert over.code == 1


def test_a_rehearsal_says_what_would_be(terminal: Terminal, patient: str, tmp_path: Path) -> None:
    path = zip_of(tmp_path / "r.zip", {f"Jane - {patient}/r.pdf": PDF})
    done = terminal.run("attach", "--workspace", "Practice", "--rehearse", str(path))
    assert (done.code, "A rehearsal: nothing was written" in done.out) == (0, True)


def test_a_rehearsal_lists_what_could_not_be_placed_and_its_report_has_all_of_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    entries = {f"nobody's/{n:02}.pdf": PDF + bytes([n]) for n in range(53)}
    path = zip_of(tmp_path / "many.zip", {**entries, "c.zip": zip_bytes({"c": b"c"})})
    report = tmp_path / "report.json"
    words = ("attach", "--workspace", "Practice", "--rehearse", str(path))
    done = terminal.run(*words, "--report", str(report))
    assert (done.code, "nobody's/49.pdf" in done.out) == (3, True)
    assert "nobody's/50.pdf" not in done.out
    assert "and 3 more; `--report FILE` writes them all" in done.out
    assert "attach-place" not in done.out, "there is nothing yet to be placed"
    told = json.loads(report.read_text(encoding="utf-8"))
    assert [each["path"] for each in told["not_placed"]] == list(entries)
    assert {each["file"] for each in told["not_placed"]} == {None}
    assert [each["path"] for each in told["refused"]] == ["c.zip"]
    assert "many.zip" in terminal.run("imports").out


def test_wrong_input_is_told_and_does_nothing(terminal: Terminal, tmp_path: Path) -> None:
    empty, text, bomb = (tmp_path / name for name in ("empty.zip", "text.zip", "bomb.zip"))
    zip_of(empty, {})
    text.write_text("no archive")
    zip_of(bomb, {"../x": b"x"})
    good = str(zip_of(tmp_path / "good.zip", {"a.pdf": PDF}))
    words = ["attach", "--workspace", "Practice"]
    place = ["attach-place", "--workspace", "Practice"]
    cases = [
        (["attach", good], 2, "Missing option '--workspace'"),
        ([*words], 2, "Missing argument 'ZIP'"),
        ([*words, str(tmp_path / "none.zip")], 2, "does not exist"),
        ([*words, "--report", "/nowhere/x.json", good], 2, "the report cannot be written"),
        ([*words, str(empty)], 1, "there is no document in empty.zip"),
        ([*words, str(tmp_path / "folder")], 1, "there is no document in folder"),
        ([*words, str(text)], 1, "text.zip is no ZIP archive"),
        ([*words, str(bomb)], 1, "bomb.zip was refused, and nothing of it was taken"),
        (["attach", "--workspace", "Nobody's", good], 1, "there is no workspace"),
        ([*place, "1"], 2, "give a document, and either --client or --patient"),
        ([*place, "--client", "1"], 2, "give a document, and either --client or --patient"),
        ([*place, "--client", "1", "--patient", "1", "1"], 2, "either --client or --patient"),
        ([*place, "--client", "1", "99999"], 1, "there is no document 99999"),
    ]
    (tmp_path / "folder").mkdir()
    before = terminal.run("imports").out
    ended = terminal.several(*((case, {}) for case, _, _ in cases))
    for (case, code, said), each in zip(cases, ended, strict=True):
        assert (each.code, said in each.text) == (code, True), (case, each.text)
    assert terminal.run("imports").out == before


@pytest.mark.slow
def test_killed_between_two_documents_it_loses_nothing_and_stores_nothing_twice(
    terminal: Terminal, patient: str, tmp_path: Path
) -> None:
    moments = random.Random(SEED)
    entries = {f"Jane - {patient}/{n:03}.txt": moments.randbytes(5000) for n in range(DOCUMENTS)}
    path = zip_of(tmp_path / "killed.zip", entries)
    words = ("attach", "--workspace", "Practice", str(path))
    environment = os.environ | {"HANDOVER_HOME": str(terminal.home), "DATABASE_URL": ""}
    before = shelved(terminal)
    for kill in range(KILLS):
        process = starting.start("handover.cli", words, environment)
        began = len(shelved(terminal))
        while process.poll() is None and len(shelved(terminal)) < began + kill + 1:
            time.sleep(0.01)
        process.kill()
        process.wait(timeout=60)
    partway = len(shelved(terminal)) - len(before)
    assert 0 < partway < DOCUMENTS
    assert terminal.run(*words).code == 0
    archive = archived(terminal, tmp_path / "export")
    files = {each["description"]: each["id"] for each in archive.lines("files")}
    contents = {name: (archive.folder / "files" / files[name]).read_bytes() for name in entries}
    assert contents == entries
    assert len(shelved(terminal)) == len(before) + DOCUMENTS
    assert terminal.run("imports").out.count("killed.zip") == 1


def shelved(terminal: Terminal) -> list[Path]:
    """Everything that lies where files are kept."""
    return [path for path in (terminal.home / "files").rglob("*") if path.is_file()]
