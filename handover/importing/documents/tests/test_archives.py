"""Archives that mean no good, or are merely odd: what is refused, and how much of it."""

import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover.importing.documents.limits import MEGABYTE, USUAL, Limits
from handover.importing.documents.paths import JUNK, danger
from handover.importing.documents.source import DocumentSource
from handover.importing.documents.survey import TWICE, Document, box_at, look_through
from handover.importing.engine.errors import StopImport
from tests.documents import PDF, claiming, zip_bytes, zip_of

AT = "Jane - 17/letter.pdf"
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


def found(path: Path, limits: Limits = USUAL) -> dict[str, Document]:
    """What the survey finds, by path."""
    box = box_at(path, limits)
    try:
        return {each.entry.path: each for each in look_through(box).values()}
    finally:
        box.close()


def refusal(path: Path, limits: Limits = USUAL) -> str:
    """Why the whole of it is refused."""
    with pytest.raises(StopImport) as problem:
        found(path, limits)
    return str(problem.value)


def info(name: str, **changes: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    for attribute, value in changes.items():
        setattr(made, attribute, value)
    return made


# the whole archive


@pytest.mark.parametrize("name", ["/etc/passwd", "C:\\x.pdf", "../x.pdf", "Jane - 17/../../x"])
def test_a_path_that_leads_outside_refuses_everything(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: PDF, name: b"x"})
    assert "a.zip was refused, and nothing of it was taken" in refusal(path)


def test_a_folder_that_leads_outside_refuses_everything_too(tmp_path: Path) -> None:
    assert "by `..`" in refusal(zip_of(tmp_path / "a.zip", {"../": b"", AT: PDF}))


@pytest.mark.parametrize(
    "content", [b"", b"no archive", PDF, b"PK\x03\x04" + b"x" * 100, b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_archive_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "a.zip is no ZIP archive, or only a part of one" in refusal(path)


def test_an_archive_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: os.urandom(1000)})
    path.write_bytes(path.read_bytes()[:-30])
    assert "only a part of one" in refusal(path)


def test_an_empty_archive_and_a_missing_one_say_so(tmp_path: Path) -> None:
    assert refusal(zip_of(tmp_path / "a.zip", {})) == "there is no document in a.zip"
    assert refusal(zip_of(tmp_path / "b.zip", {"Jane - 17/": b""})).startswith("there is no doc")
    assert "there is no file" in refusal(tmp_path / "missing.zip")


def test_a_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: PDF})
    claiming(path, AT, 4_000_000_000)
    tracemalloc.start()
    said = refusal(path)
    assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    tracemalloc.stop()
    assert "unpacks to 4.0 GB, which is more than 100 times its size" in said


def test_many_small_bombs_are_one(tmp_path: Path) -> None:
    few = Limits(harmless=MEGABYTE, harmless_together=2 * MEGABYTE)
    blank = {f"Jane - 17/{n}.bmp": bytes(MEGABYTE) for n in range(3)}
    path = zip_of(tmp_path / "a.zip", blank)
    assert "it unpacks to 0.0 GB" in refusal(path, few)
    assert len(found(path)) == 3, "blank pages are packed as far, and do no harm"


def test_entries_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("Jane - 17/0.pdf", os.urandom(1000))
        for number in range(1, 50):
            again = info(f"Jane - 17/{number}.pdf", file_size=1000, compress_size=1000)
            again.CRC = file.filelist[0].CRC
            again.header_offset = 0
            file.filelist.append(again)
    assert "parts of it lie upon one another" in refusal(path)


def test_more_entries_than_can_be_looked_after_are_refused_unread(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {f"Jane - 17/{n}.txt": b"x" for n in range(50)})
    assert "more in it than 49 documents" in refusal(path, Limits(entries=49))
    assert len(found(path, Limits(entries=50))) == 50
    assert "their names are too long" in refusal(path, Limits(directory=1000))


