"""Suggestions: what a record of the source most likely is here, and why.

The same rules as the engine has for itself; what it would only guess at is left to people.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import Model
from django.utils.translation import gettext as _

from handover.importing.wizard.kinds import Facts, Kind

SIMILAR = 0.8  # of 1, by difflib


@dataclass(frozen=True)
class Suggestion:
    """What is suggested, as the form has it, and why; without `sure` somebody must say so."""

    value: str
    why: str
    sure: bool = True


def plain(text: str) -> str:
    """A name without what two ways of writing it may differ in."""
    return " ".join(text.casefold().split())


class Suggester:
    """Suggests for records of one kind; `rows` are those here that nothing stands for yet."""

    def __init__(self, kind: Kind, records: Sequence[Facts], rows: Sequence[Model]) -> None:
        self._kind = kind
        self._there = Counter(plain(kind.title(each)) for each in records)
        self._emails = _by(rows, kind.email)
        self._names = _by(rows, kind.named)

    def suggest(self, record: Facts) -> Suggestion:
        """What this record most likely is."""
        email = self._emails.get(plain(str(record.get("email") or "")), [])
        if len(email) == 1:
            return Suggestion(f"match:{email[0].pk}", _("same e-mail address"))
        name = plain(self._kind.title(record))
        alike = self._names.get(name, [])
        if len(alike) > 1 or (alike and self._there[name] > 1):
            return Suggestion("", _("several have this name"), sure=False)
        if alike:
            why = _("same name") if self._kind.sure else _("same name: is it the same person?")
            return Suggestion(f"match:{alike[0].pk}", why, sure=self._kind.sure)
        close = get_close_matches(name, [each for each in self._names if each], 1, SIMILAR)
        if close and len(self._names[close[0]]) == 1:
            row = self._names[close[0]][0]
            return Suggestion(f"match:{row.pk}", _("similar name"), sure=False)
        return Suggestion("create", _("nothing here has this name"))


def _by(rows: Iterable[Model], read: object) -> dict[str, list[Model]]:
    found: dict[str, list[Model]] = {}
    for row in rows:
        if key := plain(read(row)):  # type: ignore[operator]  # a function of the kind
            found.setdefault(key, []).append(row)
    return found
