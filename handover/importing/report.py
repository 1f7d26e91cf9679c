"""The report of a run: what `--report` writes, what the run keeps, what people read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked
from django.utils.translation import ngettext

from handover.core.json import Json, JsonObject
from handover.importing.choosing import choices_of
from handover.importing.engine.reconcile import Bytes, Line
from handover.importing.engine.totals import ControlTotal, Group, merged
from handover.importing.models import ImportRun, Outcome, State, Step
from handover.importing.systems import CLINIKO, HELD_BY

COUNTED = (
    Outcome.CREATED,
    Outcome.MATCHED,
    Outcome.UPDATED,
    Outcome.UNCHANGED,
    Outcome.SKIPPED,
    Outcome.REJECTED,
)

#: Kept as they are, and said with `said.again`.
NO_ZONE = marked(
    "No time zone is known for this account: times are shown in UTC wherever a place names none."
    " Undo, and import again with --time-zone, such as --time-zone Australia/Sydney."
)

REMINDER = marked(
    "Keep an export of your own from Cliniko as well, made before you leave: records of health must"
    " be kept for years, and it is the original that nothing here can change."
)


@dataclass(frozen=True)
class Headline:
    """What the one sentence over a report is made of: of lists their names."""

    records: int
    wrong: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    missing: int = 0

    @classmethod
    def of(cls, types: Mapping[str, Any]) -> Self:
        """From the `types` of a report, as it is written and kept."""
        contents = [line["contents"] for line in types.values() if line["contents"]]
        return cls(
            records=sum(line["fetched"] for line in types.values()),
            wrong=tuple(name for name, line in types.items() if not line["balanced"]),
            unread=tuple(name for name, line in types.items() if _is_unread(line)),
            missing=sum(each["failed"] for each in contents),
        )

    def sentence(self, named: Callable[[str], str] = str) -> str:
        """Balanced or not, in the reader's language; lists go by what `named` makes of a name."""
        if self.wrong:
            return _("Not balanced: look at %(types)s.") % {"types": _joined(self.wrong, named)}
        told = {"records": f"{self.records:,}"}
        if not (lacks := list(self._lacks(named))):
            return _("Balanced: %(records)s records were read, and each has an outcome.") % told
        told["lacks"] = _(" and ").join(lacks)
        return (
            _(
                "Balanced, but partly complete: %(lacks)s;"
                " %(records)s other records each have an outcome."
            )
            % told
        )

    def _lacks(self, named: Callable[[str], str]) -> Iterator[str]:
        if self.unread:
            yield _("this key may not read %(types)s") % {"types": _joined(self.unread, named)}
        if self.missing:
            told = ngettext(
                "the contents of %(count)s file could not be fetched",
                "the contents of %(count)s files could not be fetched",
                self.missing,
            )
            yield told % {"count": f"{self.missing:,}"}


def _is_unread(line: Mapping[str, Any]) -> bool:
    return Step.State.NOT_PERMITTED in line["lists"].values()


def _joined(names: Sequence[str], named: Callable[[str], str]) -> str:
    return ", ".join(map(named, names))


@dataclass(frozen=True)
class Report:
    """What one run read, what became of it, and whether it adds up."""

    run_id: int
    state: str
    balanced: bool
    rehearsal: bool
    account: str
    requests: int
    seconds: Decimal
    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()
    held_by: str = HELD_BY[CLINIKO]
    calendar_ready: float | None = None

    @property
    def totals(self) -> list[ControlTotal]:
        """The control totals of all types, those under one title together."""
        return merged([each for line in self.lines for each in line.totals])

    reminder: str = ""
    choices: tuple[JsonObject, ...] = ()

    @property
    def sentence(self) -> str:
        """The headline, with lists named as files and commands name them."""
        return Headline.of({line.name: _line(line) for line in self.lines}).sentence()

    def as_json(self) -> JsonObject:
        """The report as `--report` writes it; the format is documented in docs/report.md."""
        return {
            "import": self.run_id,
            "state": self.state,
            "balanced": self.balanced,
            "rehearsal": self.rehearsal,
            "account": self.account,
            "summary": self.sentence,
            "warnings": list(self.warnings),
            "reminder": self.reminder,
            "requests": self.requests,
            "seconds": float(self.seconds),
            "calendar_ready": self.calendar_ready,
            "types": {line.name: _line(line) for line in self.lines},
            "choices": list(self.choices),
            "control_totals": [_total(each) for each in self.totals],
        }


