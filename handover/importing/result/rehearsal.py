"""The result of a rehearsal, kept on its run: counts, samples, and how long the rest will take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handover.core.json import Json, JsonObject
from handover.importing.cliniko.pages import Page
from handover.importing.engine.attached import Contents
from handover.importing.engine.reconcile import Line
from handover.importing.engine.resource import Resource
from handover.importing.models import ImportRun, State
from handover.importing.report import Report
from handover.importing.result.estimate import estimate
from handover.importing.result.failures import Failure, failures
from handover.importing.result.samples import samples

#: What quotes records: it is forgotten when the run is loaded or deleted.
QUOTES = ("failures", "samples")
NAMES = ("type", "source_id", "cause", "reason")
MOST = 200  # failures that are kept


@dataclass
class Rehearsal:
    """Looks at what a rehearsal has made before it is taken back. `rate`: requests a minute."""

    run: ImportRun
    resources: Sequence[type[Resource]]
    rate: int
    seen: JsonObject = field(default_factory=dict)

    def look(self, lines: Sequence[Line], seconds: float) -> None:
        """Take samples, and measure; `seconds` is how long the loading took."""
        fetched = {
            each.spec.name for each in self.resources if isinstance(each.spec.contents, Contents)
        }
        self.seen = {
            "estimate": estimate(lines, seconds, self.rate, fetched).as_json(),
            "failures": [_as_json(each) for each in failures(self.run, most=MOST)],
            "samples": samples(self.run, self.resources),
        }

    def result(self, report: Report) -> JsonObject:
        """Everything that is kept."""
        return {**self.seen, "report": report.as_json()}


def forget_samples(run: ImportRun) -> None:
    """Drop samples and whatever else quotes records, once it is loaded or deleted; save it then."""
    if run.rehearsal_result is not None:
        kept = run.rehearsal_result.items()
        run.rehearsal_result = {name: value for name, value in kept if name not in QUOTES}


def failures_of(run: ImportRun, most: int) -> list[Failure]:
    """The failures of a run, at most `most`; of a rehearsal those that it foresees."""
    if run.state != State.REHEARSED:
        return failures(run, most=most)
    kept = (run.rehearsal_result or {}).get("failures", [])
    return [_from_json(each) for each in kept[:most]]


def _as_json(failure: Failure) -> JsonObject:
    page: Json = [failure.page.url, failure.page.what] if failure.page else None
    told: tuple[Json, ...] = (failure.type, failure.source_id, failure.cause, failure.reason)
    return {**dict(zip(NAMES, told, strict=True)), "page": page}


def _from_json(kept: Mapping[str, Any]) -> Failure:
    page = Page(*kept["page"]) if kept["page"] else None
    kind, source_id, cause, reason = (str(kept[name]) for name in NAMES)
    return Failure(kind, source_id, cause, reason, page)
