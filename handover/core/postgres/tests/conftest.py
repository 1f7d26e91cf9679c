"""One running server for the tests that only look, one made cluster to copy for the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handover.core.postgres import EmbeddedPostgres, throwaway_home
from handover.core.postgres.tests.members import Member, copy_home


@pytest.fixture(scope="session")
def made_home() -> Iterator[Path]:
    with throwaway_home() as home:
        with EmbeddedPostgres(home, durable=False):
            pass
        yield home


@pytest.fixture(scope="session")
def shared_server(made_home: Path) -> Iterator[EmbeddedPostgres]:
    with throwaway_home() as home:
        copy_home(made_home, home)
        with EmbeddedPostgres(home, durable=False) as server:
            yield server


@pytest.fixture
def empty_home() -> Iterator[Path]:
    with throwaway_home() as home:
        yield home


@pytest.fixture
def home(empty_home: Path, made_home: Path) -> Path:
    """A home whose database was made and stopped before."""
    return copy_home(made_home, empty_home)


@pytest.fixture
def members() -> Iterator[list[Member]]:
    """Other processes of a test, ended with it."""
    started: list[Member] = []
    yield started
    for member in started:
        member.kill()
