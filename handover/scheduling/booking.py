"""What stands in the way of a booking: warned of, and then for people to decide."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from handover.core.tenancy import WorkspaceOwned
from handover.core.tenancy.changing import ChangedMeanwhile, OutdatedError, held
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, BusyTime
from handover.scheduling.queries import busy, taken, taken_of_client
from handover.scheduling.wall_clock import on_wall

DAY = "j F H:i"
R = TypeVar("R", bound=WorkspaceOwned)


def as_seen(model: type[R], pk: int, revision: int) -> R:
    """A row, held for this transaction. Raises `ChangedMeanwhile`."""
    try:
        return held(model, pk, revision)
    except OutdatedError:
        raise ChangedMeanwhile from None


@dataclass(frozen=True)
class Clash:
    """One thing that a booking meets; `name` is what confirming it names."""

    name: str
    words: str


class NeedsConfirmation(Exception):
    """What was asked for meets something else that is booked."""

    def __init__(self, clashes: Collection[Clash]) -> None:
        super().__init__(" ".join(each.words for each in clashes))
        self.clashes = tuple(clashes)

    @property
    def names(self) -> str:
        """What to confirm, as one text: see `confirmed`."""
        return " ".join(sorted(each.name for each in self.clashes))


def confirmed(text: str) -> frozenset[str]:
    """What somebody has said yes to, from the text that named it."""
    return frozenset(text.split())


def hold(practitioner: Practitioner | None) -> None:
    """Let nobody else book this practitioner until the transaction ends: only one is first."""
    if practitioner is not None:
        held = Practitioner.objects.select_for_update(no_key=True)
        held.filter(pk=practitioner.pk).values_list("pk", flat=True).first()


@dataclass(frozen=True)
class Wanted:
    """A time to be booked, in UTC: whose and where, by their numbers, and by which clock."""

    starts_at: datetime
    ends_at: datetime
    practitioner: int | None
    location: int | None
    zone: ZoneInfo


def clashes(wanted: Wanted, clients: Collection[int] = (), *, but: int = 0) -> list[Clash]:
    """What this time of a practitioner and of clients meets, `but` for one appointment itself.

    It is told by the clock of the place that is booked, wherever the other thing takes place.
    """
    times, whose = (wanted.starts_at, wanted.ends_at), wanted.practitioner
    found = list[Clash]()
    if whose is not None:
        met = taken(*times, whose).exclude(pk=but)
        said = _("%(when)s the practitioner is booked already.")
        found += [Clash(f"a{each.pk}", _told(said, each, wanted.zone)) for each in met]
        said = _("%(when)s the practitioner is busy.")
        blocks = busy(*times, whose, wanted.location)
        found += [Clash(f"b{each.pk}", _told(said, each, wanted.zone)) for each in blocks]
    said = _("%(when)s the client is booked.")
    for client in clients:
        met = taken_of_client(*times, client).exclude(pk=but)
        if whose is not None:
            met = met.exclude(practitioner_id=whose)  # told of already
        found += [Clash(f"c{each.pk}", _told(said, each, wanted.zone)) for each in met]
    return found


def _told(said: str, other: Appointment | BusyTime, zone: ZoneInfo) -> str:
    return said % {"when": _when(other, zone)}


def _when(other: Appointment | BusyTime, zone: ZoneInfo) -> str:
    starts, ends = on_wall(other.starts_at, zone), on_wall(other.ends_at, zone)
    if starts.date() == ends.date():  # with its day: of what repeats, one of many is met
        return _("On %(day)s from %(starts)s to %(ends)s") % {
            "day": date_format(starts, "l j F"),
            "starts": f"{starts:%H:%M}",
            "ends": f"{ends:%H:%M}",
        }
    told = {"starts": date_format(starts, DAY), "ends": date_format(ends, DAY)}
    return _("From %(starts)s to %(ends)s") % told


def unless_confirmed(found: Collection[Clash], given: frozenset[str]) -> None:
    """Raise `NeedsConfirmation` if there is more than what was said yes to."""
    if any(each.name not in given for each in found):
        raise NeedsConfirmation(found)
