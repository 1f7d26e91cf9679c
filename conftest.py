"""One real database for the whole test run, and its two roles."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from handover.accounts.models import Workspace
from handover.config import database as db
from handover.core.postgres import EmbeddedPostgres, throwaway_home
from handover.core.tenancy import acting_in

# Tests start programs by the hundred: each would compile all of Django anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test is timed: the machine may be busy. `--hypothesis-profile=long` looks for hours.
settings.register_profile("ours", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile("ours")

#: Emptied by DELETE, tables keep the room of the rows that are gone. Once they have taken so much,
#: TRUNCATE is the quicker one of the two; it takes as long for empty tables as for full ones.
_EMPTY = """
DO $$
DECLARE
    ours regclass[] := ARRAY(SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind = 'r' AND relname NOT LIKE 'django%');
    each regclass;
BEGIN
    IF (SELECT sum(pg_relation_size(oid)) FROM unnest(ours) oid) > 4000000 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(ours, ', ') || ' RESTART IDENTITY CASCADE';
        RETURN;
    END IF;
    SET LOCAL session_replication_role = replica;  -- no trigger, no check of links
    FOREACH each IN ARRAY ours LOOP
        IF pg_relation_size(each) > 0 THEN EXECUTE 'DELETE FROM ' || each; END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
        AND sequencename NOT LIKE 'django%';
END $$
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: no worker is to be left with one at the end.

    And before them what makes tables of its own, while another worker makes those of all others.
    """
    items.sort(key=_turn)


#: No sentence of theirs is slow, but a worker has to do with all of them for a minute or so.
LONG = {
    f"test_{name}.py"
    for name in (
        "bad_input", "command_line", "complaints_about_records", "every_form", "faults", "files",
        "parts", "rehearsal_and_resume", "undo", "who_sees_what",
    )
}  # fmt: skip


def _turn(item: pytest.Item) -> int:
    name = item.path.name
    if name == "test_foreign_server.py":
        return 0
    if item.get_closest_marker("slow") or "_browser" in name:
        return 1
    return 2 if name in LONG else 3


ROOT = Path(__file__).parent
#: What the tables are made by: as long as none of it changes, they need not be made again.
MAKERS = ("handover/*/migrations", "handover/core", "handover/config", "handover/files")


@pytest.fixture(scope="session")
def made_home(django_db_blocker: DjangoDbBlocker) -> Path:
    """A home with a stopped database that has all tables: to be copied.

    Made by whichever worker is first, and kept until the tables are made in another way.
    """
    shelf = ROOT / ".pytest_cache" / "tables"
    shelf.mkdir(parents=True, exist_ok=True)
    made = shelf / _way_of_making()
    with (shelf / "lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in shelf.glob("made-*"):
                shutil.rmtree(old)
            with throwaway_home() as home:
                _make_tables(home)
                unready = shelf / "unready"
                shutil.rmtree(unready, ignore_errors=True)
                subprocess.run(["cp", "-a", str(home), str(unready)], check=True)
            unready.rename(made)
    return made


def _way_of_making() -> str:
    """A name for what the tables are made by."""
    found = (path for each in MAKERS for path in sorted(ROOT.glob(f"{each}/**/*.py")))
    files = [path for path in found if "tests" not in path.parts]
    files += [ROOT / "requirements" / "dev.txt", Path(__file__)]
    return "made-" + hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _make_tables(home: Path) -> None:
    with EmbeddedPostgres(home, durable=False) as server:
        with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
            # What is emptied again and again needs no looking after, which takes its time.
            superuser.execute("ALTER SYSTEM SET autovacuum = off")
        db.use(server.owner_url, server.app_url)
        db.bring_up_to_date()
        connections.close_all()


HomeFrom = Callable[[], AbstractContextManager[Path]]


@pytest.fixture(scope="session")
def ready_home(made_home: Path) -> HomeFrom:
    """Homes of one's own to be had at once: the tables are there, and nothing else."""

    @contextmanager
    def a_home() -> Iterator[Path]:
        with throwaway_home() as home:
            subprocess.run(["cp", "-a", f"{made_home}/.", str(home)], check=True)
            yield home

    return a_home


@pytest.fixture(scope="session")
def postgres(ready_home: HomeFrom) -> Iterator[EmbeddedPostgres]:
    """A server of our own, gone afterwards."""
    with ready_home() as home, EmbeddedPostgres(home, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def django_db_setup(
    postgres: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Tables made by the migrations, as the owner; tests run as the application's role."""
    with django_db_blocker.unblock():
        db.use(postgres.owner_url, postgres.app_url)
        yield
        connections.close_all()


@pytest.fixture
def workspace(clean_tables: None) -> Workspace:
    """An empty workspace."""
    return a_workspace("Test practice")


def a_workspace(name: str) -> Workspace:
    """Make a workspace, as an operator does."""
    return Workspace.objects.using("owner").create(name=name, slug=name.lower().replace(" ", "-"))


@pytest.fixture
def in_workspace(workspace: Workspace) -> Iterator[Workspace]:
    """Act in an empty workspace for the length of the test."""
    with acting_in(workspace.pk):
        yield workspace


Emptying = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def emptying(
    postgres: EmbeddedPostgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Emptying]:
    """Blocks in which the database may be used; every table is emptied at their end."""

    @contextmanager
    def block() -> Iterator[None]:
        with django_db_blocker.unblock():
            yield
            for each in connections.all():
                each.close()
            superuser.execute(_EMPTY)

    with psycopg.connect(postgres.superuser_url, autocommit=True) as superuser:
        yield block


@pytest.fixture
def clean_tables(emptying: Emptying) -> Iterator[None]:
    """Real transactions, as in production; every table is emptied afterwards."""
    with emptying():
        yield
