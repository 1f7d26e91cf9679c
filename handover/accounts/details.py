"""What the practice says of itself, asked once in a request: see `PracticeDetails`."""

from collections.abc import Iterable
from dataclasses import dataclass

from handover.accounts.models import PracticeDetails
from handover.core.tenancy import remembered


@dataclass(frozen=True)
class Told:
    """One row of the details: a practice that comes from two accounts may have two."""

    name: str
    subdomain: str
    time_zone: str
    terminology: str


def details_told() -> tuple[Told, ...]:
    """The details of the workspace that is acted in, the oldest first."""
    return remembered("details", (PracticeDetails,), _asked)


def first_told(values: Iterable[str]) -> str:
    """The first of them that says anything; "" if none does."""
    return next(filter(None, values), "")


def _asked() -> tuple[Told, ...]:
    rows = PracticeDetails.objects.order_by("pk")
    return tuple(
        Told(*each) for each in rows.values_list("name", "subdomain", "time_zone", "terminology")
    )
