"""Plan: the order of loading follows from the links; undo is the same order backwards."""

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from handover.importing.engine.errors import StopImport
from handover.importing.engine.resource import Resource

Resources = Sequence[type[Resource]]


def load_order(resources: Iterable[type[Resource]]) -> list[type[Resource]]:
    """Put every resource after those that it links to; otherwise keep the given order."""
    known = {each.spec.name: each for each in resources}
    sorter = TopologicalSorter({n: sorted(r.spec.needs & known.keys()) for n, r in known.items()})
    try:
        return [known[name] for name in sorter.static_order()]
    except CycleError as problem:
        names = " -> ".join(problem.args[1])
        raise StopImport(f"these resources need one another: {names}; defer a link") from None


def undo_order(resources: Iterable[type[Resource]]) -> list[type[Resource]]:
    """What was loaded last goes first."""
    return load_order(resources)[::-1]


def with_needs(resources: Resources, names: Iterable[str]) -> list[type[Resource]]:
    """The named resources and everything that they need, in the given order of `resources`.

    Raises `StopImport` for a name that is no resource.
    """
    known = {each.spec.name: each for each in resources}
    wanted, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in known:
            raise StopImport(f"{name!r} is no type of record; known are: {', '.join(known)}")
        if name not in wanted:
            wanted.add(name)
            waiting.extend(known[name].spec.needs & known.keys())
    return [each for each in resources if each.spec.name in wanted]
