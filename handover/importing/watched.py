"""What operators see of a run: lines in the log, counts and times; never anything of a record."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from handover.core import telemetry
from handover.core.tracing import about
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, Step

log = logging.getLogger(__name__)


@contextmanager
def watching(run: ImportRun) -> Iterator[None]:
    """Have everything in the block be about this run, and say how it went on."""
    begun = time.monotonic()
    with (
        about(run=run.pk, workspace=run.workspace_id),
        telemetry.span("import", system=run.system),
    ):
        log.info("import begins, %s", run.state)
        try:
            yield
        finally:
            seconds = time.monotonic() - begun
            log.info("import ends, %s, after %.1f s", run.state, seconds)
            telemetry.took("handover.import", seconds, system=run.system, state=str(run.state))


def watched(progress: Progress) -> Progress:
    """The same, with what is heard counted and logged too."""

    def page(step: Step, count: int) -> None:
        telemetry.count("handover.records", count, type=step.resource, phase="read")
        with about(step=step.pk):
            log.info("read: %d of %s", count, step.resource)
        progress.on_page(step, count)

    def loaded(name: str, count: int) -> None:
        telemetry.count("handover.records", count, type=name, phase="loaded")
        log.info("loaded: %d of %s", count, name)
        progress.on_load(name, count)

    return replace(progress, on_page=page, on_load=loaded)
