"""The result of a rehearsal, kept on its run: counts, samples, and how long the rest will take."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from handover.core.json import JsonObject
from handover.importing.engine.reconcile import Line
from handover.importing.engine.resource import Resource
from handover.importing.models import ImportRun
from handover.importing.report import Report
from handover.importing.result.estimate import estimate
from handover.importing.result.samples import samples

HEALTH_DATA = "samples"


@dataclass
class Rehearsal:
    """Looks at what a rehearsal has made before it is taken back. `rate`: requests a minute."""

    run: ImportRun
    resources: Sequence[type[Resource]]
    rate: int
    seen: JsonObject = field(default_factory=dict)

    def look(self, lines: Sequence[Line], seconds: float) -> None:
        """Take samples, and measure; `seconds` is how long the loading took."""
        self.seen = {
            "estimate": estimate(lines, seconds, self.rate).as_json(),
            HEALTH_DATA: samples(self.run, self.resources),
        }

    def result(self, report: Report) -> JsonObject:
        """Everything that is kept."""
        return {**self.seen, "report": report.as_json()}


def forget_samples(run: ImportRun) -> None:
    """Drop the samples of a run that is loaded or deleted; the caller saves it."""
    if run.rehearsal_result is not None:
        kept = run.rehearsal_result.items()
        run.rehearsal_result = {name: value for name, value in kept if name != HEALTH_DATA}
