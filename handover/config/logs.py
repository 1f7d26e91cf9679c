"""How logs are written: for people, or one JSON object a line for what collects them.

An exception is told by its kind and place alone: its words may quote a record. What other packages
have to say is heard from warnings on.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from handover.core.json import JsonObject
from handover.core.tracing import current


class About(logging.Filter):
    """Puts the numbers of run and step on each record, while they are known."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let it pass."""
        record.about = current()
        return True


class AsText(logging.Formatter):
    """`12:30:05 handover.importing.runs: import 3 began [run=3]`; quietly, the message alone."""

    def __init__(self, *, quiet: bool) -> None:
        super().__init__()
        self._quiet = quiet

    def format(self, record: logging.LogRecord) -> str:
        """One line, and one more for the place of an exception."""
        lines = [record.getMessage(), *_place(record)]
        if not self._quiet:
            about = "".join(f" {name}={value}" for name, value in _about(record).items())
            level = "" if record.levelno == logging.INFO else f" {record.levelname.lower()}"
            at = datetime.fromtimestamp(record.created, UTC)
            lines[0] = (
                f"{at:%H:%M:%S}{level} {record.name}: {lines[0]}{about and f' [{about[1:]}]'}"
            )
        return "\n    ".join(lines)


class AsJson(logging.Formatter):
    """One object a line: `at`, `level`, `logger`, `message`, the numbers, `where` if it failed."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is in the message."""
        line: JsonObject = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_about(record),
        }
        if where := _place(record):
            line["where"] = list(where)
        return json.dumps(line, ensure_ascii=False)


def _about(record: logging.LogRecord) -> dict[str, int | str]:
    found: dict[str, int | str] = getattr(record, "about", {})
    return found


def _place(record: logging.LogRecord) -> list[str]:
    """The kind of the exception and the lines that it came through; never its words."""
    if not record.exc_info or record.exc_info[0] is None:
        return []
    kind, _, trace = record.exc_info
    frames = [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(trace)]
    return [kind.__name__, *frames]


def logging_for(form: str) -> dict[str, Any]:  # what Django's settings hold
    """What `logging.config.dictConfig` takes, for `quiet`, `text` or `json`; all to stderr."""
    formatter: dict[str, object] = (
        {"()": AsJson} if form == "json" else {"()": AsText, "quiet": form == "quiet"}
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"about": {"()": About}},
        "formatters": {"ours": formatter},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "ours", "filters": ["about"]}
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "handover": {"level": "WARNING" if form == "quiet" else "INFO"},
            # Django's own would write to the console in debugging, and mail to nobody
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
