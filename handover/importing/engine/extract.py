"""Extract: pages from the source into the ledger, untouched, each with its bookmark.

Lists are read by page while people go on working at the source, so that rows may move between
pages: what is seen twice is kept once, and a list that did not give as many different records as
it says it has is read again.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from django.db.models import Max, QuerySet

from handover.core.tenancy import acting_in
from handover.importing.engine import ledger
from handover.importing.engine.errors import Absent, ImportProblem, NotPermitted, StopImport
from handover.importing.engine.ledger import Seen
from handover.importing.engine.resource import Resource
from handover.importing.engine.source import Fetched, Page, Source
from handover.importing.engine.values import MISSING_LINK, NO_ID
from handover.importing.models import ImportRun, Outcome, SourceRecord, Step

MOST_SWEEPS = 5
SECOND = 2  # page
CLOCKS_DIFFER = timedelta(seconds=2)  # at most: the source's web server's and its database's
ADDED_MEANWHILE = 500  # records: more are not made while one list is read
VANISHED = "deleted at the source while it was being read"


@dataclass
class Reading:
    """One list that is being read: its bookmark, and which pages have been asked for.

    `most` is the largest total that this sweep was told: once a list has shrunk, later pages
    begin too late, and what moved up unseen is missing although the numbers may agree. `latest` is
    the source's clock at the newest answer; what the ledger had up to `known` when the sweep began
    is not new.
    """

    resource: type[Resource]
    step: Step
    asked: int = 0
    arrived: int = 0
    most: int = 0
    latest: datetime | None = None
    known: int = 0

    @property
    def has_shrunk(self) -> bool:
        """Whether something was deleted at the source while this sweep went on."""
        return (self.step.total or 0) < self.most


@dataclass
class Extraction:
    """The reading of all lists of a run. `on_page` and `on_read` hear of progress."""

    run: ImportRun
    source: Source
    on_page: Callable[[Step, int], None] = lambda _step, _count: None
    on_read: Callable[[type[Resource]], None] = lambda _resource: None
    open: dict[str, Reading] = field(default_factory=dict)

    def read(self, resources: Sequence[type[Resource]]) -> None:
        """Read every list that is not read yet; raises the `StopImport` that ends the reading."""
        # all bookmarks first: what one of them has loaded once more may be of any list
        steps = [(resource, self._steps(resource)) for resource in resources]
        for resource, bookmarks in steps:
            readings = [Reading(resource, step) for step in bookmarks]
            waiting = [each for each in readings if each.step.state == Step.State.READING]
            for reading in waiting:
                self.open[reading.step.path] = reading
                reading.most = (reading.step.total or 0) if reading.step.next_page > 1 else 0
                self._ask(reading, reading.step.next_page)
            if not waiting:
                self.on_read(resource)
        for answers in self.source.answers():
            self._take(answers)

    def _steps(self, resource: type[Resource]) -> list[Step]:
        with acting_in(self.run.workspace_id):
            return [self._step(resource, path) for path in resource.spec.paths]

    def _step(self, resource: type[Resource], path: str) -> Step:
        """The bookmark of a list; one that was not read to its end is opened once more."""
        step, _ = Step.objects.get_or_create(
            workspace_id=self.run.workspace_id,
            run=self.run,
            path=path,
            defaults={"resource": resource.spec.name},
        )
        if step.message and step.state != Step.State.ABSENT:
            self._try_links_again()
            step.state, step.message = Step.State.READING, ""
            step.sweep, step.next_page = step.sweep + 1, 1
            step.save()
        return step

    def _try_links_again(self) -> None:
        """What linked into a list that was not read is loaded once more when it has been."""
        SourceRecord.objects.filter(
            workspace_id=self.run.workspace_id,
            run=self.run,
            issues__contains=[{"code": MISSING_LINK}],
        ).update(outcome=Outcome.WAITING)

    def _ask(self, reading: Reading, number: int) -> None:
        self.source.ask(reading.resource, reading.step.path, number)
        reading.asked = number

    def _take(self, answers: Sequence[Fetched]) -> None:
        """Take what has arrived: all pages of it in one transaction, with their bookmarks."""
        pages: list[tuple[Reading, int, Page]] = []
        for answer in answers:
            reading = self.open[answer.path]
            reading.step.seconds += Decimal(str(round(answer.seconds, 3)))
            if answer.problem is not None:
                self._keep(pages)
                pages = []
                self._take_problem(reading, answer.problem)
            elif answer.page is not None and reading.step.state == Step.State.READING:
                pages.append((reading, answer.number, answer.page))
        self._keep(pages)

    def _take_problem(self, reading: Reading, problem: ImportProblem) -> None:
        if isinstance(problem, NotPermitted):
            self._close(reading, Step.State.NOT_PERMITTED, str(problem))
        elif isinstance(problem, Absent) and reading.resource.spec.optional:
            self._close(reading, Step.State.ABSENT, str(problem))
        elif isinstance(problem, Absent):
            raise StopImport(
                f"{problem} Every account should have it: check the address of Cliniko and"
                " ask support; then resume the import."
            )
        else:
            raise problem

    def _keep(self, pages: Sequence[tuple[Reading, int, Page]]) -> None:
        """Write pages and move the bookmarks, in one transaction; then ask for what follows."""
        records: dict[str, list[Seen]] = {}
        for reading, number, page in pages:
            step = reading.step
            step.total = step.total if page.total is None else page.total
            reading.most = max(reading.most, page.total or 0)
            if number == 1:
                step.sweep_total, step.sweep_began_at = page.total, page.served_at
            step.next_page, reading.latest = number + 1, page.served_at
            step.requests += page.requests
            seen = (self._seen(reading.resource, raw) for raw in page.records)
            records.setdefault(step.path, []).extend(seen)
        if records:
            with acting_in(self.run.workspace_id):
                for path, seen_there in records.items():
                    ledger.keep(self.run, self.open[path].step, seen_there)
                    self.open[path].step.save()
        for reading, number, page in pages:
            reading.arrived = number
            self.on_page(reading.step, len(page.records))
            self._go_on(reading, page)

    def _seen(self, resource: type[Resource], raw: bytes) -> Seen:
        text = raw.decode("utf-8", "replace").replace("\x00", "")
        known = self.source.record_id(resource, raw)
        # A record without an id of its own is kept all the same, and the loader says so.
        return Seen(known or f"{NO_ID}{hashlib.sha256(raw).hexdigest()[:16]}", text)

    def _go_on(self, reading: Reading, page: Page) -> None:
        """Ask for what is known to be there; at the end, see whether everything came."""
        total = reading.step.total
        if total is not None:
            for number in range(reading.asked + 1, ceil(total / self.source.per_page) + 1):
                self._ask(reading, number)
        elif page.has_next and reading.arrived == reading.asked:
            self._ask(reading, reading.arrived + 1)
            return
        if reading.arrived == reading.asked:
            self._end_of_list(reading)

    def _end_of_list(self, reading: Reading) -> None:
        step = reading.step
        with acting_in(self.run.workspace_id):
            seen = self._records(step)
            here, latest = seen.count(), seen.filter(sweep=step.sweep).count()
            shrunk = reading.has_shrunk or self._has_lost_rows(reading)
            complete = step.total is None or (here == step.total and not shrunk)
            if not complete and latest == step.total and not shrunk:
                self._mark_vanished(step)
                complete = True
        if complete or step.sweep >= MOST_SWEEPS:
            self._close(reading, Step.State.READ, "" if complete else _short(step, here))
            return
        step.sweep, step.next_page = step.sweep + 1, 1
        reading.asked = reading.arrived = reading.most = 0
        with acting_in(self.run.workspace_id):
            reading.known = self._records(step).aggregate(newest=Max("pk"))["newest"] or 0
            step.save()
        self._ask(reading, 1)

    def _has_lost_rows(self, reading: Reading) -> bool:
        """Whether rows were deleted while others were added, so that the total hides it.

        Each row that is deleted from a page already read moves another one up into it, unseen.
        """
        step = reading.step
        if step.sweep_began_at is None or reading.latest is None or step.next_page <= SECOND:
            return False
        since, until = step.sweep_began_at - CLOCKS_DIFFER, reading.latest + CLOCKS_DIFFER
        fresh = self._records(step).filter(pk__gt=reading.known)
        newest = fresh.order_by("-pk").values_list("payload", flat=True)
        moments = (self.source.made_at(each) for each in newest[:ADDED_MEANWHILE])
        added = sum(1 for each in moments if each is not None and since <= each <= until)
        return (step.total or 0) < (step.sweep_total or 0) + added

    def _records(self, step: Step) -> QuerySet[SourceRecord]:
        return SourceRecord.objects.filter(
            workspace_id=self.run.workspace_id,
            run=self.run,
            resource=step.resource,  # with it an index leads to the list
            path=step.path,
        )

    def _mark_vanished(self, step: Step) -> None:
        """The last reading was whole: what only an earlier one saw is no longer there."""
        gone = self._records(step).filter(sweep__lt=step.sweep, outcome=Outcome.WAITING)
        gone.update(outcome=Outcome.SKIPPED, reason=VANISHED)

    def _close(self, reading: Reading, state: Step.State, message: str) -> None:
        reading.step.state, reading.step.message = state, message
        if state != Step.State.READ:
            reading.step.requests += 1
        with acting_in(self.run.workspace_id):
            reading.step.save()
        others = (each for each in self.open.values() if each.resource is reading.resource)
        if all(each.step.state != Step.State.READING for each in others):
            self.on_read(reading.resource)


def _short(step: Step, here: int) -> str:
    if here == step.total:
        return (
            f"records were deleted from {step.path} each time that it was read, so that others may"
            " be missing; import once more at a quiet hour"
        )
    return (
        f"the source says that {step.path} has {step.total} records, but gave {here} different"
        f" ones in {step.sweep} readings"
    )
