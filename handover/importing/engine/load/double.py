"""Double bookings: rows that take the same time of the same person are kept, and listed.

One statement looks at each row beside the one that begins next and, of those that began before, the
one that lasts longest: if it meets neither, it meets none. So the work grows with the rows and not
with their pairs, whatever lies upon whatever.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection

from handover.core.tenancy import acting_in
from handover.importing.engine.ledger import TABLE
from handover.importing.engine.load.telling import tell_anew
from handover.importing.engine.resource import Occupies, Resource
from handover.importing.engine.values import Issue

DOUBLE_BOOKING = "double booking"
MINUTE = "%Y-%m-%d %H:%M"

# What ends when it begins, or before, takes the moment of its beginning.
_MEETINGS = """
WITH taken AS (
    SELECT t.id, t."{who}_id" AS who, t."{starts}" AS since,
        greatest(t."{ends}", t."{starts}" + interval '1 microsecond') AS until
    FROM "{table}" t WHERE t.workspace_id = %(workspace)s AND t."{who}_id" IS NOT NULL{unless}
), beside AS (
    SELECT id, since, until,
        lead(id) OVER following AS next_id, lead(since) OVER following AS next_since,
        max(ARRAY[(extract(epoch FROM until) * 1000000)::bigint, id]) OVER (
            following ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS longest
    FROM taken WINDOW following AS (PARTITION BY who ORDER BY since, id)
), meeting AS (
    SELECT id, longest[2] AS other FROM beside
    WHERE longest[1] > (extract(epoch FROM since) * 1000000)::bigint
    UNION ALL
    SELECT id, next_id FROM beside WHERE next_since < until
)
SELECT m.id, mine."{zone}", named.name, greatest(mine."{starts}", theirs."{starts}"),
    least(mine."{ends}", theirs."{ends}")
FROM meeting m
    JOIN "{table}" mine ON mine.id = m.id JOIN "{table}" theirs ON theirs.id = m.other
    LEFT JOIN LATERAL (  -- one by one, by the index: a join might read the whole ledger
        SELECT r.resource || ' ' || r.source_id AS name FROM {ledger} r
        WHERE r.workspace_id = %(workspace)s AND r.resource = ANY(%(among)s)
            AND r.target_id = m.other ORDER BY r.id LIMIT 1
    ) named ON true
ORDER BY m.id, theirs."{starts}", theirs.id
"""


class _Meeting(NamedTuple):
    """A row, and another that takes some of its time; one that was booked here has no name."""

    row_id: int
    zone: str
    other: str | None
    since: datetime
    until: datetime


def list_double_bookings(workspace_id: int, resources: Iterable[type[Resource]]) -> None:
    """File an issue on each record whose row takes time that another row takes too.

    All rows of the workspace are looked at, and the records of all runs: the other one may have
    come earlier, from another account, or been booked here.
    """
    declared = {each.spec.occupies: each.spec.target for each in resources if each.spec.occupies}
    for occupies, target in declared.items():
        assert occupies is not None  # noqa: S101  # filtered above
        with acting_in(workspace_id):
            found = _meetings(workspace_id, occupies, target._meta.db_table)
            kind = (occupies.who, DOUBLE_BOOKING)
            tell_anew(workspace_id, occupies.among, kind, [*_issues(occupies, found)])


def _meetings(workspace_id: int, occupies: Occupies, table: str) -> Iterator[_Meeting]:
    parameters: dict[str, int | str | list[str]] = {
        "workspace": workspace_id,
        "among": list(occupies.among),
    }
    unless = ""
    for number, (column, value) in enumerate(occupies.unless):
        parameters[f"unless_{number}"] = value
        free = f"<> %(unless_{number})s" if value else "IS NULL"
        unless += f' AND t."{column}" {free}'
    statement = _MEETINGS.format(
        table=table, ledger=TABLE, unless=unless, who=occupies.who, starts=occupies.starts,
        ends=occupies.ends, zone=occupies.zone,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield from (_Meeting(*row) for row in cursor.fetchall())


def _issues(
    occupies: Occupies, meetings: Iterable[_Meeting]
) -> Iterator[tuple[int, Sequence[Issue]]]:
    for row_id, found in groupby(meetings, key=attrgetter("row_id")):
        others = " and ".join(_told(each) for each in found)
        reason = f"the same {occupies.who} as {others}: both are kept"
        yield row_id, [Issue(occupies.who, DOUBLE_BOOKING, reason)]


def _told(met: _Meeting) -> str:
    """Which one it is, and when, on the clock of the place."""
    since, until = _on_the_clock(met.since, met.zone), _on_the_clock(met.until, met.zone)
    time = f"from {since:{MINUTE}} to {until:{MINUTE}}" if since < until else f"at {since:{MINUTE}}"
    return f"{met.other or 'one that was booked here'} {time} ({since.tzinfo})"


def _on_the_clock(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (OverflowError, ValueError, ZoneInfoNotFoundError):  # the year 9999; no zone that is one
        return moment.astimezone(UTC)
