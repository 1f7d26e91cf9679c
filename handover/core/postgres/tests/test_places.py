"""Who runs the server, and where its data and programs lie."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from handover.core.postgres import EmbeddedPostgres, NotWritable
from handover.core.postgres.account import account_for
from handover.core.postgres.binaries import DISTRIBUTION, PACKAGE, find_binaries
from handover.core.postgres.places import Places, choose_data_folder
from handover.core.postgres.tests.members import REPOSITORY, Member

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root meets this")


@pytest.fixture
def ordinary_python() -> str:
    """A Python with our packages that an ordinary user can run; a skip where there is none."""
    paths = os.pathsep.join([str(REPOSITORY), *sys.path[1:]])
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            done = subprocess.run(
                [python, "-c", "import handover.core.postgres"],
                env={"PYTHONPATH": paths},
                user="nobody",
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip("no Python here that the user nobody can run with our packages")


@as_root
def test_root_hands_the_server_to_another_user(home: Path) -> None:
    with EmbeddedPostgres(home, durable=False) as server:
        status = server.status()

    assert status.cluster == home / "postgres" / "data"
    assert status.cluster.stat().st_uid != 0
    assert home.stat().st_uid == 0


@as_root
def test_a_home_of_ours_is_opened_just_enough_to_pass_through(empty_home: Path) -> None:
    home = empty_home / "home"
    home.mkdir(mode=0o700)

    places = Places(home)
    places.make()
    places.folder.chmod(0o700)

    assert choose_data_folder(places, account_for(places.data)) == places.data
    assert stat.S_IMODE(home.stat().st_mode) == 0o711
    assert stat.S_IMODE(places.log.parent.stat().st_mode) == 0o700


@as_root
def test_a_way_that_was_closed_later_is_opened_where_it_is_ours_and_told_else(
    home: Path,
) -> None:
    home.chmod(0o700)
    with EmbeddedPostgres(home, durable=False) as server:
        assert server.status().running

    inner = home / "closed" / "home"
    inner.mkdir(parents=True)
    (home / "postgres").rename(inner / "postgres")
    (home / "closed").chmod(0o700)
    with pytest.raises(NotWritable, match="cannot enter"):
        EmbeddedPostgres(inner).__enter__()
    assert stat.S_IMODE((home / "closed").stat().st_mode) == 0o700


@as_root
def test_below_a_closed_folder_the_data_goes_elsewhere_and_says_so(empty_home: Path) -> None:
    closed = empty_home / "closed"
    closed.mkdir(mode=0o700)
    elsewhere = empty_home / "elsewhere"

    for _ in range(2):
        with EmbeddedPostgres(closed / "home", durable=False, elsewhere=elsewhere) as server:
            notice = server.notice
            cluster = server.status().cluster
            psycopg.connect(server.app_url).close()
        assert notice is not None
        assert cluster is not None
        assert cluster.is_relative_to(elsewhere)
        assert str(cluster.parent) in notice

    # the programs may lie there too, where the server's user cannot read the installed ones
    assert cluster is not None
    with_data = [each for each in elsewhere.iterdir() if (each / cluster.name).exists()]
    assert with_data == [cluster.parent]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert not EmbeddedPostgres(closed / "home", elsewhere=elsewhere).status().running


@as_root
def test_programs_that_the_server_user_cannot_read_are_copied_once(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_for(empty_home / "none")
    installed = find_binaries(account, empty_home).folder.parents[2]
    closed, elsewhere = empty_home / "closed", empty_home / "elsewhere"
    closed.mkdir(mode=0o700)
    for name in (PACKAGE, f"{PACKAGE}.libs"):
        (closed / name).symlink_to(installed / name)
    monkeypatch.syspath_prepend(str(closed))

    first = find_binaries(account, elsewhere)
    made = (first.folder / "postgres").stat().st_mtime_ns
    second = find_binaries(account, elsewhere)

    assert first == second
    assert first.folder.is_relative_to(elsewhere)
    assert (second.folder / "postgres").stat().st_mtime_ns == made
    assert account.run([first.program("initdb"), "--version"]).returncode == 0
    assert [path.name for path in elsewhere.iterdir()] == [f"postgresql-{version()}"]


def version() -> str:
    from importlib.metadata import version as version_of

    return version_of(DISTRIBUTION)


@as_root
def test_an_ordinary_user_runs_it_as_oneself_and_root_may_join(
    empty_home: Path, ordinary_python: str, members: list[Member]
) -> None:
    home = empty_home / "home"
    home.mkdir()
    shutil.chown(home, "nobody")
    members.append(Member(home, python=ordinary_python, user="nobody"))
    port = members[0].told()["port"]
    owner = (home / "postgres" / "data").stat().st_uid

    with EmbeddedPostgres(home, durable=False) as server:
        assert server.facts.port == port
        members[0].leave()
    assert home.stat().st_uid == owner

    with EmbeddedPostgres(home, durable=False) as server:  # started by root, as that user
        psycopg.connect(server.app_url).close()
    members.append(Member(home, python=ordinary_python, user="nobody"))
    assert "port" in members[1].told()
    members[1].leave()


@as_root
def test_an_ordinary_user_is_told_of_a_folder_that_belongs_to_root(
    home: Path, ordinary_python: str, members: list[Member]
) -> None:
    for folder in (home, home / "new"):
        members.append(Member(folder, python=ordinary_python, user="nobody"))
        told = members[-1].told()
        assert told["problem"] == "NotWritable"
        assert str(folder) in str(told["text"])
        assert "HANDOVER_HOME" in str(told["text"])
