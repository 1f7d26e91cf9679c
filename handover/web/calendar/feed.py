"""The calendar's days as the grid draws them: JSON, with times of the wall and no zone.

The grid is told to reckon in UTC, so that it neither knows nor needs any zone: nine o'clock at the
place is drawn at nine, for a viewer anywhere and on days with 23 or 25 hours.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from handover.core.json import Json, JsonObject
from handover.scheduling.calendar import Asked, Entry, Names, with_zone
from handover.scheduling.models import Status
from handover.scheduling.working import Span, busy_times, working_hours
from handover.web.calendar.showing import ICONS, addresses

NOBODY = 0
DAY_BEGINS, DAY_ENDS = 7, 19  # hours of the wall that a day shows at least


def feed_of(found: list[Entry], asked: Asked, names: Names, *, may_edit: bool) -> JsonObject:
    """What the grid draws: columns, appointments, and what lies behind them."""
    working, busy = working_hours(asked), busy_times(asked, names)
    columns = _columns(found, working, busy, asked, names)
    zones = {(each.practitioner, names.foreign(each.zone)) for each in found}
    one_column_each = asked.practitioner is not None or asked.first == asked.last
    behind = [*_behind(working, "working", columns), *_behind(busy, "busy", columns)]
    return {
        "columns": [{"id": number, "title": _title(number, zones, names)} for number in columns],
        "events": list(_events(found, names, may_edit=may_edit)),
        "behind": list(behind) if one_column_each else [],
        "from": f"{min([DAY_BEGINS, *(each.starts.hour for each in found)]):02}:00",
        "until": f"{_latest(found):02}:00",
    }


def _latest(found: list[Entry]) -> int:
    hours = [
        24 if each.drawn_until.date() > each.starts.date() else each.drawn_until.hour + 1
        for each in found
    ]
    return min(max([DAY_ENDS, *hours]), 24)


def _columns(
    found: list[Entry], working: list[Span], busy: list[Span], asked: Asked, names: Names
) -> list[int]:
    """Whoever works, is booked or is busy on these days; if nobody, all who have not left."""
    booked = {each.practitioner or NOBODY for each in found}
    about = {each.practitioner for each in (*working, *busy) if each.practitioner}
    current = {number for number, each in names.practitioners.items() if not each.former}
    shown = booked | (about & current) or current
    if asked.practitioner:
        shown |= {asked.practitioner}
    return [*(number for number in names.practitioners if number in shown), *({NOBODY} & shown)]


def _title(number: int, zones: set[tuple[int | None, str]], names: Names) -> str:
    theirs = sorted(zone for whose, zone in zones if whose == number and zone)
    return with_zone(names.who(number) or _("No practitioner"), ", ".join(theirs))


class Stamps(dict[datetime, tuple[str, str]]):
    """A time as a date with its hour, and as an hour: in a week many share the same one."""

    def __missing__(self, wall: datetime) -> tuple[str, str]:
        """Write it once: for a thousand appointments that is a third of the time."""
        clock = f"{wall.hour:02}:{wall.minute:02}"  # strftime takes ten times as long
        self[wall] = found = (wall.isoformat(timespec="seconds"), clock)
        return found


def _events(found: list[Entry], names: Names, *, may_edit: bool) -> Iterator[JsonObject]:
    page, move = addresses("web:appointment"), addresses("web:move_appointment")
    looks = {
        each: (str(each.label), f"is-{each.replace('_', '-')}", ICONS[each]) for each in Status
    }
    stamps = Stamps()
    for entry in found:
        words, look, icon = looks[entry.status]
        (starts, from_), (_, until) = stamps[entry.starts], stamps[entry.ends]
        cancelled = entry.status == Status.CANCELLED
        zone = names.foreign(entry.zone)
        yield {
            "id": entry.pk,
            "start": starts,
            "end": stamps[entry.drawn_until][0],
            "resourceId": entry.practitioner or NOBODY,
            "title": entry.title,
            "startEditable": may_edit and not cancelled and not entry.archived,
            "classNames": [look, "is-group"] if entry.group else [look],
            "extendedProps": {
                "times": f"{from_} to {until}",
                "zone": f"{zone} time" if zone else "",
                "service": "" if entry.group else entry.service,
                "practitioner": names.who(entry.practitioner),
                "status": words if not entry.group or entry.archived or cancelled else "",
                "icon": icon,
                "revision": entry.revision,
                "address": page(entry.pk),
                "move": move(entry.pk),
            },
        }


def _behind(spans: list[Span], kind: str, columns: list[int]) -> Iterator[Json]:
    for each in spans:
        owners = [each.practitioner] if each.practitioner else columns
        yield {
            "start": each.starts.isoformat(timespec="seconds"),
            "end": each.ends.isoformat(timespec="seconds"),
            "resourceIds": list[Json](owners),
            "title": each.words,
            "display": "background",
            "classNames": [f"is-{kind}"],
        }
