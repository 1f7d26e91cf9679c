"""Finding clients and contacts by whatever somebody has typed, in any way of typing it.

    matching(clients_of(user), Thing.CLIENT, "o'brien 14/2/80")

Words of names, in any order, by their beginnings and without accents; phone numbers as they are
dialled here or from abroad, or by their last digits; birth dates; e-mail addresses; the client's
number, and that of the system before. All that is typed must agree with one client.

What is looked for stands in `SearchKey`, whose rows the database keeps. Only comparisons are asked
of it, for those alone may use an index under row-level security: `LIKE` and full text may not.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from handover.clients.models import Client, Contact, SearchKey, Thing

Kind = SearchKey.Kind
#: Looks for one thing among some, or (None) among all.
Term = Callable[[set[int] | None], set[int]]
A = re.ASCII
LAST = "\U0010ffff"  # greater than every character: the end of all that begins alike
MOST_WORDS = 8
FEW = 100  # to look each of them up by itself, and not all who agree with a word
SHORTEST_END = 4  # last digits of a phone number
WITHIN_THE_COUNTRY = 9  # digits
LONGEST_ID = 18
CENTURY = 100
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", A),
    re.compile(
        r"(?<!\d)(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})(?!\d)", A
    ),
    re.compile(
        r"(?<!\w)(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -](?P<name>[a-z]{3,9})[ -,]+"
        r"(?P<year>\d{4}|\d{2})(?!\d)",
        A | re.IGNORECASE,
    ),
)
_TOGETHER = re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})", A)
_DIGITS = re.compile(r"(?<![\w@.])\+?\(?\d[\d ().-]*\d(?![\w@])", A)


@dataclass(frozen=True)
class Asked:
    """What somebody typed, taken apart."""

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing is left that could be looked for."""
        return not (self.words or self.numbers or self.dates)


def asked(typed: str, today: date) -> Asked:
    """Take apart what was typed. A year of two digits is the latest one that is not to come."""
    dates, rest = [], typed.replace("\0", "")
    for pattern in _DATES:
        for found in pattern.finditer(rest):
            day = _date(found, today)
            if day:
                dates.append(day)
                rest = rest.replace(found[0], " ", 1)
    numbers = []
    for found in _DIGITS.finditer(rest):
        numbers.append(re.sub(r"\D", "", found[0]))
        rest = rest.replace(found[0], " ", 1)
    return Asked(tuple(rest.split())[:MOST_WORDS], tuple(numbers), tuple(dates))


def matching(
    rows: QuerySet[Client] | QuerySet[Contact], thing: Thing, typed: str, today: date
) -> QuerySet[Client] | QuerySet[Contact]:
    """Those of `rows` that agree with everything that was typed; all of them if it says nothing."""
    numbers = numbers_of(thing, typed, today)
    return rows if numbers is None else rows.filter(pk__in=among(numbers))


def among(numbers: Iterable[int]) -> RawSQL:
    """Numbers for `__in`, as one value: thousands by themselves take the database a tenth of a
    second to read, before it begins.
    """
    return RawSQL("SELECT unnest(%s::bigint[])", [_array(numbers)])


def of_rows(numbers: Iterable[int]) -> RawSQL:
    """A condition: the keys of these rows. However many there are, an index is walked once: in the
    order of the keys, or of the rows.
    """
    return RawSQL(
        '"clients_searchkey"."row_id" = ANY(%s::bigint[])',
        [_array(numbers)],
        output_field=BooleanField(),
    )


def numbers_in(found: QuerySet[Any, Any]) -> set[int]:
    """The numbers that a query of one column finds, nulls left out: they come as one value, which
    takes a tenth of what thousands of rows take.
    """
    try:
        statement, parameters = found.query.sql_with_params()
    except EmptyResultSet:
        return set()
    with connection.cursor() as cursor:
        together = f"SELECT array_agg(number) FROM ({statement}) AS found (number)"  # noqa: S608  # Django's own
        cursor.execute(together, parameters)
        return set(cursor.fetchone()[0] or ()) - {None}


def _array(numbers: Iterable[int]) -> str:
    written = ",".join(map(str, numbers))  # a list would be written number by number, with care
    return f"{{{written}}}"


