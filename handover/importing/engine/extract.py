"""Extract: pages from the source into the ledger, untouched, each with its bookmark.

Lists are read by page while people go on working at the source, so that rows may move between
pages: what is seen twice is kept once, and a list that did not give as many different records as
it says it has is read again. A long list is read by parts, what is needed soonest first; at its end
the whole list is asked how many records it has, as `lists` describes.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from handover.importing.engine import hanging, known, ledger, sweeps
from handover.importing.engine.errors import (
    Absent,
    ImportProblem,
    NotPermitted,
    Refused,
    StopImport,
)
from handover.importing.engine.lease import working_on
from handover.importing.engine.ledger import Seen
from handover.importing.engine.lists import List, Reading, Steps, bookmarked, short, whole_of
from handover.importing.engine.order import COMING, WORTH_CUTTING, Order, Questions, Weeks
from handover.importing.engine.resource import Resource
from handover.importing.engine.soon import Along, ByTime
from handover.importing.engine.source import Fetched, Page, Source
from handover.importing.engine.values import MISSING_LINK, NO_ID
from handover.importing.models import ImportRun, Outcome, SourceRecord, Step

MOST_SWEEPS = 5
SECOND = 2  # page


@dataclass
class Extraction:
    """The reading of all lists of a run. `on_page`, `on_read` and `on_part` hear of progress.

    Lists of more than `worth_cutting` pages are read by parts; `weeks` says by which.
    """

    run: ImportRun
    source: Source
    weeks: Weeks | None = None
    worth_cutting: int = WORTH_CUTTING
    on_page: Callable[[Step, int], None] = lambda _step, _count: None
    on_read: Callable[[type[Resource]], None] = lambda _resource: None
    on_part: Callable[[type[Resource], str], None] = lambda _resource, _part: None
    open: dict[str, Reading] = field(default_factory=dict)
    lists: dict[str, List] = field(default_factory=dict)
    bases: dict[str, known.Basis] = field(default_factory=dict)
    resources: Sequence[type[Resource]] = ()
    order: Order = field(default_factory=lambda: Order(()))
    questions: Questions = field(default_factory=Questions)
    outstanding: int = 0
    begun: set[str] = field(default_factory=set)
    unread: Counter[str] = field(default_factory=Counter)

    def read(self, resources: Sequence[type[Resource]]) -> None:
        """Read every list that is not read yet; raises the `StopImport` that ends the reading."""
        self.resources, self.order = resources, Order(resources)
        with working_on(self.run):
            self.bases = known.bases(self.run)
            known.note_since(self.run, self.bases.values())
        # all bookmarks first: what one of them has loaded once more may be of any list
        lists = [each for each in resources if each.spec.per is None]
        steps = zip(lists, self._steps(lists), strict=True)
        self.begun = {each.spec.name for each in lists}
        self.unread.update(dict.fromkeys(self.begun, 1))  # not read before it was looked at
        for resource, bookmarks in steps:
            self._begin(resource, bookmarks)
        self._feed()
        for answers in self.source.answers():
            self.outstanding -= len(answers)
            self._take(answers)
            self._feed()

    def _feed(self) -> None:
        """Ask for what is most urgent, as much as can be under way."""
        for resource, portion, number in self.questions.take(self.source.ahead - self.outstanding):
            self.source.ask(resource, portion, number)
            self.outstanding += 1

    def _begin(self, resource: type[Resource], steps: Sequence[Steps]) -> None:
        """Ask for what is missing of these lists."""
        waiting = [each for each in steps if whole_of(each).state == Step.State.READING]
        self.unread[resource.spec.name] = len(waiting)
        for bookmarks in waiting:
            found = List(resource, bookmarks)
            self.lists[found.whole.path] = found
            self._begin_list(found)
        if not waiting:
            self._is_read(resource)

    def _begin_list(self, found: List) -> None:
        basis = self._basis(found)
        if basis is not None and found.untouched and basis.total > self.source.per_page:
            self._add_parts(found, found.changed_since(basis.since))
        self._cut(found)
        for part in found.read_parts:
            self.on_part(found.resource, part)
        self._open_due(found)
        self._look_along()

    def _basis(self, found: List) -> known.Basis | None:
        """The earlier run on which this one builds for a list; None if it is to be read whole."""
        return self.bases.get(found.whole.path) if found.resource.spec.catches_up else None

    def _add_parts(self, found: List, steps: Sequence[Step]) -> None:
        with working_on(self.run):
            Step.objects.bulk_create(steps)
            found.whole.save()
        found.steps.update({each.part: each for each in steps})

    def _open_due(self, found: List) -> None:
        """Go on with those parts of a list whose turn it is; last of all with the whole."""
        for step in found.due():
            if found.name(step) not in self.open:
                self._open(found, step)

    def _open(self, found: List, step: Step) -> None:
        reading = Reading(found.resource, step)
        reading.most = (step.total or 0) if step.next_page > 1 else 0
        if step.sweep > 1 and step.next_page == 1:
            with working_on(self.run):
                reading.known = known.newest(self.run, step)
        self.open[reading.portion.name] = reading
        if found.is_cut and not step.part and step.next_page == SECOND:
            step.next_page = 1  # it was being looked at once more when the work stopped
        read = (step.next_page - 1) * self.source.per_page
        if step.next_page > 1 and step.total is not None and read >= step.total:
            self._end_of_list(reading)
        else:
            self._ask(reading, step.next_page)

    def _is_read(self, resource: type[Resource]) -> None:
        """Tell it; and begin with the lists that hang on records which are known by now."""
        self.on_read(resource)
        self._look_along()
        names = {each.spec.name for each in self.resources}
        for each in self.resources:
            spec = each.spec
            if spec.per is None or spec.name in self.begun:
                continue
            if not any(self.unread[name] for name in spec.per.needs & names):
                self.begun.add(spec.name)
                self.unread[spec.name] = 1
                (steps,) = self._steps([each])
                self._begin(each, steps)

    def _look_along(self) -> None:
        """Ask long lists for what belongs to the coming records of others, once these are known."""
        for found in list(self.lists.values()):
            soon = found.resource.spec.soon
            if not isinstance(soon, Along) or found.looked_along or not self._is_long(found):
                continue
            if self.weeks is None or not all(map(self._is_coming_known, soon.of)):
                continue
            found.looked_along = True
            if not found.parts:
                with working_on(self.run):
                    ids = known.coming(self.run, soon.of, self.weeks)
                self._add_parts(found, found.along(soon, ids))
            self._open_due(found)
            self._tell_if_along_is_read(found)

    def _tell_if_along_is_read(self, found: List) -> None:
        if found.looked_along and all(each.state == Step.State.READ for each in found.parts):
            self.on_part(found.resource, COMING)

    def _is_coming_known(self, resource: type[Resource]) -> bool:
        name = resource.spec.name
        if name not in {each.spec.name for each in self.resources} or not self.unread[name]:
            return True
        found = [each for each in self.lists.values() if each.resource is resource]
        return bool(found) and all(COMING in each.read_parts for each in found)

    def _is_long(self, found: List) -> bool:
        pages = self.worth_cutting * self.source.per_page
        return found.whole.total is not None and found.whole.total > pages

    def _steps(self, resources: Sequence[type[Resource]]) -> list[list[Steps]]:
        """The bookmarks of each resource's lists; those not read to their end are opened anew."""
        run = self.run
        with working_on(run):
            paths = {each.spec.name: hanging.paths(run, each.spec) for each in resources}
            found = bookmarked(run, paths)
            known.read_forgotten_again(run, found)
            return [
                [
                    {part: self._reopened(step) for part, step in found[path].items()}
                    for path in lists
                ]
                for lists in paths.values()
            ]

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
        step = reading.step
        found = self.lists[step.path]
        along = isinstance(reading.resource.spec.soon, Along)
        long = found.is_cut or (along and number > 1 and self._is_long(found))
        rank = self.order.rank(reading.resource, step.part, number, long=long)
        self.questions.add(rank, reading.resource, reading.portion, number)
        reading.asked = number

    def _take(self, answers: Sequence[Fetched]) -> None:
        """Take what has arrived: all pages of it in one transaction, with their bookmarks."""
        pages: list[tuple[Reading, int, Page]] = []
        for answer in answers:
            reading = self.open[answer.portion.name]
            reading.step.seconds += Decimal(str(round(answer.seconds, 3)))
            if reading.step.state != Step.State.READING:
                continue
            if answer.problem is not None:
                self._keep(pages)
                pages = []
                self._take_problem(reading, answer.problem)
            elif answer.page is not None:
                pages.append((reading, answer.number, answer.page))
        self._keep(pages)

    def _take_problem(self, reading: Reading, problem: ImportProblem) -> None:
        if reading.step.part and isinstance(problem, Refused):
            self._close(reading, Step.State.ABSENT, str(problem))  # the whole list makes up for it
        elif isinstance(problem, NotPermitted):
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
            kept = known.records(self.run, step).filter(source_id=name)
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
            records.setdefault(reading.portion.name, []).extend(seen)
            only = number == step.sweep == 1 and not page.has_next
            reading.alone = len({each.source_id for each in seen}) if only else None
        if records:
            with working_on(self.run):
                for name, seen_there in records.items():
                    ledger.keep(self.run, self.open[name].step, seen_there)
                    self.open[name].step.save()
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
        found = self.lists[reading.step.path]
        if reading.arrived == 1 and not reading.step.part and self._whole_began(found, reading):
            return
        total = reading.step.total
        if total is not None:
            for number in range(reading.asked + 1, ceil(total / self.source.per_page) + 1):
                self._ask(reading, number)
        elif page.has_next and reading.arrived == reading.asked:
            self._ask(reading, reading.arrived + 1)
            return
        if reading.arrived == reading.asked:
            self._end_of_list(reading)

    def _whole_began(self, found: List, reading: Reading) -> bool:
        """The first page of a whole list: it may be the last, or the list may better be cut."""
        if found.is_cut:
            return self._adds_up(found, reading)
        if self._cut(found):
            del self.open[reading.portion.name]
            self._open_due(found)
            return True
        self._look_along()
        return False

    def _cut(self, found: List) -> bool:
        """Cut a list of which the first page has come, if it is long and can be cut."""
        soon, began = found.resource.spec.soon, found.whole.sweep_began_at
        if not (isinstance(soon, ByTime) and self.weeks and began):
            return False
        if not found.is_looked_at or not self._is_long(found):
            return False
        self._add_parts(found, found.cut(soon, self.weeks, began - sweeps.CLOCKS_DIFFER))
        return True

    def _adds_up(self, found: List, reading: Reading) -> bool:
        """Whether the parts, with what an earlier run has left, are all of the list; then close."""
        step, basis = reading.step, None
        if found.knows_changes:
            basis = self._basis(found)
        with working_on(self.run):
            if step.total != known.still_there(self.run, step, basis):
                return False
            if basis is not None:
                known.adopt(self.run, step, basis)
            known.mark_forgotten(self.run, step)
        self._close(reading, Step.State.READ, "")
        return True

    def _end_of_list(self, reading: Reading) -> None:
        step = reading.step
        if reading.alone is not None and reading.alone == step.total:
            self._close(reading, Step.State.READ, "")  # nearly all of those that hang on records
            return
        with working_on(self.run):
            here, complete = sweeps.all_came(self.run, self.source, reading)
        if complete or step.sweep >= MOST_SWEEPS:
            self._close(reading, Step.State.READ, "" if complete else short(step, here))
            return
        step.sweep, step.next_page = step.sweep + 1, 1
        reading.asked = reading.arrived = reading.most = 0
        with working_on(self.run):
            reading.known = known.newest(self.run, step)
            step.save()
        self._ask(reading, 1)

    def _close(self, reading: Reading, state: Step.State, message: str) -> None:
        """A list, or a part of it, has come to its end; one that may not be read has no parts."""
        found, step = self.lists[reading.step.path], reading.step
        step.state, step.message = state, message
        if state != Step.State.READ:
            step.requests += 1
        with working_on(self.run):
            step.save()
            if step.part and state == Step.State.NOT_PERMITTED:
                found.close_with(state, message)
        if step.part and found.whole.state == Step.State.READING:
            self._part_is_read(found, step)
            return
        name = reading.resource.spec.name
        self.unread[name] -= 1
        if not self.unread[name]:
            self._is_read(reading.resource)

    def _part_is_read(self, found: List, step: Step) -> None:
        if isinstance(found.resource.spec.soon, Along) and found.looked_along:
            self._tell_if_along_is_read(found)
        else:
            self.on_part(found.resource, step.part)
        self._open_due(found)
        self._look_along()
