"""What the server says of time: when to come back, and what its clock shows; with distrust."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_RESET = 300.0  # the window is a minute: a later reset is a clock that is wrong
LONGEST_RETRY_AFTER = 3600.0
_PLAIN_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


def seconds_until_allowed(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait by X-RateLimit-Reset, else by Retry-After; None if neither makes sense.

    `now` is this machine's time in epoch seconds; the server's own Date header goes before it,
    so that a clock that runs wrong here does no harm.
    """
    now = _server_time(headers, time.time() if now is None else now)
    reset = seconds_until_reset(headers, now)
    return reset if reset is not None else seconds_to_retry(headers, now)


def seconds_until_reset(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to X-RateLimit-Reset (epoch seconds), None if absent or beyond belief."""
    moment = _number(headers.get("X-RateLimit-Reset", ""))
    if moment is None:
        return None
    wait = moment - _server_time(headers, time.time() if now is None else now)
    return max(wait, 0.0) if -1.0 <= wait <= LONGEST_RESET else None


def seconds_to_retry(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds of Retry-After, which may be a number or an HTTP date; None if it is neither."""
    text = headers.get("Retry-After", "")
    wait = _number(text)
    if wait is None:
        moment = _http_date(text)
        if moment is None:
            return None
        wait = moment - _server_time(headers, time.time() if now is None else now)
    return min(max(wait, 0.0), LONGEST_RETRY_AFTER)


def server_clock(headers: Mapping[str, str]) -> datetime | None:
    """What the server's own clock showed when it answered, to the second; None if it is silent."""
    moment = _http_date(headers.get("Date", ""))
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def _server_time(headers: Mapping[str, str], fallback: float) -> float:
    moment = _http_date(headers.get("Date", ""))
    return fallback if moment is None else moment


def _number(text: str) -> float | None:
    text = text.strip()  # of more than `float` takes for blank
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else None


def _http_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
