"""What of the calendar somebody looks at: which days, whose, where, and in which form."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from handover.scheduling.calendar import Asked

DAY, WEEK = "day", "week"
GRID, LIST = "grid", "list"
LAST_YEARS = (1900, 2200)


@dataclass(frozen=True)
class Look:
    """A day, or the week around it from Monday on; `form` is "" unless somebody has chosen one."""

    day: date
    view: str = DAY
    practitioner: int | None = None
    location: int | None = None
    cancelled: bool = False
    form: str = ""

    @classmethod
    def of(cls, query: QueryDict, zone: ZoneInfo) -> "Look":
        """What an address asks for; what cannot be read is as if it were not there."""
        return cls(
            day=_day(query.get("day", "")) or today_in(zone),
            view=WEEK if query.get("view") == WEEK else DAY,
            practitioner=_number(query.get("practitioner", "")),
            location=_number(query.get("location", "")),
            cancelled=query.get("cancelled") == "on",
            form=query.get("form", "") if query.get("form") in {GRID, LIST} else "",
        )

    @property
    def asked(self) -> Asked:
        """The same, as the calendar is asked."""
        first, days = self.day, 1
        if self.view == WEEK:
            first, days = self.day - timedelta(days=self.day.weekday()), 7
        last = first + timedelta(days=days - 1)
        return Asked(first, last, self.location, self.practitioner, self.cancelled)

    @property
    def before(self) -> str:
        """The address of the day, or the week, before."""
        return self.at(day=self.day - self._step)

    @property
    def after(self) -> str:
        """The address of the day, or the week, after."""
        return self.at(day=self.day + self._step)

    @property
    def _step(self) -> timedelta:
        return timedelta(days=7 if self.view == WEEK else 1)

    def at(self, **changes: object) -> str:
        """The address of the calendar as it is looked at, but for some changes."""
        return f"{reverse('web:calendar')}?{replace(self, **changes).query}"  # type: ignore[arg-type]  # its own fields

    @property
    def query(self) -> str:
        """Its words in an address."""
        given = {
            "day": self.day.isoformat(),
            "view": self.view,
            "practitioner": self.practitioner,
            "location": self.location,
            "cancelled": "on" if self.cancelled else None,
            "form": self.form,
        }
        return urlencode({name: value for name, value in given.items() if value})


def today_in(zone: ZoneInfo) -> date:
    """The day that it is at a place."""
    return timezone.now().astimezone(zone).date()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if LAST_YEARS[0] <= day.year <= LAST_YEARS[1] else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("10" * 9) else None
