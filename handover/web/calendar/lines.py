"""The lines of the calendar's list: of a week with a thousand appointments in a few hundredths."""

from collections.abc import Iterable
from datetime import date, datetime

from django.middleware.csrf import get_token
from django.utils.dateformat import format as in_words
from django.utils.safestring import SafeString, mark_safe

from handover.accounts.access import Request
from handover.scheduling.models import Status
from handover.web.calendar.showing import Day, Row, addresses
from handover.web.rows import Sheet


class Lines:
    """What makes them; `here` is the address to come back to."""

    def __init__(self, request: Request, *, here: str, may_edit: bool) -> None:
        around = {"may_edit": may_edit, "here": here, "csrf_token": get_token(request)}
        self._sheet = Sheet("web/calendar/row.html", around)
        self._page = addresses("web:appointment")
        self._status = addresses("web:appointment_status")
        self._steps = {each: (each, str(each.label)) for each in Status}

    def of(self, day: Day) -> SafeString:
        """The lines of one day as markup; "" if nothing stands in it."""
        return self.of_rows(day.rows, day.day)

    def of_rows(self, rows: Iterable[Row], day: date) -> SafeString:
        """The same for some of its lines."""
        return mark_safe("".join([self._line(row, day) for row in rows]))  # noqa: S308  # each is markup

    def _line(self, row: Row, day: date) -> SafeString:
        entry, following = row.entry, row.next_step
        clock = entry.clock if entry else ""
        look = {
            "status": entry.status if entry else None,
            "stands": row.stands,
            "next_step": self._steps[following] if following else None,
            "clocked": bool(clock),
        }
        return self._sheet.row(
            look,
            {
                "starts": _clock(row.starts, day),
                "ends": _clock(row.ends, day),
                "clock": clock,
                "title": row.title,
                "details": row.details,
                "address": self._page(entry.pk) if entry else "",
                "action": self._status(entry.pk) if entry else "",
                "revision": str(entry.revision) if entry else "",
            },
        )


def _clock(wall: datetime, day: date) -> str:
    if wall.date() != day:
        return in_words(wall, "j M H:i")
    return f"{wall.hour:02}:{wall.minute:02}"  # strftime takes ten times as long
