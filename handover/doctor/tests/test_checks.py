"""Each check, where all is well and where it is not."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import ProgrammingError, connections
from django.utils import timezone

from conftest import Emptying, a_workspace
from handover.accounts.models import Workspace
from handover.core.keyring import keep_ring, key_ring
from handover.core.postgres import EmbeddedPostgres
from handover.core.tenancy import acting_in
from handover.doctor import clock, database, disk, keys, mail, queue, settings, storage, versions
from handover.doctor.examine import guarded
from handover.doctor.finding import Finding, Level, ok
from handover.files.shelf import Shelf
from handover.files.storage import Folder
from handover.messaging.models import OutgoingMessage
from handover.messaging.outbox import post
from handover.messaging.tests.post_office import open_post_office
from handover.vault.models import DataKey
from handover.vault.sealing import make_data_key

Case = tuple[list[str], dict[str, str]]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def place(emptying: Emptying) -> Iterator[Workspace]:
    with emptying():
        yield a_workspace("Test practice")


@pytest.fixture
def keyless(place: Workspace) -> Workspace:
    """The same while it has no data key: each is of one test alone."""
    DataKey.objects.using("owner").all().delete()
    return place


def all_well(found: Iterable[Finding]) -> bool:
    return {each.level for each in found} <= {Level.OK}


def troubles(found: Iterable[Finding]) -> list[str]:
    """What is not as it should be; whoever says so says what to do."""
    bad = [each for each in found if each.level != Level.OK]
    assert all(each.do for each in bad)
    return [f"{each.level}: {each.says}" for each in bad]


# settings, versions, disk


def test_settings_are_listed_and_secrets_only_said_to_be_set() -> None:
    given = {
        "HANDOVER_CONTACT": "me@practice.example",
        "HANDOVER_CLINIKO_KEY": "hush-au1",
        "HANDOVER_MAIL": "smtps://me:hush@mail.example",
        "DATABASE_URL": "postgresql://me:hush@db/x",
    }
    (found,) = settings.check(given)
    assert found.level == Level.OK
    assert "HANDOVER_CONTACT=me@practice.example" in found.says
    assert "HANDOVER_CLINIKO_KEY=(set)" in found.says
    assert "hush" not in str(found)


def test_a_setting_that_is_mistyped_or_for_trying_out_is_told() -> None:
    given = {"HANDOVER_MIAL": "hush", "HANDOVER_DEMO": "1", "HANDOVER_DEBUG": "1"}
    found = list(settings.check(given))
    assert len(troubles(found)) == 4
    assert found[1].says == "HANDOVER_MIAL is no setting of Handover"
    assert found[1].do == "Did you mean HANDOVER_MAIL?"
    assert "hush" not in str(found)


def test_every_setting_of_the_readme_is_known() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(HANDOVER_[A-Z_]+|DATABASE_URL)` \|", table, re.MULTILINE)
    assert set(named) == settings.KNOWN


def test_versions_are_held_against_what_is_needed_and_what_was_tested() -> None:
    assert all_well(versions.check())
    assert troubles([versions.python((3, 10))]) == ["problem: Python 3.10 is too old"]
    wanted = ["django>=99", "no-such-package", "click>=8", "tomli>=9; python_version < '3'"]
    missing = troubles(versions.packages(wanted))
    assert missing[0].endswith(">=99 is needed")
    assert missing[1:] == ["problem: the package no-such-package is missing"]
    assert "(tested: 0.1)" in troubles(versions.locked("click==0.1 \\\n    --hash=x\n"))[0]


def test_a_disk_that_fills_up_is_told_in_time(tmp_path: Path) -> None:
    assert disk.room(tmp_path, 50 * disk.GIGABYTE).level == Level.OK
    assert disk.room(tmp_path, 2 * disk.GIGABYTE).level == Level.WARNING
    assert disk.room(tmp_path, disk.GIGABYTE // 2).level == Level.PROBLEM
    assert len(list(disk.check(tmp_path / "not" / "yet", "s3://bucket"))) == 1


def test_a_folder_that_others_may_look_into_or_we_may_not_write_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert list(disk.access(tmp_path)) == []
    tmp_path.chmod(0o755)
    assert "other users of this machine can look" in troubles(disk.access(tmp_path))[0]
    (tmp_path / "file").touch(0o600)
    assert "cannot be written to" in troubles(disk.access(tmp_path / "file"))[0]


# keys and storage


def test_a_key_file_of_another_database_is_found_out(keyless: Workspace, tmp_path: Path) -> None:
    with acting_in(keyless.pk):
        make_data_key(tmp_path, keyless.pk)
    assert all_well(keys.check(tmp_path))
    (tmp_path / "secret.key").rename(tmp_path / "right")
    assert troubles(keys.check(tmp_path)) == [
        "problem: what 1 workspaces keep secret cannot be opened with this key file"
    ]
    (tmp_path / "right").rename(tmp_path / "secret.key")
    keep_ring(tmp_path, key_ring(tmp_path).with_new())
    (tmp_path / "secret.key").chmod(0o644)
    assert [each.split()[0] for each in troubles(keys.check(tmp_path))] == ["problem:", "warning:"]
    (tmp_path / "secret.key").write_text("damaged")
    assert "it is damaged" in troubles(keys.check(tmp_path))[0]


class Forgetful(Folder):
    """A place that loses what it is given."""

    def read(self, key: str) -> Iterator[bytes]:
        super().read(key)
        yield b"something else"


def test_storage_is_written_to_read_from_and_left_as_it_was(tmp_path: Path) -> None:
    shelf = Shelf(Folder(tmp_path / "files"))
    assert all_well(storage.check(shelf))
    assert list(shelf.keys()) == []
    (tmp_path / "file").touch()
    in_the_way = storage.check(Shelf(Folder(tmp_path / "file")))
    assert "cannot be written to" in troubles(in_the_way)[0]
    assert "something else" in troubles(storage.check(Shelf(Forgetful(tmp_path / "odd"))))[0]


# mail


def test_mail_that_would_not_go_is_found_out_without_sending_any(
    place: Workspace, settings: LazySettings
) -> None:
    settings.EMAIL_HOST = ""
    assert "messages are kept" in troubles(mail.server())[0]
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    settings.DEFAULT_FROM_EMAIL = "handover@practice.example"
    with open_post_office() as office:
        settings.EMAIL_PORT = office.port
        assert all_well(mail.server())
        settings.DEFAULT_FROM_EMAIL = "handover@localhost"
        assert "which many refuse" in troubles(mail.server())[0]
        assert office.letters == []
    assert "Connection refused" in troubles(mail.server())[0]
    with acting_in(place.pk):
        for key in ("failed", "waiting"):
            post(place.pk, to="a@b.example", subject="x", text="x", key=key)
        OutgoingMessage.objects.filter(key="failed").update(state="failed")
        long_ago = timezone.now() - timedelta(hours=5)
        OutgoingMessage.objects.filter(key="waiting").update(next_attempt_at=long_ago)
    assert troubles(mail.outbox()) == [
        "warning: 1 messages of the last days could not be sent",
        "warning: a message waits since 5 hours to be sent",
    ]


# clock


@contextmanager
def a_source(date: str) -> Iterator[str]:
    """Something that refuses everybody and tells this time."""
    asked: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Authorization"])
            self.send_response_only(401)
            if date:
                self.send_header("Date", date)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()
        thread.join()
    assert set(asked) <= {None}, "the key is nobody's business here"


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, Level.OK), (20, Level.WARNING), (-400, Level.PROBLEM)]
)
def test_a_clock_that_is_wrong_is_found_out_by_clinikos(
    place: Workspace, seconds: int, level: Level
) -> None:
    told = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    with a_source(told) as url:
        ours, theirs = clock.check(url, "")
    assert (ours.level, theirs.level) == (Level.OK, level)


def test_a_source_that_does_not_answer_or_has_no_clock_is_told(place: Workspace) -> None:
    with a_source("") as url:
        assert "does not answer, or without the time" in troubles(clock.check(url, ""))[0]
    assert "does not answer" in troubles(clock.check(url, ""))[0]


def test_where_cliniko_is_comes_from_the_key_or_nobody_is_asked(place: Workspace) -> None:
    template = "https://api.{shard}.cliniko.com/v1"
    assert (
        clock.address_of(template, "MS0xLWFuLWludmVudGVkLWtleQ-au4")
        == "https://api.au4.cliniko.com/v1"
    )
    assert [clock.address_of(template, key) for key in ("", "!")] == ["", ""]
    assert all_well(clock.check(template, ""))


# database and queue


def test_a_sound_database_is_found_sound(place: Workspace) -> None:
    found = list(database.check())
    assert all_well(found)
    assert len(found) == 4


def test_a_server_that_is_too_old_and_a_wrong_encoding_are_told() -> None:
    assert "PostgreSQL 13.2 is too old" in troubles([database.server("13.2", 130002)])[0]
    assert "LATIN1" in troubles(database.text("LATIN1"))[0]


def as_owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_tables_of_another_time_are_told(place: Workspace) -> None:
    as_owner("UPDATE django_migrations SET name = '0009_future' WHERE app = 'vault' AND"
             " name = '0002_row_level_security'")  # fmt: skip
    try:
        assert "of a newer Handover (vault.0009_future)" in troubles([database.migrations()])[0]
        as_owner("UPDATE django_migrations SET app = 'gone' WHERE name = '0009_future'")
        as_owner("DELETE FROM django_migrations WHERE app = 'gone'")
        assert "1 migrations are still to be run" in troubles([database.migrations()])[0]
        assert not database.has_our_tables()
    finally:
        as_owner("DELETE FROM django_migrations WHERE name = '0009_future'")
        as_owner("INSERT INTO django_migrations (app, name, applied) VALUES"
                 " ('vault', '0002_row_level_security', now())")  # fmt: skip


def test_a_role_that_nothing_binds_is_told(place: Workspace) -> None:
    assert "is not bound by row-level security" in troubles([database.role("owner")])[0]


def test_a_table_whose_wall_was_taken_down_is_told(place: Workspace) -> None:
    as_owner("ALTER TABLE vault_datakey DISABLE ROW LEVEL SECURITY")
    try:
        assert troubles([database.walls()]) == [
            "problem: workspaces are not kept apart in vault_datakey"
        ]
    finally:
        as_owner("ALTER TABLE vault_datakey ENABLE ROW LEVEL SECURITY")


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (queue.Queue(workers=2, due=40, oldest=30), Level.OK),
        (queue.Queue(workers=0, due=0, oldest=0), Level.WARNING),
        (queue.Queue(workers=0, due=1, oldest=1), Level.PROBLEM),
        (queue.Queue(workers=1, due=9, oldest=3600), Level.WARNING),
    ],
)
def test_a_queue_that_nobody_works_on_is_told(found: queue.Queue, level: Level) -> None:
    assert queue.judged(found).level == level
    assert bool(queue.judged(found).do) is (level != Level.OK)


def test_the_queue_is_looked_at_where_there_is_one(place: Workspace) -> None:
    assert len(list(queue.check())) == (queue.asked() is not None)


# all of it


def breaking(problem: Exception) -> Iterator[Finding]:
    yield ok("x", "so far")
    raise problem


@pytest.mark.parametrize("problem", [ZeroDivisionError("hush"), ProgrammingError("hush")])
def test_a_check_that_breaks_is_a_finding_and_quotes_nothing(problem: Exception) -> None:
    found = list(guarded("x", lambda: breaking(problem)))
    assert [each.level for each in found] == [Level.OK, Level.PROBLEM]
    assert type(problem).__name__ in found[1].says
    assert "hush" not in str(found)


def said_by(cases: list[Case], folder: Path) -> list[tuple[int, str]]:
    """Several commands in one process, in a home of its own: how each ended, and all it said."""
    home = folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("HANDOVER")}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.commands"],
        env={**environment, "HANDOVER_HOME": str(home)},
        input=json.dumps(cases), capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return [(code, text) for code, text in json.loads(done.stdout)]


def test_keys_and_outbox_are_looked_after_by_commands(
    postgres: EmbeddedPostgres, keyless: Workspace, tmp_path: Path
) -> None:
    url = {"DATABASE_URL": f"{postgres.superuser_url.rpartition('/')[0]}/handover"}
    with acting_in(keyless.pk):
        make_data_key(tmp_path / "home", keyless.pk)
        post(keyless.pk, to="owner@practice.example", subject="Import 7 is done", text="x", key="c")
    before = key_ring(tmp_path / "home")
    words = (
        ["keys", "rotate", "--prepare"],
        ["keys", "rotate"],
        ["keys", "rotate", "--workspace", keyless.name],
        ["keys", "rotate", "--workspace", keyless.name, "--prepare"],
        ["outbox", "--workspace", keyless.name, "--send"],
    )
    found = said_by([(each, url) for each in words], tmp_path)
    prepared, rotated, of_workspace, both, outbox = found
    assert [code for code, _ in found] == [0, 0, 0, 2, 0]
    assert "has a new key beside the one in use" in prepared[1]
    assert "1 data keys were sealed anew" in rotated[1]
    after = key_ring(tmp_path / "home")
    assert (len(after.seals), before.seals[0] in after.seals) == (1, False)
    assert after.sealer.name in rotated[1]
    assert "0 secrets were sealed anew" in of_workspace[1]
    assert "--prepare is for the installation's key" in both[1]
    assert re.search("Import 7 is done.*HANDOVER_MAIL is not set", outbox[1], re.DOTALL)


def test_the_command_says_all_of_it_and_ends_with_one_if_somebody_must_act(
    postgres: EmbeddedPostgres, keyless: Workspace, tmp_path: Path
) -> None:
    # a server of one's own: its user may take on the application's role
    url = f"{postgres.superuser_url.rpartition('/')[0]}/handover"
    away = re.sub(r":\d+/", ":1/", url)
    cases = [
        (["doctor", "--json"], {"DATABASE_URL": url}),
        (["doctor"], {"DATABASE_URL": away}),
        (["doctor"], {"HANDOVER_LOG": "xml"}),
    ]
    sound, unreachable, mistyped = said_by(cases, tmp_path)
    found = json.loads(sound[1])
    assert sound[0] == 0, [each for each in found if each["level"] == "problem"]
    checks = {each["check"] for each in found}
    assert checks >= {
        "versions",
        "settings",
        "disk",
        "storage",
        "database",
        "keys",
        "clock",
        "mail",
    }
    assert unreachable[0] == 1
    assert "the database of DATABASE_URL cannot be reached" in unreachable[1]
    assert "Until it can be used nothing else can" in unreachable[1]
    assert (mistyped[0], "HANDOVER_LOG must be" in mistyped[1]) == (1, True)
    password = re.search(r"//[^:]+:([^@]+)@", url)
    assert password is not None
    assert password[1] not in str((sound, unreachable, mistyped))
