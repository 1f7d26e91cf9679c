"""How long a run will still take: from, to; and nothing where nobody can know."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from handover.importing.models import State
from handover.importing.result.estimate import QUICK, SLOW, Span
from handover.importing.said import MINUTE
from handover.importing.standing import Standing

PER_PAGE = 100
AT_ONCE = 4  # files that are fetched together
#: Records a second that were loaded on small and on large machines, other work beside them or not.
LOADED_SLOWLY, LOADED_QUICKLY = 300, 4_000
#: Until so many requests were answered their pace tells nothing.
ENOUGH = 5
GOING = (State.FETCHING, State.LOADING, State.FILES)


@dataclass(frozen=True)
class Outlook:
    """What is still to come. `span` is None while too little is known; `open_end` if there are
    lists that have not said how long they are, so that it may take longer."""

    span: Span | None
    open_end: bool

    @property
    def told(self) -> str:
        """One sentence for people."""
        if self.span is None:
            return _("How long it will take is not known yet.")
        if self.open_end:
            told = self.span.told[:1].upper() + self.span.told[1:]
            return _(
                "%(span)s for what is known so far; some lists have not said how long they are."
            ) % {"span": told}
        return _("About %(span)s more.") % {"span": self.span.told}


def outlook(now: Standing, rate: int) -> Outlook | None:
    """Look ahead; None for a run that is not going on. `rate`: requests a minute, 0 for no limit.

    The shorter span takes the pace so far and all of the allowance, the longer one twice the time:
    somebody else may use half of it. Reading and loading overlap; files come last.
    """
    if now.state not in GOING:
        return None
    open_end = any(each.uncounted for each in now.kinds)
    if now.read_requests < ENOUGH:
        return Outlook(None, open_end)
    answer = float(now.read_seconds) / now.read_requests
    pages = sum(-(-each.coming // PER_PAGE) for each in now.kinds)
    reading = max(pages * answer, pages * MINUTE / rate if rate else 0.0)
    waiting = sum(each.coming + each.fetched - each.loaded for each in now.kinds)
    quick = max(reading, waiting / LOADED_QUICKLY)
    slow = 2 * reading + waiting / LOADED_SLOWLY
    files = _files(now, answer, rate)
    return Outlook(Span(round(quick + files[0]), round(slow + files[1])), open_end)


def _files(now: Standing, answer: float, rate: int) -> tuple[float, float]:
    count = max(0, now.contents - now.contents_here)
    size = max(0, now.bytes - now.bytes_here)
    limit = count * MINUTE / rate if rate else 0.0
    quick = max(count * answer / AT_ONCE, size / QUICK, limit)
    return quick, max(2 * count * answer, size / SLOW, 2 * limit)