def without_records(report: dict[str, Any]) -> JsonObject:
    """What stays of a kept report when its records are deleted: sums and causes, no example."""
    return {
        **report,
        "types": {name: _without_examples(line) for name, line in report["types"].items()},
    }


def _without_examples(line: dict[str, Any]) -> JsonObject:
    return {
        **line,
        "gone": {**line["gone"], "examples": []},
        "messages": [],
        "problems": [{**each, "example_id": "", "example": ""} for each in line["problems"]],
    }


def make_report(run: ImportRun, lines: Sequence[Line], seconds: Decimal) -> Report:
    """Draw the report of a run from its reconciliation."""
    balanced = all(line.balanced for line in lines)
    return Report(
        run_id=run.pk,
        state=_state(run, lines, balanced=balanced).value,
        balanced=balanced,
        rehearsal=run.rehearsal,
        account=run.account_name or run.account,
        requests=run.requests + sum(line.requests for line in lines),
        seconds=seconds,
        lines=tuple(lines),
        warnings=() if run.time_zone else (NO_ZONE,),
        held_by=HELD_BY[run.system],
        calendar_ready=calendar_seconds(run) if run.calendar_ready_at else None,
        choices=tuple(choices_of(run)),
        reminder=REMINDER if run.system == CLINIKO else "",
    )


def calendar_seconds(run: ImportRun) -> float:
    """How long after it was submitted the run had loaded the calendar of the coming weeks."""
    assert run.calendar_ready_at and run.created_at  # noqa: S101, PT018  # asked only of runs that have
    return round((run.calendar_ready_at - run.created_at).total_seconds(), 1)


def _state(run: ImportRun, lines: Sequence[Line], *, balanced: bool) -> State:
    if run.rehearsal:
        return State.REHEARSED
    if not balanced:
        return State.NEEDS_ATTENTION
    return State.PARTLY_DONE if any(line.partial for line in lines) else State.DONE


def _line(line: Line) -> JsonObject:
    outcomes: dict[str, Json] = {each.value: line.outcomes[each] for each in COUNTED}
    return {
        "source_total": line.source_total,
        "fetched": line.fetched,
        **outcomes,
        "requests": line.requests,
        "seconds": float(line.seconds),
        "balanced": line.balanced,
        "lists": dict(line.states),
        "messages": list(line.messages),
        "contents": _contents(line.contents),
        "gone": {"count": line.gone.count, "examples": list(line.gone.examples)},
        "control_sums": [
            {
                "attribute": each.attribute,
                "group": each.group,
                "source": f"{each.source.normalize():f}",
                "here": f"{each.here.normalize():f}",
                "agrees": each.agrees,
            }
            for each in line.sums
        ],
        "problems": [
            {
                "field": each.field,
                "cause": each.code,
                "count": each.count,
                "example_id": each.example_id,
                "example": each.example,
            }
            for each in line.causes
        ],
    }


def _total(total: ControlTotal) -> Json:
    return {
        "title": total.title,
        "by": list(total.by),
        "of": total.of,
        "agrees": total.agrees,
        "groups": [_group(each, summed=bool(total.of)) for each in total.groups],
    }


def _group(group: Group, *, summed: bool) -> Json:
    """The numbers at the source, here and apart; of sums only where something is added up."""
    told: JsonObject = {"key": list(group.key), "counts": list(group.counts)}
    if summed:
        told["sums"] = [f"{each.normalize():f}" for each in group.sums]
    return told | {"agrees": group.agrees}


def _contents(contents: Bytes | None) -> Json:
    if contents is None:
        return None
    return {
        "count": contents.count,
        "bytes": contents.bytes,
        "stored": contents.stored,
        "stored_bytes": contents.stored_bytes,
        "failed": contents.failed,
        "not_processed": contents.not_processed,
    }
