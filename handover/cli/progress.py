"""Progress while an import runs, and the report when it is over."""

import time
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from handover.cli.setting_up import printable
from handover.importing.engine.reconcile import Bytes, Gone
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, Step
from handover.importing.report import COUNTED, Report, calendar_seconds

PER_MINUTE = 200


class Display:
    """A live table on a terminal; a line a type where there is none."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.progress = Progress(self.page, self.load, self.content, on_calendar=self.calendar)
        self.steps: dict[str, tuple[str, int, int | None]] = {}
        self.loaded: dict[str, int] = {}
        self.contents: dict[str, tuple[int, int, int]] = {}
        self.requests = 0
        self.ready: str = ""
        self.until: datetime | None = None
        self.begun = time.monotonic()
        self.live = Live(
            console=console, get_renderable=self.table, refresh_per_second=4, transient=True
        )

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.live.stop()

    def page(self, step: Step, count: int) -> None:
        """A page of a list has come."""
        _, fetched, total = self.steps.get(step.path, ("", 0, None))
        total = total if step.part else step.total
        fetched += count
        self.steps[step.path] = (step.resource, min(fetched, total or fetched), total)
        self.requests += 1
        self.until = None

    def load(self, name: str, count: int) -> None:
        """Records of a type were loaded."""
        self.loaded[name] = self.loaded.get(name, 0) + count
        if not self.console.is_terminal:
            self.console.print(f"{name}: {self.loaded[name]:,} loaded", markup=False)

    def content(self, name: str, done: int, of: int, size: int) -> None:
        """The bytes of a record have come, or failed to."""
        self.contents[name] = done, of, size
        self.requests += 1
        self.until = None
        if not self.console.is_terminal and (done == of or not done % 100):
            told = f"{name}: {done:,} of {of:,} contents, {size / 1e6:,.1f} MB"
            self.console.print(told, markup=False)

    def calendar(self, run: ImportRun) -> None:
        """The coming weeks are there."""
        self.ready = f"Calendar ready after {calendar_seconds(run):,.1f} s."
        if not self.console.is_terminal:
            self.console.print(self.ready, markup=False)

    def waiting(self, until: datetime) -> None:
        """The limit makes the reading wait."""
        self.until = until

    def table(self) -> RenderableType:
        """What is known so far; drawn in a thread of its own, while others add to it."""
        table = Table("Type", "Of", "Fetched", "Loaded", box=None)
        steps = list(self.steps.values())
        for name in dict.fromkeys(name for name, _, _ in steps):
            counts = [(f, t or f) for n, f, t in steps if n == name]
            fetched, total = (sum(each) for each in zip(*counts, strict=True))
            table.add_row(name, f"{total:,}", f"{fetched:,}", f"{self.loaded.get(name, 0):,}")
        told = (
            f"{name}: {done:,} of {of:,} contents, {size / 1e6:,.1f} MB"
            for name, (done, of, size) in list(self.contents.items())
        )
        ready = [Text(self.ready, style="green")] if self.ready else []
        return Group(table, *map(Text, told), *ready, Text(self._footer(), style="dim"))

    def _footer(self) -> str:
        steps, contents = list(self.steps.values()), list(self.contents.values())
        missing = sum(max(0, (total or 0) - fetched) for _, fetched, total in steps)
        pages = -(-missing // 100) + sum(of - done for done, of, _ in contents)
        spent = time.monotonic() - self.begun
        text = f"{self.requests:,} requests, about {pages:,} to go, {spent:,.0f} s"
        if pages and self.requests:
            pace = max(self.requests / spent, 0.1) if self.until is None else PER_MINUTE / 60
            text += f", about {pages / pace:,.0f} s left"
        if self.until is not None:
            text += f"; waiting for Cliniko's limit until {self.until:%H:%M:%S} UTC"
        return text


def report_table(report: Report) -> Iterator[RenderableType]:
    """The report for people: counts by type, problems by cause, and one sentence."""
    used = [each for each in COUNTED if any(line.outcomes[each] for line in report.lines)]
    table = Table("Type", title=f"Import {report.run_id} from {report.account}", box=None)
    for name in (report.held_by, "Fetched", *(str(each.label) for each in used), "Requests"):
        table.add_column(name, justify="right")
    table.add_column("")
    for line in report.lines:
        counts = (line.source_total, line.fetched, *(line.outcomes[each] for each in used))
        states = {state for state in line.states.values() if state != Step.State.READ}
        note = ", ".join(str(Step.State(state).label) for state in sorted(states))
        cells = (f"{count:,}" if count else "-" for count in (*counts, line.requests))
        table.add_row(line.name, *cells, note or ("ok" if line.balanced else "NOT BALANCED"))
    yield table
    yield from _sums(report)
    yield from _problems(report)
    if report.requests:
        yield Text(f"{report.requests:,} requests in {report.seconds:,.1f} s.")
    if report.calendar_ready is not None:
        yield Text(f"Calendar ready after {report.calendar_ready:,.1f} s.")
    yield from (Text(each, style="bold yellow") for each in report.warnings)
    if report.rehearsal:
        yield Text("A rehearsal: nothing was written to the workspace.")
    if report.reminder:
        yield Text(report.reminder)
    yield Text(report.sentence, style="bold green" if report.balanced else "bold red")


def _sums(report: Report) -> Iterator[RenderableType]:
    """The sums that are kept apart, such as those of invoices, and any that does not agree."""
    table = Table("Sum", box=None)
    for name in ("In Cliniko", "Here"):
        table.add_column(name, justify="right")
    table.add_column("")
    for line in report.lines:
        for each in line.sums:
            if each.group or not each.agrees:
                name = " ".join(filter(None, (line.name, each.group, each.attribute)))
                amounts = (f"{amount.normalize():,f}" for amount in (each.source, each.here))
                table.add_row(
                    name.replace("_", " "), *amounts, "ok" if each.agrees else "NOT EQUAL"
                )
    if table.row_count:
        yield Text("")
        yield table


def _gone(name: str, gone: Gone) -> str:
    """What was deleted in Cliniko, and stays here: nothing is deleted by an import."""
    ids = ", ".join(gone.examples) + (", ..." if gone.count > len(gone.examples) else "")
    return (
        f"{name}: {gone.count:,} no longer in Cliniko, deleted there since an earlier import; what"
        f" they became stays here until somebody deletes it ({ids})"
    )


def _problems(report: Report) -> Iterator[RenderableType]:
    """Every cause once, with how many records it concerns and one example."""
    lines: list[str] = []
    for line in report.lines:
        lines += [f"{line.name}: {message}" for message in line.messages]
        lines += [_gone(line.name, line.gone)] if line.gone.count else []
        lines += [_contents(line.name, line.contents)] if line.contents else []
        for cause in line.causes:
            where = f"{line.name}, {cause.field}" if cause.field else line.name
            lines.append(f"{where}: {cause.code} ({cause.count:,})")
            lines.append(f"    e.g. {cause.example_id}: {printable(cause.example)}")
    if lines:
        yield Text("\nTo know", style="bold")
        yield from map(Text, lines)
        yield Text("")


def _contents(name: str, contents: Bytes) -> str:
    """How many contents came, and how many bytes."""
    if contents.later:
        size = contents.bytes / 1e6
        return f"{name}: {contents.count:,} contents are to be fetched, {size:,.1f} MB"
    told = f"{name}: {contents.stored:,} of {contents.count:,} contents were stored"
    return f"{told}, {contents.stored_bytes / 1e6:,.1f} MB"
