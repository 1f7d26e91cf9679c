"""Every check, one after the other; one that fails by itself is a finding too."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack

from django.db import Error

from handover.config.database import database
from handover.config.environment import BadSetting, Environment
from handover.core.encryption import CannotKeep
from handover.core.postgres import PostgresProblem
from handover.doctor import clock, disk, keys, mail, queue, settings, storage, versions
from handover.doctor import database as tables
from handover.doctor.finding import Finding, problem
from handover.files.shelf import shelf_at

log = logging.getLogger(__name__)


def examine(environment: Environment, variables: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything. Django is set up; the database is opened here, as far as it can be."""
    yield from versions.check()
    yield from settings.check(variables)
    yield from guarded(disk.CHECK, lambda: disk.check(environment.home, environment.files))
    yield from guarded(storage.CHECK, lambda: _storage(environment))
    with ExitStack() as stack:
        try:
            stack.enter_context(database(environment, as_it_is=True))
        except (BadSetting, PostgresProblem) as trouble:
            do = "Until it can be used nothing else can: look at DATABASE_URL, or at HANDOVER_HOME."
            yield problem(tables.CHECK, str(trouble), do)
            return
        key = variables.get("HANDOVER_CLINIKO_KEY", "")
        yield from guarded(tables.CHECK, tables.check)
        yield from guarded(clock.CHECK, lambda: clock.check(environment.cliniko_url, key))
        yield from guarded(mail.CHECK, mail.server)
        if tables.has_our_tables():
            yield from guarded(keys.CHECK, lambda: keys.check(environment.home))
            yield from guarded(mail.CHECK, mail.outbox)
            yield from guarded(queue.CHECK, queue.check)


def guarded(check: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a check finds; and if it breaks, that, without words that may quote a secret."""
    try:
        yield from look()
    except Error as trouble:
        yield problem(check, f"the database refused the check ({type(trouble).__name__})", LATER)
    except Exception as trouble:  # noqa: BLE001  # the other checks are still of use
        yield problem(check, f"the check itself failed ({type(trouble).__name__})", SUPPORT)


LATER = "Run a command such as `handover imports`, which brings the tables up to date; then again."
SUPPORT = "Tell support, with the output of `handover doctor --json`."


def _storage(environment: Environment) -> Iterator[Finding]:
    try:
        shelf = shelf_at(environment.home, environment.files)
    except CannotKeep as refusal:
        yield problem(storage.CHECK, str(refusal), "Bring back the key file from its copy.")
        return
    yield from storage.check(shelf)
