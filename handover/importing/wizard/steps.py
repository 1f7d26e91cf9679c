"""The steps of the wizard, in their order, and how each stands."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handover.billing import case
from handover.importing.models import Move
from handover.importing.wizard.asking import sheet
from handover.importing.wizard.kinds import ASKED


@dataclass(frozen=True)
class Step:
    """One step: its name in addresses, and for people."""

    name: str
    label: str | Promise

    @property
    def address(self) -> str:
        """Where it is."""
        return reverse(f"importing:wizard_{self.name}")


STEPS = (
    Step("start", _("Before you start")),
    Step("key", _("Key")),
    Step("locations", _("Locations")),
    Step("people", _("People")),
    Step("services", _("Services")),
    Step("data", _("Data")),
    Step("debtors", _("Debtors")),
    Step("review", _("Review")),
)
NAMES = tuple(step.name for step in STEPS)


@dataclass(frozen=True)
class Standing:
    """How one step stands: gone through or not, and how much there still needs a choice."""

    step: Step
    number: int
    done: bool
    open: int
    current: bool
    reachable: bool


def standing(move: Move | None, current: str) -> list[Standing]:
    """Every step; without a key only the first two can be opened."""
    return [
        Standing(
            step,
            number,
            done=_is_done(move, step.name),
            open=open_in(move, step.name),
            current=step.name == current,
            reachable=move is not None or step.name in {"start", "key"},
        )
        for number, step in enumerate(STEPS, 1)
    ]


def _is_done(move: Move | None, name: str) -> bool:
    if move is None:
        return False
    if name in {"start", "key"}:
        return name == "start" or bool(move.run.sealed_key)
    if name == "debtors":
        return bool(case.chosen())
    return name in move.done and not open_in(move, name)


def open_in(move: Move | None, name: str) -> int:
    """How many choices a step still needs."""
    if move is None or name not in ASKED:
        return 0
    return sheet(move, name).open


def after(name: str) -> Step:
    """The step that follows."""
    return STEPS[min(NAMES.index(name) + 1, len(STEPS) - 1)]


def before(name: str) -> Step | None:
    """The step that comes before; None for the first one."""
    place = NAMES.index(name)
    return STEPS[place - 1] if place else None


def note_done(move: Move, name: str) -> None:
    """Note that somebody has gone through a step."""
    if name not in move.done:
        move.done = [*move.done, name]
        move.save(update_fields=["done"])
