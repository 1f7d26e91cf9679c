"""Tables of every age: brought up to date, or refused with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections

from handover.config.database import bring_up_to_date
from handover.core.postgres.errors import EarlyTables


def as_owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def never_run(name: str) -> Iterator[None]:
    """The tables as if this migration of `importing` had not been run."""
    of = f"app = 'importing' AND name = '{name}'"
    as_owner(f"DELETE FROM django_migrations WHERE {of}")
    try:
        yield
    finally:
        add = "INSERT INTO django_migrations (app, name, applied) VALUES ('importing',"
        as_owner(f"DELETE FROM django_migrations WHERE {of}; {add} '{name}', now())")


@pytest.mark.usefixtures("clean_tables")
def test_tables_of_before_the_first_release_that_miss_something_are_refused_and_left_alone() -> (
    None
):
    words = r"miss what came later \(importing.0014_debtors\)"
    with never_run("0014_debtors"), pytest.raises(EarlyTables, match=words):
        bring_up_to_date()


@pytest.mark.usefixtures("clean_tables")
def test_tables_that_ran_every_migration_of_before_the_first_release_are_up_to_date() -> None:
    with never_run("0002_row_level_security"):  # all it replaces was run
        bring_up_to_date()
