"""Each problem is told with what to do about it."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handover.core.postgres import (
    BinariesMissing,
    ClusterDamaged,
    DiskFull,
    EmbeddedPostgres,
    NotWritable,
    StartFailed,
    WrongVersion,
)
from handover.core.postgres.account import account_for
from handover.core.postgres.binaries import SETTING, find_binaries
from handover.core.postgres.cluster import create_cluster
from handover.core.postgres.places import ELSEWHERE
from handover.core.postgres.postmaster import Postmaster
from handover.core.postgres.server_log import KEPT_BYTES, LARGEST_BYTES, ServerLog
from handover.core.postgres.tests.members import copy_home
from handover.core.postgres.waiting import silent

MEGABYTE = 1024 * 1024


@pytest.fixture
def small_disk(empty_home: Path) -> Iterator[Path]:
    """A disk of 60 MB: enough for one empty database (47 MB)."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = empty_home / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=60m,mode=0711", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def enter(home: Path) -> None:
    with EmbeddedPostgres(home, durable=False):
        pass


def fill(disk: Path, leave_bytes: int) -> Path:
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_bsize - leave_bytes)
    return ballast


def test_too_little_room_is_told_before_anything_starts(home: Path) -> None:
    with (
        pytest.raises(DiskFull, match="MB are needed"),
        EmbeddedPostgres(home, least_free_bytes=1 << 60),
    ):
        pass

    assert not EmbeddedPostgres(home).status().running


def test_a_disk_that_fills_while_the_database_is_made_is_told_and_left_clean(
    small_disk: Path,
) -> None:
    account = account_for(small_disk / "data")
    ballast = fill(small_disk, 10 * MEGABYTE)

    with pytest.raises(DiskFull, match="Free some space"):
        create_cluster(
            small_disk / "data", account, find_binaries(account, ELSEWHERE), "x", durable=False
        )

    assert list(small_disk.iterdir()) == [ballast]


def test_a_full_disk_at_start_is_told_and_nothing_is_lost(
    small_disk: Path, made_home: Path
) -> None:
    copy_home(made_home, small_disk)
    server = EmbeddedPostgres(small_disk, durable=False, least_free_bytes=0)
    ballast = fill(small_disk, 0)

    with pytest.raises(DiskFull), server:
        pass
    ballast.unlink()
    with server:
        assert server.status().running


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")

    with pytest.raises(NotWritable, match=str(tmp_path / "home")):
        enter(tmp_path / "home")


def test_data_of_another_version_is_told_and_left_alone(home: Path) -> None:
    version = home / "postgres" / "data" / "PG_VERSION"
    version.write_text("16\n")

    with pytest.raises(WrongVersion, match="PostgreSQL 16"):
        enter(home)

    assert not EmbeddedPostgres(home).status().running


def test_a_folder_without_programs_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path))

    with pytest.raises(BinariesMissing, match=f"{SETTING} names {tmp_path}"):
        enter(home)


def test_a_server_that_does_not_start_is_told_with_its_log(home: Path) -> None:
    with (home / "postgres" / "data" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")

    with pytest.raises(StartFailed, match="no_such_setting") as failed:
        enter(home)

    assert failed.value.log_lines
    assert not EmbeddedPostgres(home).status().running


def test_a_database_that_is_gone_is_not_replaced_by_an_empty_one(home: Path) -> None:
    data = home / "postgres" / "data"
    data.rename(home / "postgres" / "moved")

    with pytest.raises(ClusterDamaged, match="gone"):
        enter(home)

    (home / "postgres" / "moved").rename(data)
    enter(home)


def test_a_lost_record_does_not_cost_the_data(home: Path) -> None:
    (home / "postgres" / "cluster.json").unlink()

    with pytest.raises(ClusterDamaged, match="passwords"):
        enter(home)

    assert (home / "postgres" / "data" / "PG_VERSION").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "x", "s3cret": 1}'])
def test_a_damaged_record_is_told_without_quoting_it(home: Path, text: str) -> None:
    (home / "postgres" / "cluster.json").write_text(text)

    with pytest.raises(ClusterDamaged, match="backup") as told:
        enter(home)

    assert "s3cret" not in str(told.value)


@dataclass(frozen=True)
class UnluckyPostmaster(Postmaster):
    """Finds each port taken at the first try, as if someone were quicker."""

    ports: tuple[int, ...] = ()

    def _free_port(self) -> int:
        tried = self.log.since(0).count("could not bind")
        return self.ports[tried] if tried < len(self.ports) else super()._free_port()


def test_a_port_that_is_taken_in_between_is_no_hindrance(
    home: Path, shared_server: EmbeddedPostgres
) -> None:
    data, log = home / "postgres" / "data", ServerLog(home / "postgres" / "log" / "server.log")
    account = account_for(data)
    postmaster = UnluckyPostmaster(
        data=data,
        account=account,
        binaries=find_binaries(account, ELSEWHERE),
        log=log,
        last_port=home / "postgres" / "last_port",
        say=silent,
        durable=False,
        ports=(shared_server.facts.port,) * 2,
    )

    server = postmaster.start()
    postmaster.stop()

    assert server.port != shared_server.facts.port
    assert log.since(0).count("could not bind") == 2


def test_a_long_log_keeps_its_end_only(tmp_path: Path) -> None:
    log = ServerLog(tmp_path / "server.log")
    writer = log.open()
    os.write(writer, b"old line\n" * (LARGEST_BYTES // 9 + 1))
    os.write(writer, b"last line\n")

    log.shorten()
    os.write(writer, b"new line\n")
    os.close(writer)

    kept = (tmp_path / "server.log.1").read_text()
    assert log.since(0) == "new line\n"
    assert kept.endswith("old line\nlast line\n")
    assert len(kept) == KEPT_BYTES
