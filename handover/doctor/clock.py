"""Clocks: ours against the database's, and against Cliniko's.

Cliniko is asked for its Date alone, without the key, at the address that the key or the setting
names; where neither names one, nobody is asked.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from django.db import connections

from handover.doctor.finding import Finding, ok, problem, warning
from handover.importing.cliniko.key import ApiKey
from handover.importing.engine.errors import ImportProblem

CHECK = "clock"
TOLERATED, BEARABLE = 5.0, 60.0  # seconds
PATIENCE = 5.0
DO = "Have the machines keep their clocks by NTP (`timedatectl` shows it)."


def check(url_template: str, key: str) -> Iterator[Finding]:
    """Compare, as far as there is somebody to compare with."""
    yield compared("the database", database_time(), datetime.now(UTC))
    url = address_of(url_template, key)
    if not url:
        yield ok(CHECK, "Cliniko's was not asked: without a key nobody knows which address")
        return
    there = source_time(url)
    if there is None:
        do = "Look at the connection, and at a proxy or firewall in between."
        yield warning(CHECK, f"{url} does not answer, or without the time", do)
        return
    yield compared(url, there, datetime.now(UTC))


def compared(whose: str, theirs: datetime, ours: datetime) -> Finding:
    """How far two clocks are apart; an answer takes its time too."""
    seconds = abs((theirs - ours).total_seconds())
    says = f"that of {whose} and ours differ by {seconds:.0f} s"
    if seconds > BEARABLE:
        return problem(CHECK, says, DO)
    return warning(CHECK, says, DO) if seconds > TOLERATED else ok(CHECK, says)


def database_time() -> datetime:
    """The database's clock."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def address_of(url_template: str, key: str) -> str:
    """Where Cliniko is, as far as that is known; "" otherwise."""
    if "{shard}" not in url_template:
        return url_template
    try:
        return url_template.format(shard=ApiKey.parse(key).shard) if key else ""
    except ImportProblem:
        return ""


def source_time(url: str) -> datetime | None:
    """The Date of whatever it answers; None if that cannot be had."""
    try:
        answer = httpx.get(url, timeout=PATIENCE, follow_redirects=False)
        return parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError):
        return None
