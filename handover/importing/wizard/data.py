"""What comes: each type of record with its count and cost, switches, and who needs whom."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handover.importing.cliniko.survey import NOT_PERMITTED, READ
from handover.importing.engine.attached import Contents
from handover.importing.engine.plan import with_needs
from handover.importing.engine.resource import Spec
from handover.importing.models import Move
from handover.importing.said import type_name
from handover.importing.systems import CLINIKO, RESOURCES

PER_PAGE = 100
#: Without these there is nothing that the rest could hang on.
ALWAYS = ("settings", "users", "businesses", "practitioners", "appointment_types")
GROUPS: tuple[tuple[str | Promise, frozenset[str]], ...] = (
    (_("Places, people, services"), frozenset({"practice", "accounts"})),
    (_("Clients"), frozenset({"clients"})),
    (_("Calendar"), frozenset({"scheduling"})),
    (_("Records"), frozenset({"clinical", "files"})),
    (_("Invoices and messages"), frozenset({"billing", "communications"})),
)
_BY_NAME = {each.spec.name: each.spec for each in RESOURCES[CLINIKO]}


@dataclass(frozen=True)
class Type:
    """One type of record: what it is called on both sides, and what it costs to bring."""

    name: str
    label: str
    source: str
    total: int | None
    requests: int
    on: bool
    fixed: bool
    readable: bool


@cache
def closure(name: str) -> frozenset[str]:
    """A type and all that it needs."""
    return frozenset(each.spec.name for each in with_needs(RESOURCES[CLINIKO], [name]))


@cache
def fixed() -> frozenset[str]:
    """What always comes."""
    return frozenset().union(*(closure(name) for name in ALWAYS))


def switchable() -> list[str]:
    """What may be switched off."""
    return [name for name in _BY_NAME if name not in fixed()]


def needed_by(off: Collection[str]) -> dict[str, list[str]]:
    """For each type that is off: those that are on and need it."""
    on = [name for name in _BY_NAME if name not in off]
    found = {name: [each for each in on if name in closure(each)] for name in off}
    return {name: users for name, users in found.items() if users}


def only(move: Move) -> list[str]:
    """The types of the run; none if all come."""
    return [name for name in _BY_NAME if name not in move.off] if move.off else []


def groups(move: Move) -> Iterator[tuple[str | Promise, list[Type]]]:
    """Every type, group by group."""
    lists = move.survey.get("lists") or {}
    for label, apps in GROUPS:
        specs = [s for s in _BY_NAME.values() if s.target._meta.app_label in apps]
        yield label, [_type(move, spec, lists.get(spec.name)) for spec in specs]


def _type(move: Move, spec: Spec, seen: dict[str, object] | None) -> Type:
    total = int(str(seen["total"])) if seen and seen["state"] == READ else None
    if spec.single:
        total = 1
    return Type(
        name=spec.name,
        label=str(spec.target._meta.verbose_name_plural).capitalize(),
        source=type_name(spec.name),
        total=total,
        requests=_requests(spec, total or 0),
        on=spec.name not in move.off,
        fixed=spec.name in fixed(),
        readable=not (seen and seen["state"] == NOT_PERMITTED),
    )


def _requests(spec: Spec, total: int) -> int:
    """Pages; where each record has bytes to fetch, one more for each."""
    each = total if isinstance(spec.contents, Contents) else 0
    return max(1, -(-total // PER_PAGE)) * len(spec.paths) + each


def types(move: Move) -> list[Type]:
    """Every type, in the order of the groups."""
    return [each for _label, found in groups(move) for each in found]


def cost(move: Move) -> int:
    """Requests of all that is on; lists that hang on records come on top."""
    return sum(each.requests for each in types(move) if each.on)


def not_permitted(move: Move) -> list[str]:
    """Lists that are wanted and that the key may not read."""
    return [each.source for each in types(move) if each.on and not each.readable]
