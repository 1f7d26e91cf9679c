"""Rows of long lists: a template is made once for each look that a row may have, and then filled.

    sheet = Sheet("web/calendar/row.html", {"may_edit": True})
    sheet.row({"status": "booked"}, {"title": "Mary O'Brien", "phones": ("0400 000 000",)})

A thousand rows with a component in each take Django's templates a second; filled, they take a
hundredth of it. `look` is what conditions, filters and components of the template ask about. What
is told stands in the template as it is, `{{ title }}` or `{% for phone in phones %}{{ phone }}`, in
text or between quotes, without filters: it is not known yet when the template is made, and is
escaped here.
"""

import re
from collections.abc import Hashable, Mapping
from html import escape  # as Django's, without a look at each whether it is to be translated yet

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

Told = Mapping[str, str | tuple[str, ...]]
#: Where something is to be filled in: characters that mean nothing anywhere.
_PLACE = re.compile("\ue000([a-z_0-9]+)\ue001")


class Sheet:
    """Rows of one template on one page; `around` is the same for all of them."""

    def __init__(self, template: str, around: Mapping[str, object]) -> None:
        self._template = get_template(template)
        self._around = dict(around)
        self._made: dict[tuple[Hashable, ...], list[str]] = {}

    def row(self, look: Mapping[str, Hashable], told: Told) -> SafeString:
        """One row as markup; rows of one sheet give the same names, and tell each that it shows."""
        sizes = tuple(len(each) for each in told.values() if isinstance(each, tuple))
        key = (*look.values(), *sizes)
        if key not in self._made:
            self._made[key] = self._make(look, told)
        pieces = self._made[key].copy()
        values = _flat(told)
        for number in range(1, len(pieces), 2):
            pieces[number] = escape(values[pieces[number]])
        return mark_safe("".join(pieces))  # noqa: S308  # the template's own, and what was escaped

    def _make(self, look: Mapping[str, Hashable], told: Told) -> list[str]:
        """The template's text with the names of what is to be filled in at each second place."""
        places = {
            name: [_place(f"{name}_{number}") for number in range(len(value))]
            if isinstance(value, tuple)
            else _place(name)
            for name, value in told.items()
        }
        return _PLACE.split(self._template.render({**self._around, **look, **places}))


def _place(name: str) -> str:
    return f"\ue000{name}\ue001"


def _flat(told: Told) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in told.items():
        if isinstance(value, tuple):
            found.update((f"{name}_{number}", each) for number, each in enumerate(value))
        else:
            found[name] = value
    return found
