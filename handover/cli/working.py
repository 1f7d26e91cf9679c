"""`handover worker` and `handover up`: what goes on in the background."""

import logging
import os
import signal
import sys
from collections.abc import Callable

import click

from handover.cli.setting_up import errors, served
from handover.core.ports import bindable

CONCURRENCY = 8
PORT = 8000


@click.command()
@click.option(
    "--concurrency",
    type=click.IntRange(1, 200),
    default=CONCURRENCY,
    show_default=True,
    help="How many imports go on at once.",
)
def worker(concurrency: int) -> None:
    """Work on background imports until it is stopped. Any number of them share one database."""
    _say_what_is_done()
    with served() as (_, database):
        from handover.core.worker import Worker  # after set-up

        _tell_telemetry()
        logging.getLogger("asyncio").setLevel(
            logging.CRITICAL
        )  # what broke is said by those it broke
        mine = Worker(concurrency, database.revive)
        _on_stop(mine.leave)
        logging.getLogger("handover").info("worker: %d imports at once", concurrency)
        mine.run()


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True,
              help="How many worker processes.")  # fmt: skip
@click.option("--concurrency", type=click.IntRange(1, 200), default=CONCURRENCY, show_default=True,
              help="How many imports each of them works on at once.")  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65535), envvar="HANDOVER_PORT", default=PORT,
              show_default=True, help="Of the pages, on this machine.")  # fmt: skip
def up(workers: int, concurrency: int, port: int) -> None:
    """Run everything on this machine: database, pages and workers; what dies is started again."""
    if not bindable(port):
        raise click.ClickException(
            f"Another program listens on port {port} of this machine: end it, or choose a port "
            "with --port (or HANDOVER_PORT)."
        )
    _say_what_is_done()
    with served() as (_, database):
        from handover.core.supervisor import Program, Supervisor

        ours = [sys.executable, "-m", "handover.cli", "worker", "--concurrency", str(concurrency)]
        programs = [Program("web", _web(port))]
        programs += [Program(f"worker {number}", ours) for number in range(1, workers + 1)]
        supervisor = Supervisor(programs, database.revive)
        _on_stop(supervisor.leave)
        errors.print(f"Pages: http://127.0.0.1:{port}/ . Ctrl-C ends everything.", markup=False)
        code = supervisor.run()
    sys.exit(code)


def _web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--log-level", "warning", "--workers-kill-timeout", "3", "--respawn-failed-workers"),
        *("--host", "127.0.0.1", "--port", str(port), "handover.config.wsgi:application"),
    ]


def _on_stop(leave: Callable[[], None]) -> None:
    """End in an orderly way when told to, and at once when told so a second time."""

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, lambda *_: os._exit(128 + number))
        leave()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _say_what_is_done() -> None:
    """Log for people, unless the setting says otherwise: a worker shows nothing else."""
    os.environ.setdefault("HANDOVER_LOG", "text")


def _tell_telemetry() -> None:
    from handover.config import telemetry as configured  # after set-up
    from handover.core import telemetry

    telemetry.watch("handover.queue.age", "s", _age_of_queue)
    configured.start()


def _age_of_queue() -> float:
    """How long the oldest job that is due has waited, in seconds."""
    from django.db import connections

    from handover.doctor.queue import asked

    try:
        found = asked()
        return found.oldest if found else 0.0
    finally:
        connections.close_all()  # of this thread, which asks once in a while