def numbers_of(thing: Thing, typed: str, today: date) -> list[int] | None:
    """The numbers of whom agrees with everything that was typed; None if that says nothing.

    Each term is asked for by itself, and what is common to all is found here: in one question,
    the database would rather walk through everybody in the order of the list.
    """
    found: set[int] | None = None
    for term in _terms(asked(typed, today), thing):
        found = term(None) if found is None else found & term(found)
        if not found:
            return []
    return None if found is None else sorted(found)


def _terms(wanted: Asked, thing: Thing) -> Iterator[Term]:
    """Each thing that was typed, those first that fewest agree with."""
    for day in wanted.dates:
        yield partial(_born, day, thing)
    for number in wanted.numbers:
        yield partial(_number, number, thing)
    words = plain(" ".join(wanted.words), keep=wanted.words)
    alone = len(words) == 1 and not (wanted.dates or wanted.numbers)
    for word in sorted(words, key=len, reverse=True):
        yield partial(_word, word, thing, alone)


def _born(day: date, thing: Thing, _of: set[int] | None) -> set[int]:
    born = Client.objects.filter(birth_date=day).values_list("pk", flat=True)
    return set(born) if thing == Thing.CLIENT else set()


def _word(word: str, thing: Thing, alone: bool, of: set[int] | None) -> set[int]:  # noqa: FBT001  # bound
    if "@" in word:
        return _keyed(thing, (_beginning(Kind.EMAIL, word.lower()),), of)
    if word.isdigit():  # a number of one digit: longer ones are taken out before
        return _number(word, thing, of)
    if alone and len(word) == 1:  # too many have it somewhere: those whose last name begins so
        return _keyed(thing, (_beginning(Kind.SORT, word),), of)
    anywhere = (_beginning(Kind.NAME, word), _beginning(Kind.EMAIL, word))
    return _keyed(thing, (*anywhere, Q(kind=Kind.REFERENCE, key=word)), of)


def _number(digits: str, thing: Thing, of: set[int] | None) -> set[int]:
    bare = digits.lstrip("0")
    dialled = bare[-WITHIN_THE_COUNTRY:] if _abroad(bare) else bare
    keys = [Q(kind=Kind.REFERENCE, key=digits)]
    if bare:
        keys.append(_beginning(Kind.PHONE, dialled))
    if len(bare) >= SHORTEST_END:
        keys.append(_beginning(Kind.PHONE_END, dialled[::-1]))
    found = _keyed(thing, keys, of)
    if len(digits) <= LONGEST_ID:
        found.add(int(digits))  # of the row itself; if there is none, it leads nowhere
    day = _TOGETHER.fullmatch(digits)
    born = _date(day, None) if day else None
    return found | _born(born, thing, of) if born else found


def _abroad(bare: str) -> bool:
    """Whether a number is too long to be one as it is dialled within the country."""
    return len(bare) > WITHIN_THE_COUNTRY + 1


def _beginning(kind: str, key: str) -> Q:
    return Q(kind=kind, key__gte=key, key__lt=key + LAST)


def _keyed(thing: Thing, keys: Sequence[Q], of: set[int] | None) -> set[int]:
    """Whom any of these keys lead to; of a few who are known already, only those are looked at.

    Each kind of key is a question of its own in one statement, which the index alone answers.
    """
    rows = SearchKey.objects.filter(thing=thing)
    if of is not None and len(of) <= FEW:
        rows = rows.filter(of_rows(of))
    first, *others = (rows.filter(each).values_list("row_id") for each in keys)
    return numbers_in(first.union(*others, all=True) if others else first)


def _date(found: re.Match[str], today: date | None) -> date | None:
    parts = found.groupdict()
    month = int(parts.get("month") or 0)
    if "name" in parts:
        name = parts["name"][:3].lower()
        month = MONTHS.index(name) + 1 if name in MONTHS else 0
    year = int(parts["year"])
    if year < CENTURY and today:
        year += today.year - today.year % CENTURY
        year -= CENTURY if year > today.year else 0
    try:
        return date(year, month, int(parts["day"]))
    except ValueError:
        return None


def plain(text: str, keep: tuple[str, ...] = ()) -> list[str]:
    """The words of a text as names are kept: the database knows how. E-mail addresses stay."""
    addresses = [each for each in keep if "@" in each]
    rest = " ".join(each for each in text.split() if "@" not in each)
    if not rest:
        return addresses
    with connection.cursor() as cursor:
        cursor.execute("SELECT handover_plain(%s)", [rest])
        (told,) = cursor.fetchone()
    return [*addresses, *told.split()]