def test_a_list_of_contents_that_claims_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: PDF})
    raw = bytearray(path.read_bytes())
    struct.pack_into("<L", raw, len(raw) - 22 + 12, 3_000_000_000)
    path.write_bytes(raw)
    tracemalloc.start()
    refusal(path)
    assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    tracemalloc.stop()


# one entry


@pytest.mark.parametrize(("name", "refused"), [("", "it has no name"), ("\0ane - 17/a.pdf", "")])
def test_a_name_that_no_file_can_have_stops_no_other(
    tmp_path: Path, name: str, refused: str
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        made = info(AT)
        made.filename = name or AT  # its own constructor cuts a name off at such a character
        file.writestr(made, PDF)
        made.filename = name
        file.writestr("Jane - 17/other.pdf", PDF)
    there = found(path)
    assert there.keys() == {name, "Jane - 17/other.pdf"}
    assert there[name].entry.refused == refused


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (info(AT, external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3), "a link"),
        (info(AT, external_attr=(stat.S_IFIFO | 0o644) << 16, create_system=3), "a device"),
        (info(AT, compress_type=zipfile.ZIP_LZMA), "packed in an unusual way"),
        (info(AT, compress_type=zipfile.ZIP_BZIP2), "packed in an unusual way"),
        (info("Jane - 17/folder/"), "calls itself a folder"),
    ],
    ids=["link", "device", "lzma", "bzip2", "folder"],
)
def test_an_odd_entry_is_refused_and_the_others_come(
    tmp_path: Path, made: zipfile.ZipInfo, reason: str
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(made, b"/etc/passwd")
        file.writestr("Jane - 17/other.pdf", PDF)
    documents = found(path)
    assert reason in documents[made.filename].refused
    assert documents["Jane - 17/other.pdf"].comes


def test_an_entry_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: PDF})
    raw = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + place] |= 1
    path.write_bytes(raw)
    assert "locked with a password" in found(path)[AT].refused


def test_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: PDF * 50, "Jane - 17/b.pdf": PDF}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[100] ^= 0xFF
    path.write_bytes(raw)
    assert found(path)[AT].refused == "it is damaged"
    assert found(path)["Jane - 17/b.pdf"].comes


@pytest.mark.parametrize("size", [1, 10_000])
def test_an_entry_of_another_size_than_it_says_is_refused(tmp_path: Path, size: int) -> None:
    path = claiming(zip_of(tmp_path / "a.zip", {AT: PDF * 50}), AT, size)
    assert found(path)[AT].refused.startswith("it is damaged")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (zip_bytes({"a.pdf": PDF}), "ZIP"),
        (zip_bytes({"b.zip": zip_bytes({"c.zip": zip_bytes({"d": bytes(10**6)})})}), "ZIP"),
        (zip_bytes({}), "ZIP"),
        (b"\x1f\x8b\x08" + bytes(20), "gzip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), "7z"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"a".ljust(257, b"\0") + b"ustar\0", "tar"),
    ],
)
def test_an_archive_in_the_archive_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: content, "Jane - 17/b.pdf": PDF})
    assert found(path)[AT].refused.startswith(f"it is itself an archive ({kind})")
    assert found(path)["Jane - 17/b.pdf"].comes


@pytest.mark.parametrize("first", ["[Content_Types].xml", "mimetype", "word/document.xml"])
def test_documents_of_office_programs_are_no_archives(tmp_path: Path, first: str) -> None:
    path = zip_of(tmp_path / "a.zip", {"Jane - 17/letter.docx": zip_bytes({first: b"x"})})
    assert found(path)["Jane - 17/letter.docx"].comes


