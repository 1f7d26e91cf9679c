"""What travels between the parts of the engine: values, no behaviour, no I/O."""

from dataclasses import dataclass, field
from typing import NamedTuple

from handover.core.json import Json

MISSING_LINK = "link leads nowhere"
MERGED_LINK = "followed a merge"
UNKNOWN_FIELD = "unknown field"
UNKNOWN_VALUE = "unknown value"
CLEANED = "cleaned"
LEFT_OUT = "left out by choice"  # begins the reasons of what somebody chose to leave out
NOT_PLACED = "not placed"  # a link into the records of another system leads nowhere
NO_ID = "no-id-"  # begins the names that records get which come without an id


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that a person may want to know about one record.

    `code` is the cause that equal issues are grouped by; `reason` is the sentence to show.
    """

    field: str
    code: str
    reason: str

    def as_json(self) -> dict[str, Json]:
        """Render as the ledger keeps it."""
        return {"field": self.field, "code": self.code, "reason": self.reason}


class Ref(NamedTuple):  # millions of them: a frozen dataclass takes three times as long to make
    """A link as read from a payload: one of these resources, by its id at the source."""

    resources: tuple[str, ...]
    source_id: str
    follow: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """What a record cannot know by itself: the account's own zone, for places that name none."""

    time_zone: str = "UTC"


@dataclass(slots=True)
class Draft:
    """A record on its way from the ledger to the workspace."""

    values: dict[str, object] = field(default_factory=dict)
    refs: dict[str, Ref] = field(default_factory=dict)
    rows: dict[str, list["Draft"]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    rejected: str = ""
    skipped: str = ""
    follows: str = ""
    twin: str = ""

    def note(self, where: str, code: str, reason: str) -> None:
        """File an issue."""
        self.issues.append(Issue(where, code, reason))

    def reject(self, reason: str) -> None:
        """Refuse the record; the first reason counts."""
        self.rejected = self.rejected or reason

    def skip(self, reason: str) -> None:
        """Leave the record out, on purpose: nothing is wrong with it, and nothing comes of it."""
        self.skipped = reason
