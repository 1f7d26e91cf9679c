"""What the tests of whole imports share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from conftest import Emptying, a_workspace
from handover.accounts.models import Role, Workspace
from handover.core.postgres import EmbeddedPostgres, throwaway_home
from handover.files.tests.test_shelf import s3  # noqa: F401  # a fixture
from handover.sandbox import Sandbox
from tests.archive import Links
from tests.diary import Diary, a_diary
from tests.documents import Counter
from tests.keeping import Keeping
from tests.moving import Desk, Moved, a_practice, reserved
from tests.people import a_person
from tests.post import Postbox, mail_server


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of an installation, in memory where there is room."""
    with throwaway_home() as folder:
        yield folder


@pytest.fixture
def counter(workspace: Workspace, home: Path) -> Counter:
    """An empty workspace that documents are handed over at."""
    return Counter(workspace, home)


@pytest.fixture(scope="session")
def keeping(postgres: EmbeddedPostgres) -> Iterator[Keeping]:
    """Imports to begin with."""
    with throwaway_home() as room:
        yield Keeping(postgres, room)


@pytest.fixture
def desk(workspace: Workspace, home: Path, keeping: Keeping) -> Iterator[Desk]:
    """An empty workspace, and a sandbox with a small practice of its own."""
    with Sandbox(a_practice(), rate_limit=0, port=reserved().getsockname()[1]) as sandbox:
        yield Desk(workspace, sandbox, home, keeping=keeping)


@pytest.fixture
def diary(workspace: Workspace) -> Diary:
    """A small practice with a calendar, and nothing booked."""
    return a_diary(workspace)


@pytest.fixture
def reception(diary: Diary) -> Browser:
    """The browser of its receptionist."""
    return a_person(diary.workspace, Role.RECEPTIONIST).browser


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Checking a password takes its time on purpose; here it need not."""
    settings.PASSWORD_HASHERS = ["tests.people.QuickArgon2"]


@pytest.fixture
def post(settings: Settings) -> Iterator[Postbox]:
    """Where every letter of the test arrives, by SMTP."""
    with mail_server(settings) as postbox:
        yield postbox


@pytest.fixture(scope="session")
def moved(emptying: Emptying) -> Iterator[Moved]:
    """A small practice that was moved without any trouble: to be read, not changed."""
    with throwaway_home() as home, Sandbox(a_practice(), rate_limit=0) as sandbox:
        with emptying():
            desk = Desk(a_workspace("Moved"), sandbox, home)
            done = desk.move()
            archive = desk.export()
        yield Moved(sandbox.practice, done, archive, sandbox.stats)


@pytest.fixture(scope="session")
def links(moved: Moved) -> Links:
    """The links of its archive, read back to ids of Cliniko."""
    return Links(moved.archive)
