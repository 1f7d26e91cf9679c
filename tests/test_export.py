"""The archive: whole, the same every time, and to be read by itself."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

from handover.clients.models import Client, ClientPhone
from handover.exporting.archive import write_archive
from handover.exporting.archive.problems import CannotExport
from tests.archive import Archive
from tests.moving import Desk, Moved

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
DECIMAL = re.compile(r"-?\d+\.(\d{6}|\d{12})")  # twelve on what was issued
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DECIMALS = {"price", "rate", "quantity", "stock_level", "cost_price", "max_invoiceable_amount",
            "unit_price", "net_price", "tax_amount", "total_amount"}  # fmt: skip
PARTS = {"client_phones", "contact_phones", "user_phones", "location_services",
         "availability_intervals", "client_contacts", "note_addenda",
         "service_note_templates", "offering_practitioners"}  # fmt: skip


def test_the_manifest_names_every_file_with_its_lines_and_checksum(moved: Moved) -> None:
    manifest = json.loads((moved.archive.folder / "manifest.json").read_text())
    assert (manifest["format"], manifest["workspace"]) == (1, "Moved")
    told = {each["name"]: (each["records"], each["sha256"]) for each in manifest["files"]}
    assert told == {
        name: (content.count(b"\n"), hashlib.sha256(content).hexdigest())
        for name, content in moved.archive.files.items()
    }
    assert {each.name for each in moved.archive.folder.iterdir()} == {
        *(*told, "files", "manifest.json"),
    }


def test_every_line_is_one_object_and_all_of_a_file_have_the_same_keys(moved: Moved) -> None:
    for name, content in moved.archive.files.items():
        assert not content or content.endswith(b"\n")
        keys = {tuple(json.loads(line)) for line in content.decode("utf-8").splitlines()}
        assert len(keys) <= 1, name


def test_letters_of_any_script_stand_as_they_are(moved: Moved) -> None:
    assert "Trần" in (moved.archive.folder / "practitioners.ndjson").read_text(encoding="utf-8")


def test_moments_days_and_amounts_have_one_form_each(moved: Moved) -> None:
    seen = dict.fromkeys(("moment", "day", "decimal"), 0)
    for name in moved.archive.tables:
        for record in moved.archive.lines(name):
            for key, value in record.items():
                if value is None or name == "availability_intervals":
                    continue
                if key.endswith("_at"):
                    assert MOMENT.fullmatch(value), (name, key, value)
                    seen["moment"] += 1
                elif key.endswith(("_date", "_on")):
                    assert DAY.fullmatch(value), (name, key, value)
                    seen["day"] += 1
                elif key in DECIMALS:
                    assert DECIMAL.fullmatch(value), (name, key, value)
                    seen["decimal"] += 1
    assert min(seen.values()) > 20


def test_no_two_records_have_one_id_and_every_link_leads_to_one(moved: Moved) -> None:
    ids = [each["id"] for name in moved.archive.tables for each in moved.archive.lines(name)
           if name not in PARTS]  # fmt: skip
    assert len(ids) == len(set(ids)) > 700
    links = {
        value
        for name in moved.archive.tables
        for record in moved.archive.lines(name)
        for value in record.values()
        if isinstance(value, str) and UUID.fullmatch(value)
    }
    assert links <= set(ids)


def test_what_only_the_database_needs_to_know_is_left_out(moved: Moved) -> None:
    for name in moved.archive.tables:
        for record in moved.archive.lines(name):
            assert not {"workspace", "revision", "account", "account_id"} & set(record)


def test_equal_contents_give_equal_bytes(desk: Desk) -> None:
    desk.moved(only=("patients",))
    assert desk.export().files == desk.export().files


def test_what_was_made_here_is_exported_too_and_names_no_source(desk: Desk) -> None:
    with desk.inside():
        own = Client.objects.create(workspace=desk.workspace, first_name="Own", last_name="Client")
        ClientPhone.objects.create(
            workspace=desk.workspace, client_id=own.pk, type="mobile", number="0400"
        )
    archive = desk.export()
    (client,), (phone,) = archive.table("clients"), archive.table("client_phones")
    assert (client["first_name"], client["sources"]) == ("Own", [])
    assert (phone["client"], phone["number"]) == (client["id"], "0400")
    assert set(phone) == {"client", "type", "number", "normalized_number", "position"}


def test_an_empty_workspace_gives_every_file_with_nothing_in_it(desk: Desk, moved: Moved) -> None:
    archive = desk.export()
    assert set(archive.files) == set(moved.archive.files)
    assert set(archive.files.values()) == {b""}


def test_the_folder_is_for_its_owner_alone(desk: Desk) -> None:
    assert desk.export().folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_holds_something_is_left_alone(desk: Desk) -> None:
    folder = desk.home / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(CannotExport, match="full is not empty; name a new folder"):
        write_archive(desk.workspace, folder, desk.shelf)
    assert [each.name for each in folder.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder(desk: Desk) -> None:
    file = desk.home / "file"
    file.write_text("mine")
    for place in (file, file / "below"):
        with pytest.raises(CannotExport, match="is a file; name a folder"):
            write_archive(desk.workspace, place, desk.shelf)
    assert file.read_text() == "mine"


def test_folders_above_are_made_if_they_are_missing(desk: Desk) -> None:
    folder = desk.home / "a" / "b" / "c"
    write_archive(desk.workspace, folder, desk.shelf)
    assert Archive(folder).counts["clients"] == 0
    assert isinstance(folder, Path)


@contextmanager
def on_coming_to(table: str, then: Callable[[], None]) -> Iterator[None]:
    """Do something in the midst of an export: just before it reads this table."""
    due = [then]

    def look(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        if due and f'FROM "{table}"' in sql:
            due.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield
    assert not due, f"{table} was never read"


@pytest.fixture
def known(desk: Desk) -> Desk:
    """A desk with one client, who has a telephone."""
    with desk.inside():
        own = Client.objects.create(workspace=desk.workspace, first_name="Own")
        ClientPhone.objects.create(workspace=desk.workspace, client_id=own.pk, number="0400")
    return desk


def test_all_files_show_one_moment_though_people_go_on_working(known: Desk) -> None:
    def work() -> None:
        Client.objects.using("owner").all().delete()
        Client.objects.using("owner").create(workspace_id=known.workspace.pk, first_name="New")

    with on_coming_to("clients_client", work):
        archive = known.export()
    (client,), (phone,) = archive.table("clients"), archive.table("client_phones")
    assert client["first_name"] == "Own"
    assert phone["client"] == client["id"]
    (later,) = known.export().table("clients")
    assert later["first_name"] == "New"


def test_an_export_within_another_transaction_would_not_show_one_moment(known: Desk) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        known.export()


def _stop() -> None:
    raise KeyboardInterrupt


def test_nothing_half_written_stays_when_it_is_stopped(known: Desk) -> None:
    made, given = known.home / "made", known.home / "given"
    given.mkdir()
    for folder in (made, given):
        with pytest.raises(KeyboardInterrupt), on_coming_to("clients_client", _stop):
            write_archive(known.workspace, folder)
    assert not made.exists()
    assert list(given.iterdir()) == []
    write_archive(known.workspace, given)
    assert Archive(given).counts["clients"] == 1


def test_what_others_put_there_meanwhile_stays(known: Desk) -> None:
    folder = known.home / "shared"

    def put() -> None:
        (folder / "clients.ndjson").write_text("theirs")

    with (
        pytest.raises(CannotExport, match="cannot be written"),
        on_coming_to("clients_clientphone", put),
    ):
        write_archive(known.workspace, folder)
    assert {each.name: each.read_text() for each in folder.iterdir()} == {
        "clients.ndjson": "theirs"
    }
