"""How long loading and fetching files will take, from what the rehearsal has measured."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handover.core.json import Json, JsonObject
from handover.importing.engine.contents import WORKERS
from handover.importing.engine.reconcile import Line
from handover.importing.said import MINUTE, duration

#: Loading in earnest commits as it goes and shares the machine: it took 0.9 to 1.4 of it.
LEAST, MOST = Decimal("0.8"), Decimal("1.6")
#: Bytes a second from where files lie: nobody has measured that before the first is fetched.
SLOW, QUICK = 1_000_000, 20_000_000


@dataclass(frozen=True)
class Span:
    """From, to; in seconds."""

    least: int
    most: int

    @property
    def told(self) -> str:
        """The span in words."""
        least, most = duration(self.least), duration(self.most)
        return (
            most if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
        )

    def __add__(self, other: "Span") -> "Span":
        return Span(self.least + other.least, self.most + other.most)


@dataclass(frozen=True)
class Estimate:
    """What is still to be done after a rehearsal."""

    load: Span
    files: Span
    count: int
    bytes: int

    def as_json(self) -> JsonObject:
        """As the run keeps it; docs/report.md explains it."""
        return {
            "load_seconds": [self.load.least, self.load.most],
            "files_seconds": [self.files.least, self.files.most],
            "files": self.count,
            "bytes": self.bytes,
            "told": self.told,
        }

    @property
    def told(self) -> str:
        """One sentence."""
        if not self.count:
            return _("Loading will take %(load)s.") % {"load": self.load.told}
        told = ngettext(
            "Loading will take %(load)s, then fetching %(count)s file of %(size)s MB %(files)s.",
            "Loading will take %(load)s, then fetching %(count)s files of %(size)s MB %(files)s.",
            self.count,
        )
        return told % {
            "load": self.load.told,
            "count": f"{self.count:,}",
            "size": f"{self.bytes / 1e6:,.0f}",
            "files": self.files.told,
        }


def estimate(
    lines: Sequence[Line], seconds: float, rate: int, fetched: Collection[str]
) -> Estimate:
    """From the rehearsal's lines, the seconds that its loading took, and requests a minute.

    `fetched` are the types whose bytes cost one request each; those that records enclose cost
    none. At worst half of the allowance is used by somebody else.
    """
    waiting = [line.contents for line in lines if line.contents and line.name in fetched]
    count = sum(each.count - each.stored for each in waiting)
    size = sum(each.bytes - each.stored_bytes for each in waiting)
    took = Decimal(str(seconds))
    load = Span(round(took * LEAST), max(1, round(took * MOST)))
    return Estimate(load, _files(lines, count, size, rate), count, size)


def _files(lines: Sequence[Line], count: int, size: int, rate: int) -> Span:
    requests = sum(line.requests for line in lines) or 1
    answer = sum((line.seconds for line in lines), Decimal(0)) / requests
    paces = [float(count * answer / WORKERS), size / QUICK]
    slower = [float(2 * count * answer), size / SLOW]
    if rate:
        paces.append(count * MINUTE / rate)
        slower.append(2 * count * MINUTE / rate)
    return Span(round(max(paces)), round(max(slower)))


def told_in(estimate: Json) -> str:
    """The sentence of an estimate that a run has kept, made of its numbers."""
    if not isinstance(estimate, dict):
        return ""
    kept = cast("dict[str, Any]", estimate)
    load, files = Span(*kept["load_seconds"]), Span(*kept["files_seconds"])
    return Estimate(load, files, kept["files"], kept["bytes"]).told
