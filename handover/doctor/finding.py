"""What a check finds."""

from dataclasses import dataclass
from enum import StrEnum

from handover.core.json import JsonObject


class Level(StrEnum):
    """How bad it is: a problem stops work now, a warning will one day."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing, and what a person does about it. No secret is in either."""

    check: str
    level: Level
    says: str
    do: str = ""

    def as_json(self) -> JsonObject:
        """As `--json` writes it."""
        return {"check": self.check, "level": str(self.level), "says": self.says, "do": self.do}


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, says)


def warning(check: str, says: str, do: str) -> Finding:
    """Somebody should look."""
    return Finding(check, Level.WARNING, says, do)


def problem(check: str, says: str, do: str) -> Finding:
    """Somebody must act."""
    return Finding(check, Level.PROBLEM, says, do)
