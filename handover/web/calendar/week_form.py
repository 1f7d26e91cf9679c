"""The form of a practitioner's week at one location: seven days, some times each."""

from collections.abc import Iterable, Iterator
from datetime import time

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.scheduling.hours import Hours
from handover.scheduling.models import Availability
from handover.web.calendar.forms import time_field

TIMES = 2
#: Monday first, as people read a week; 0 is Sunday.
WEEKDAYS = (
    (1, "Monday"), (2, "Tuesday"), (3, "Wednesday"), (4, "Thursday"), (5, "Friday"),
    (6, "Saturday"), (0, "Sunday"),
)  # fmt: skip


class SinceForm(forms.Form):
    """From which day the hours hold."""

    since = forms.DateField(
        label=later("These hours hold from"),
        required=False,
        help_text=later(
            "What was before stays in the calendar. Leave it empty to put right what was wrong from"
            " the beginning."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DayForm(forms.Form):
    """The hours of one weekday."""

    def __init__(
        self, data: QueryDict | None, weekday: int, name: str, hours: Hours, times: int
    ) -> None:
        initial = {
            f"{end}{number}": value
            for number, pair in enumerate(hours)
            for end, value in zip(("from", "to"), pair, strict=True)
        }
        super().__init__(data, prefix=f"day{weekday}", initial=initial)
        self.weekday, self.name, self.times = weekday, name, times
        for number in range(times):
            for end, word in (("from", _("from")), ("to", _("to"))):
                label = f"{name}, {word}" + (f" ({number + 1})" if number else "")
                self.fields[f"{end}{number}"] = time_field(label, required=False)

    def pairs(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The fields two by two."""
        for number in range(self.times):
            yield self[f"from{number}"], self[f"to{number}"]

    def clean(self) -> dict[str, object]:
        """Both ends of a time are given, in order, and times do not meet."""
        given = super().clean() or {}
        last: time | None = None
        for number in range(self.times):
            starts, ends = given.get(f"from{number}"), given.get(f"to{number}")
            if bool(starts is None) != bool(ends is None):
                self.add_error(f"to{number}", _("Give both times, or neither."))
            elif starts is not None and ends is not None:
                if ends <= starts:
                    self.add_error(f"to{number}", _("It must end after it begins."))
                elif last is not None and starts < last:
                    self.add_error(f"from{number}", _("It begins before the one above ends."))
                last = ends
        return given

    def hours(self) -> Hours:
        """What was given."""
        given = self.cleaned_data
        pairs = ((given[f"from{number}"], given[f"to{number}"]) for number in range(self.times))
        return [(starts, ends) for starts, ends in pairs if starts is not None]


def day_forms(data: QueryDict | None, week: list[Availability]) -> list[DayForm]:
    """A form for each weekday, with the hours of these rows."""
    forms_of_days = []
    for weekday, name in WEEKDAYS:
        hours = [
            (each.starts_at, each.ends_at)
            for day in week
            if day.weekday == weekday
            for each in day.intervals.all()
        ]
        times = max(TIMES, len(hours) + 1)
        forms_of_days.append(DayForm(data, weekday, _(name), hours, times))
    return forms_of_days


def week_in_words(rows: Iterable[Availability]) -> list[list[str]]:
    """For each weekday its hours, as the page of everybody's week has them."""
    hours: dict[int | None, list[str]] = {}
    for row in rows:
        for each in sorted(row.intervals.all(), key=lambda found: found.starts_at):
            told = {"starts": f"{each.starts_at:%H:%M}", "ends": f"{each.ends_at:%H:%M}"}
            hours.setdefault(row.weekday, []).append(_("%(starts)s to %(ends)s") % told)
    return [hours.get(weekday, []) for weekday, _name in WEEKDAYS]
