"""The commands of `handover`, and how each ends."""

import signal
import sys
from types import FrameType
from typing import NoReturn

import click
from rich.console import Console

from handover.cli.access import invite
from handover.cli.attaching import attach, attach_place
from handover.cli.correcting import import_conflicts, reassign, reassign_undo, reassignments
from handover.cli.doctor import doctor
from handover.cli.exporting import export
from handover.cli.importing import import_, import_resume, import_undo, imports
from handover.cli.kept import import_report
from handover.cli.keys import keys
from handover.cli.outbox import outbox
from handover.cli.results import import_accept, import_result, import_retry
from handover.cli.sandbox import sandbox
from handover.cli.setting_up import database
from handover.cli.steering import import_cancel, import_pause, import_watch
from handover.cli.support import support, support_add, support_remove
from handover.cli.working import up, worker
from handover.core.allocation import give_back_memory

EPILOG = """Exit codes: 0 all is well; 1 a person must act (the text says what to do);
2 the command was used wrongly; 3 done, but partly: some lists may not be read with this key, or
some documents wait to be placed or were refused."""


@click.group(epilog=EPILOG)
@click.version_option(package_name="handover")
def handover() -> None:
    """Move a whole practice out of Cliniko, and prove that nothing was lost."""


for command in (
    *(import_, imports, import_report, import_resume, import_undo, attach, attach_place),
    *(import_watch, import_pause, import_cancel, worker, up),
    *(import_conflicts, reassign, reassign_undo, reassignments),
    *(import_result, import_retry, import_accept),
    *(support, support_add, support_remove),
    *(export, invite, sandbox, database, keys, outbox, doctor),
):
    handover.add_command(command)


def main() -> NoReturn:
    """Run a command; every problem that a person can act on ends in one sentence."""
    signal.signal(signal.SIGTERM, _end)
    give_back_memory()
    try:
        handover.main(standalone_mode=False)
    except click.Abort:
        _say("Stopped. `handover import-resume` (or `attach`, with the same documents) goes on.")
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as problem:
        text = _for_people(problem)
        if text is None:
            raise
        _say(text)
        sys.exit(1)
    sys.exit(0)


def _end(_number: int, _frame: FrameType | None) -> None:
    # a normal exit, so that the database is let go of and stopped by the last one out
    sys.exit(143)


def _for_people(problem: Exception) -> str | None:
    """What to tell a person who can act on the problem; None for a fault of ours."""
    from handover.config.environment import BadSetting  # keeps `--help` quick

    if isinstance(problem, BadSetting):  # without settings the rest cannot be imported
        return str(problem)
    import psycopg
    from django.db import InterfaceError, OperationalError

    from handover.core.encryption import CannotKeep, CannotOpen
    from handover.core.postgres import PostgresProblem
    from handover.exporting.archive.problems import CannotExport
    from handover.importing.engine.errors import ImportProblem, RetryLater
    from handover.importing.engine.lease import GiveWay, Stale

    if isinstance(problem, RetryLater):
        return f"{problem}\n{_later(problem.seconds)}"
    known = (GiveWay, Stale, CannotKeep, CannotOpen, PostgresProblem, CannotExport, ImportProblem)
    if isinstance(problem, known):
        return str(problem)
    if isinstance(problem.__cause__ or problem, psycopg.errors.DiskFull):
        return "The disk of the database is full. Make room; what was done so far is kept."
    lost = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
    if isinstance(problem, lost):
        # the driver's own words may hold values: they are not shown
        return (
            "The connection to the database was lost. What was done so far is kept; run the"
            " command again (an import goes on with `handover import-resume`)."
        )
    return None


def _later(seconds: float) -> str:
    """What a person does who cannot go on just now."""
    minutes = -(-seconds // 60)
    wait = (
        f"Wait {minutes:.0f} minute{'s' if minutes > 1 else ''}, then go on" if minutes else "Go on"
    )
    return f"{wait} with `handover import-resume ID` (`handover imports` lists the numbers)."


def _say(text: str) -> None:
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)