def test_junk_is_skipped_and_counted(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"__MACOSX/Jane - 17/._a.pdf": b"x", AT: PDF})
    assert found(path)["__MACOSX/Jane - 17/._a.pdf"].skipped == JUNK


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_one_document_or_two_by_content(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for content in (b"one", b"two", b"one"):
            file.writestr(AT, content)
    box = box_at(path)
    documents = list(look_through(box).values())
    box.close()
    assert [each.skipped for each in documents] == ["", "", TWICE]
    assert len({each.id for each in documents}) == 3


@pytest.mark.parametrize(
    ("raw", "utf8", "system", "name"),
    [
        ("Zoë - 17/ä.pdf", True, 0, "Zoë - 17/ä.pdf"),
        ("Zoë - 17/ä.pdf", False, 3, "Zoë - 17/ä.pdf"),  # macOS does not say that it is UTF-8
        ("דנה - 17/\u202eמכתב.pdf", True, 3, "דנה - 17/\u202eמכתב.pdf"),
    ],
)
def test_names_are_what_the_archive_says(
    tmp_path: Path, raw: str, utf8: bool, system: int, name: str
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(info(raw, create_system=system), PDF)
    if not utf8:
        _forget_the_flag(path)
    assert set(found(path)) == {name}


def test_a_name_of_an_old_pc_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(info("Zo? - 17/letter.pdf", create_system=0), PDF)
    path.write_bytes(path.read_bytes().replace(b"Zo?", b"Zo\x89"))
    assert set(found(path)) == {"Zoë - 17/letter.pdf"}


def _forget_the_flag(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", raw, raw.index(mark) + place, 0)
    path.write_bytes(raw)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(NAMES.filter(bool), st.binary(max_size=50), min_size=1, max_size=5))
def test_whatever_the_names_are_each_entry_is_accounted_for(
    tmp_path: Path, entries: dict[str, bytes]
) -> None:
    path = zip_of(tmp_path / "a.zip", entries)
    listed = {name for name, content in entries.items() if content or not name.endswith("/")}
    if any(map(danger, entries)):
        assert "nothing of it was taken" in refusal(path)
    elif not listed:
        assert "there is no document" in refusal(path)
    else:
        assert set(found(path)) == listed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_whatever_is_broken_in_an_archive_it_is_refused_or_read(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = zip_of(tmp_path / "a.zip", {AT: PDF * 20, "Jane - 18/b.txt": b"b"})
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(
        raw[: data.draw(st.integers(0, len(raw)))] if data.draw(st.booleans()) else raw
    )
    try:
        source = DocumentSource(path)
    except StopImport:
        return
    source.close()


# a folder


def test_a_folder_is_read_as_an_archive_is(tmp_path: Path) -> None:
    (tmp_path / "Jane - 17" / "Letters").mkdir(parents=True)
    (tmp_path / "Jane - 17" / "Letters" / "b.pdf").write_bytes(PDF)
    (tmp_path / "Jane - 17" / "link.pdf").symlink_to("/etc/passwd")
    (tmp_path / "Jane - 18").symlink_to(tmp_path / "Jane - 17")
    os.mkfifo(tmp_path / "pipe")
    documents = found(tmp_path)
    assert documents["Jane - 17/Letters/b.pdf"].comes
    odd = {path for path, each in documents.items() if each.refused.startswith("it is no document")}
    assert odd == documents.keys() - {"Jane - 17/Letters/b.pdf"}
    assert odd == {"Jane - 17/link.pdf", "Jane - 18", "pipe"}
    assert "more in it" in refusal(tmp_path, Limits(entries=3))


def test_the_same_documents_are_known_by_their_print_whatever_they_come_in(tmp_path: Path) -> None:
    entries = {AT: PDF, "Jane - 18/b.pdf": b"b"}
    folder = tmp_path / "folder"
    for name, content in entries.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    other = zip_of(tmp_path / "b.zip", entries | {AT: b"other"})
    prints = []
    for path in (folder, zip_of(tmp_path / "a.zip", entries), other):
        source = DocumentSource(path)
        prints.append(source.fingerprint)
        source.close()
    assert prints[0] == prints[1] != prints[2]
