"""What commands need before they can begin: the environment, Django, and a database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click
import django
from rich.console import Console

from handover.config.environment import Environment, read

if TYPE_CHECKING:
    from handover.config.database import Database

errors = Console(stderr=True, highlight=False)
output = Console(highlight=False, soft_wrap=True)
if not output.is_terminal:
    output.width = 160  # a file or a pipe has no edge: tables keep all their columns


def printable(text: str) -> str:
    """Text from elsewhere, which a terminal shows and does not obey."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


@contextmanager
def opened() -> Iterator[Environment]:
    """Set Django up and have a database for the length of the block."""
    with served() as (environment, _):
        yield environment


@contextmanager
def served() -> Iterator[tuple[Environment, "Database"]]:
    """The same, with the database itself: for programs that outlive it."""
    environment = set_up()
    from handover.config.database import database as open_database  # after set-up

    say = partial(errors.print, style="dim", markup=False)
    with open_database(environment, say=say) as found:
        yield environment, found


def set_up() -> Environment:
    """Read the environment and set Django up; no database yet. Raises `BadSetting`."""
    environment = read()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handover.config.settings")
    os.umask(0o077)
    django.setup()
    return environment


@click.group()
def database() -> None:
    """Look after the embedded database."""


@database.command()
def status() -> None:
    """Say whether the embedded database runs, where it lies and how large it is."""
    environment = read()
    if environment.database_url:
        output.print("DATABASE_URL names the database; the embedded one is not used.")
        return
    from handover.core.postgres import EmbeddedPostgres  # keeps `--help` quick

    found = EmbeddedPostgres(environment.home).status()
    state = f"running (pid {found.pid}, port {found.port})" if found.running else "not running"
    size = f"{(found.size_bytes or 0) / 1e6:,.0f} MB"
    output.print(
        f"{state}\nPostgreSQL {found.version or '-'}\n{found.cluster or environment.home}\n{size}"
    )
