"""Extract: pages from the source into the ledger, untouched, each with its bookmark.

Lists are read by page while people go on working at the source, so that rows may move between
pages: what is seen twice is kept once, and a list that did not give as many different records as
it says it has is read again.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from django.db.models import Max, QuerySet

from handover.importing.engine import hanging, ledger
from handover.importing.engine.errors import Absent, ImportProblem, NotPermitted, StopImport
from handover.importing.engine.lease import working_on
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
    is not new. `alone` is how many different records came on the only page of a first sweep.
    """

    resource: type[Resource]
    step: Step
    asked: int = 0
    arrived: int = 0
    most: int = 0
    latest: datetime | None = None
    known: int = 0
    alone: int | None = None

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
    resources: Sequence[type[Resource]] = ()
    begun: set[str] = field(default_factory=set)
    unread: Counter[str] = field(default_factory=Counter)

    def read(self, resources: Sequence[type[Resource]]) -> None:
        """Read every list that is not read yet; raises the `StopImport` that ends the reading."""
        self.resources = resources
        # all bookmarks first: what one of them has loaded once more may be of any list
        lists = [each for each in resources if each.spec.per is None]
        steps = [(resource, self._steps(resource)) for resource in lists]
        self.begun = {each.spec.name for each in lists}
        self.unread.update(dict.fromkeys(self.begun, 1))  # not read before it was looked at
        for resource, bookmarks in steps:
            self._begin(resource, bookmarks)
        for answers in self.source.answers():
            self._take(answers)

    def _begin(self, resource: type[Resource], steps: Sequence[Step]) -> None:
        """Ask for what is missing of these lists."""
        waiting = [Reading(resource, each) for each in steps if each.state == Step.State.READING]
        self.unread[resource.spec.name] = len(waiting)
        for reading in waiting:
            self.open[reading.step.path] = reading
            reading.most = (reading.step.total or 0) if reading.step.next_page > 1 else 0
            self._ask(reading, reading.step.next_page)
        if not waiting:
            self._is_read(resource)

    def _is_read(self, resource: type[Resource]) -> None:
        """Tell it; and begin with the lists that hang on records which are known by now."""
        self.on_read(resource)
        names = {each.spec.name for each in self.resources}
        for each in self.resources:
            spec = each.spec
            if spec.per is None or spec.name in self.begun:
                continue
            if not any(self.unread[name] for name in spec.per.needs & names):
                self.begun.add(spec.name)
                self.unread[spec.name] = 1
                self._begin(each, self._steps(each))

    def _steps(self, resource: type[Resource]) -> list[Step]:
        """The bookmarks of a resource's lists; those not read to their end are opened anew."""
        spec, run = resource.spec, self.run
        with working_on(run):
            paths = hanging.paths(run, spec)
            Step.objects.bulk_create(
                (
                    Step(workspace_id=run.workspace_id, run=run, path=path, resource=spec.name)
                    for path in paths
                ),
                ignore_conflicts=True,
            )
            known = {
                step.path: step
                for step in Step.objects.filter(
                    workspace_id=run.workspace_id, run=run, resource=spec.name
                )
            }
            return [self._reopened(known[path]) for path in paths]

    def _reopened(self, step: Step) -> Step:
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
        elif isinstance(problem, Absent) and self._may_be_absent(reading.resource):
            self._keep_absent(reading, str(problem))
            self._close(reading, Step.State.ABSENT, str(problem))
        elif isinstance(problem, Absent):
            raise StopImport(
                f"{problem} Every account should have it: check the address of Cliniko and"
                " ask support; then resume the import."
            )
        else:
            raise problem

    def _keep_absent(self, reading: Reading, why: str) -> None:
        """A single record that another one names, and that is not there, explains itself."""
        spec, step = reading.resource.spec, reading.step
        if spec.per is None or not spec.single:
            return
        name, step.total = spec.source_id(step.path, step.path.rpartition("/")[2]), 1
        with working_on(self.run):
            ledger.keep(self.run, step, [Seen(name, "")])
            kept = self._records(step).filter(source_id=name)
            kept.update(outcome=Outcome.REJECTED, reason=why)
            step.save()

    @staticmethod
    def _may_be_absent(resource: type[Resource]) -> bool:
        """What a list hangs on may have been deleted since it was read."""
        return resource.spec.optional or resource.spec.per is not None

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
            seen = [self._seen(reading, raw) for raw in page.records]
            records.setdefault(step.path, []).extend(seen)
            only = number == step.sweep == 1 and not page.has_next
            reading.alone = len({each.source_id for each in seen}) if only else None
        if records:
            with working_on(self.run):
                for path, seen_there in records.items():
                    ledger.keep(self.run, self.open[path].step, seen_there)
                    self.open[path].step.save()
        for reading, number, page in pages:
            reading.arrived = number
            self.on_page(reading.step, len(page.records))
            self._go_on(reading, page)

    def _seen(self, reading: Reading, raw: bytes) -> Seen:
        text = raw.decode("utf-8", "replace").replace("\x00", "")
        known = self.source.record_id(reading.resource, raw)
        # A record without an id of its own is kept all the same, and the loader says so.
        own = known or f"{NO_ID}{hashlib.sha256(raw).hexdigest()[:16]}"
        return Seen(reading.resource.spec.source_id(reading.step.path, own), text)

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
        if reading.alone is not None and reading.alone == step.total:
            self._close(reading, Step.State.READ, "")  # nearly all of those that hang on records
            return
        with working_on(self.run):
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
        with working_on(self.run):
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
        with working_on(self.run):
            reading.step.save()
        name = reading.resource.spec.name
        self.unread[name] -= 1
        if not self.unread[name]:
            self._is_read(reading.resource)


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
