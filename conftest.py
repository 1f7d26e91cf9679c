"""One real database for the whole test run, and its two roles."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from handover.accounts.models import Workspace
from handover.config import database as db
from handover.core.postgres import EmbeddedPostgres, throwaway_postgres
from handover.core.tenancy import acting_in


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A server of our own, in memory where there is room, gone afterwards."""
    with throwaway_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def django_db_setup(
    postgres: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Tables made by the migrations, as the owner; tests run as the application's role."""
    with django_db_blocker.unblock():
        db.use(postgres.owner_url, postgres.app_url)
        db.bring_up_to_date()
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
def emptying(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Emptying:
    """Blocks in which the database may be used; every table is emptied at their end."""

    @contextmanager
    def block() -> Iterator[None]:
        with django_db_blocker.unblock():
            yield
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables"
                    " WHERE schemaname = 'public' AND tablename NOT LIKE 'django%'"
                )
                cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
            for each in connections.all():
                each.close()

    return block


@pytest.fixture
def clean_tables(emptying: Emptying) -> Iterator[None]:
    """Real transactions, as in production; every table is emptied afterwards."""
    with emptying():
        yield
