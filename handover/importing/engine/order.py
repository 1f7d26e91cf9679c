"""Order: which lists and parts of lists come first, so that the calendar is ready for Monday."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from handover.importing.engine.plan import with_needs
from handover.importing.engine.resource import Resource
from handover.importing.engine.soon import BEFORE, FROM, Filter, Portion

COMING, RECENT, EARLIER, LATER = "coming", "recent", "earlier", "later"
PARTS_OF_TIME = (COMING, RECENT, EARLIER, LATER)
#: What has changed since the reading of a list's parts began, or since an earlier import.
MOVED, CHANGED = "moved", "changed"
COMING_DAYS, RECENT_DAYS = 28, 90
#: A list of at most so many pages is read whole: it is there as soon, and costs nothing more.
WORTH_CUTTING = 20
#: So many pages of a list that the calendar does not need come with the structure; others later.
SHORT = 3


class Phase(IntEnum):
    """What is read before what."""

    SOON = 0
    RECENT = 1
    HISTORY = 2
    RECORDS = 3


PHASES = {COMING: Phase.SOON, RECENT: Phase.RECENT, CHANGED: Phase.SOON}


@dataclass(frozen=True)
class Weeks:
    """The moments that the calendar is cut at, by the practice's own clock."""

    recent: datetime
    today: datetime
    coming_end: datetime

    @classmethod
    def around(cls, now: datetime, zone: str) -> "Weeks":
        """Those around `now`; days begin at midnight in `zone`, an IANA identifier."""
        today = now.astimezone(ZoneInfo(zone)).date()
        return cls(
            _midnight(today - timedelta(days=RECENT_DAYS), zone),
            _midnight(today, zone),
            _midnight(today + timedelta(days=COMING_DAYS), zone),
        )

    def filters(self, key: str) -> dict[str, tuple[Filter, ...]]:
        """The parts of a list that is cut by `key`: together they are all of it."""
        recent, today, end = map(written, (self.recent, self.today, self.coming_end))
        return {
            COMING: (Filter(key, FROM, (today,)), Filter(key, BEFORE, (end,))),
            RECENT: (Filter(key, FROM, (recent,)), Filter(key, BEFORE, (today,))),
            EARLIER: (Filter(key, BEFORE, (recent,)),),
            LATER: (Filter(key, FROM, (end,)),),
        }

    def are_coming(self, moment: datetime) -> bool:
        """Whether it is one of the coming weeks."""
        return self.today <= moment < self.coming_end


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def written(moment: datetime) -> str:
    """A moment as filters have it: UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Order:
    """Which of these resources' pages are asked for before which."""

    resources: Sequence[type[Resource]]

    @cached_property
    def soon(self) -> frozenset[str]:
        """Names of what the calendar consists of: lists of which something is needed first."""
        return frozenset(each.spec.name for each in self.resources if each.spec.soon)

    @cached_property
    def _needed(self) -> frozenset[str]:
        return frozenset(each.spec.name for each in with_needs(self.resources, self.soon))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {each.spec.name: place for place, each in enumerate(self.resources)}

    @cached_property
    def _last_soon(self) -> int:
        return max((self._places[name] for name in self.soon), default=-1)

    def rank(
        self, resource: type[Resource], part: str, page: int, *, long: bool
    ) -> tuple[int, ...]:
        """The lower, the sooner. `long`: the list is read by parts, or has others come first."""
        spec = resource.spec
        place = self._places[spec.name]
        return (self._phase(spec.name, place, part, page, long=long), place, page)

    def _phase(self, name: str, place: int, part: str, page: int, *, long: bool) -> Phase:
        if part:
            return PHASES.get(part.partition(" ")[0], Phase.HISTORY)
        if long:
            return Phase.HISTORY
        if name in self._needed or (place < self._last_soon and page <= SHORT):
            return Phase.SOON
        return Phase.RECORDS


class Questions:
    """Pages that are to be asked for, the most urgent first."""

    def __init__(self) -> None:
        self._heap: list[tuple[tuple[int, ...], int, type[Resource], Portion, int]] = []
        self._counted = count()

    def add(
        self, rank: tuple[int, ...], resource: type[Resource], portion: Portion, page: int
    ) -> None:
        """Note a page; of equal rank, the first noted is the first asked."""
        heappush(self._heap, (rank, next(self._counted), resource, portion, page))

    def take(self, most: int) -> Iterator[tuple[type[Resource], Portion, int]]:
        """Up to `most` of them, in their order."""
        for _ in range(min(most, len(self._heap))):
            _, _, resource, portion, page = heappop(self._heap)
            yield resource, portion, page


def chunks(ids: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """Ids in handfuls."""
    found = list(ids)
    for begin in range(0, len(found), size):
        yield tuple(found[begin : begin + size])
