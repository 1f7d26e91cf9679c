"""A list and its parts.

A list that is not cut has one step. One that is cut begins with a look at its first page, which
says how long it is; then come its parts, which together are all of it; then what has moved between
them meanwhile, by the time of its last change; then its first page once more. If the ledger has as
many different records as the list says it has by then, it is read. If not, it is read on, as a
whole.

In a later import of the account the only part is what has changed since an earlier one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handover.importing.engine.order import CHANGED, COMING, MOVED, Weeks, chunks, written
from handover.importing.engine.resource import Resource
from handover.importing.engine.soon import FROM, ONE_OF, Along, ByTime, Filter, Portion
from handover.importing.models import ImportRun, Step

CHANGES = "updated_at"
#: Ids in one question: its address stays far below what servers take.
AT_ONCE = 100

READ = Step.State.READ
#: A change may carry a moment somewhat before the one at which it can be seen: a request that takes
#: long at the source is stamped when it begins, its answers come through a cache, and its machines'
#: clocks differ by seconds. Ten minutes are far more than all of that, and cost a few records.
OVERLAP = timedelta(minutes=10)

#: The steps of one list by part; "" is the whole list.
Steps = dict[str, Step]


def whole_of(steps: Steps) -> Step:
    """The step of the whole list."""
    return steps[""]


def stored(run: ImportRun, *resources: str) -> dict[str, Steps]:
    """The bookmarks of these resources' lists, by path; call it inside the run's workspace."""
    found: dict[str, Steps] = defaultdict(dict)
    for step in Step.objects.filter(
        workspace_id=run.workspace_id, run=run, resource__in=resources
    ).order_by("pk"):
        found[step.path][step.part] = step
    return found


def bookmarked(run: ImportRun, paths: Mapping[str, Sequence[str]]) -> dict[str, Steps]:
    """The same, made where there are none yet; `paths` are each resource's lists."""
    steps = (
        Step(workspace_id=run.workspace_id, run=run, path=path, resource=name)
        for name, lists in paths.items()
        for path in lists
    )
    Step.objects.bulk_create(steps, ignore_conflicts=True)
    return stored(run, *paths)


@dataclass
class Reading:
    """One list or part that is being read: its bookmark, and which pages have been asked for.

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
    portion: Portion = field(init=False)

    def __post_init__(self) -> None:
        filters = (Filter(key, how, tuple(values)) for key, how, values in self.step.filters)
        self.portion = Portion(self.step.path, self.step.part, tuple(filters))

    @property
    def has_shrunk(self) -> bool:
        """Whether something was deleted at the source while this sweep went on."""
        return (self.step.total or 0) < self.most


@dataclass
class List:
    """One list that is being read, with the bookmarks of its parts."""

    resource: type[Resource]
    steps: Steps
    looked_along: bool = False

    @property
    def whole(self) -> Step:
        """The step of the whole list."""
        return self.steps[""]

    @property
    def parts(self) -> list[Step]:
        """The steps of its parts, in their order."""
        return [step for part, step in self.steps.items() if part]

    @property
    def is_cut(self) -> bool:
        """Whether its parts are to add up to the whole; those of another list's records do not."""
        return bool(self.parts) and not self._is_along

    @property
    def _is_along(self) -> bool:
        return isinstance(self.resource.spec.soon, Along) and CHANGED not in self.steps

    @property
    def untouched(self) -> bool:
        """Whether nothing of it has been read in this run."""
        return not self.parts and (self.whole.sweep, self.whole.next_page) == (1, 1)

    @property
    def is_looked_at(self) -> bool:
        """Whether only its first page has been read."""
        return not self.parts and (self.whole.sweep, self.whole.next_page) == (1, 2)

    @property
    def read_parts(self) -> set[str]:
        """Names of the parts that are read."""
        return {each.part for each in self.parts if each.state == Step.State.READ}

    @property
    def knows_changes(self) -> bool:
        """Whether all that has changed since an earlier import has been read."""
        return CHANGED in self.read_parts

    def name(self, step: Step) -> str:
        """What this reading is called among those that are open."""
        return Portion(step.path, step.part).name

    def due(self) -> list[Step]:
        """The steps whose turn it is: parts, then what moved between them, then the whole list."""
        parts = [each for each in self.parts if each.state == Step.State.READING]
        whole = [self.whole] if self.whole.state == Step.State.READING else []
        if self._is_along:
            return parts + whole
        return [each for each in parts if each.part != MOVED] or parts or whole

    def cut(self, by: ByTime, weeks: Weeks, began: datetime) -> list[Step]:
        """New steps for its parts; the whole list is to be looked at once more after them."""
        self.whole.sweep, self.whole.next_page = self.whole.sweep + 1, 1
        parts = {**weeks.filters(by.key), MOVED: (Filter(CHANGES, FROM, (written(began),)),)}
        return [self._step(part, filters) for part, filters in parts.items()]

    def changed_since(self, moment: datetime) -> list[Step]:
        """A new step for what has changed since an earlier import."""
        return [self._step(CHANGED, [Filter(CHANGES, FROM, (written(moment),))])]

    def along(self, soon: Along, ids: Iterable[str]) -> list[Step]:
        """New steps for what belongs to records of these ids."""
        return [
            self._step(f"{COMING} {number}", [Filter(soon.key, ONE_OF, handful)])
            for number, handful in enumerate(chunks(ids, AT_ONCE), 1)
        ]

    def close_with(self, state: Step.State, message: str) -> None:
        """End all of it as one of its parts has ended; call it inside the run's workspace."""
        for step in self.steps.values():
            if step.state == Step.State.READING:
                step.state, step.message = state, message
                step.save()

    def _step(self, part: str, filters: Sequence[Filter]) -> Step:
        return Step(
            workspace_id=self.whole.workspace_id,
            run_id=self.whole.run_id,
            resource=self.whole.resource,
            path=self.whole.path,
            part=part,
            filters=[[each.key, each.relation, list(each.values)] for each in filters],
        )


def short(step: Step, here: int) -> str:
    """What to say of a list that did not give as many records as it says it has."""
    if here == step.total:
        return (
            f"records were deleted from {step.path} each time that it was read, so that others may"
            " be missing; import once more at a quiet hour"
        )
    return (
        f"the source says that {step.path} has {step.total} records, but gave {here} different"
        f" ones in {step.sweep} readings"
    )


def look_again(run: ImportRun, resources: Iterable[type[Resource]]) -> None:
    """Have every list that is read looked at once more, for what has changed since it was.

    For a rehearsal that is to be loaded; call it inside the run's workspace.
    """
    for resource in (each for each in resources if each.spec.per is None):
        for steps in stored(run, resource.spec.name).values():
            whole = steps.get("")
            if whole is None or whole.path not in resource.spec.paths or whole.state != READ:
                continue
            if resource.spec.catches_up and run.reading_began_at:
                found = List(resource, steps)
                (changes,) = found.changed_since(run.reading_began_at - OVERLAP)
                Step.objects.filter(run=run, path=whole.path, part=CHANGED).delete()
                changes.save()
            whole.state, whole.sweep, whole.next_page = Step.State.READING, whole.sweep + 1, 1
            whole.save()
