"""E-mail templates that people write: Liquid, with the few tags and filters that a letter needs.

They are written by whoever may change the settings, and run on our machine. So there are no loops,
nothing that joins or repeats, no other template to call, and limits for what is left; the gaps lead
to plain values and never to an object of ours. What comes out is text; the HTML is made from the
text, escaped as a whole.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from django.utils.html import linebreaks, urlize
from django.utils.translation import gettext as _
from liquid import BoundTemplate, DictLoader, Environment, StrictUndefined
from liquid.exceptions import LiquidError

LONGEST = 20_000
TAGS = {"#", "assign", "case", "comment", "content", "echo", "if", "illegal", "output", "unless"}
FILTERS = {
    *("append", "capitalize", "default", "downcase", "lstrip", "minus", "plus", "prepend"),
    *("rstrip", "strip", "truncate", "truncatewords", "upcase"),
}
#: Reading a heap of them takes the parser a time that grows with their square.
BRACES = re.compile(r"\{{3,}")
CONDITIONS = re.compile(r"\{%-?\s*(?:if|elsif|unless|case)\b(.*?)%\}", re.DOTALL)
NAME = re.compile(r"\w+\.\w+")
#: What rendering can end in beside Liquid's own: numbers that are too long, and the like.
PROBLEMS = (LiquidError, ValueError, TypeError, ArithmeticError, RecursionError)
Gaps = Mapping[str, frozenset[str]]


class _Letters(Environment):
    loop_iteration_limit = 100
    output_stream_limit = LONGEST
    local_namespace_limit = 10 * LONGEST
    context_depth_limit = 10
    block_nesting_limit = 10


_letters = _Letters(loader=DictLoader({}), undefined=StrictUndefined)
_letters.tags = {name: tag for name, tag in _letters.tags.items() if name in TAGS}
_letters.filters = {name: each for name, each in _letters.filters.items() if name in FILTERS}


class BadTemplate(Exception):
    """A template has a mistake: in which line and column, from 1, and what it is."""

    def __init__(self, words: str, line: int = 1, column: int = 1) -> None:
        super().__init__(words)
        self.words, self.line, self.column = words, line, column

    def __str__(self) -> str:
        where = {"line": self.line, "column": self.column, "words": self.words}
        return _("Line %(line)d, column %(column)d: %(words)s") % where


@dataclass
class Values(Mapping[str, object]):
    """The values of one group, whichever way their names are written; `empty` ones are noted.

    `unknown` are those that say something, as a number must, while nothing is known.
    """

    name: str
    known: Mapping[str, object]
    unknown: frozenset[str] = frozenset()
    empty: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._real = {plain(name): name for name in self.known}

    def __getitem__(self, name: str) -> object:
        """A value. Raises `KeyError` for a name that there is not."""
        real = self._real[plain(str(name))]
        value = self.known[real]
        if value == "" or real in self.unknown:
            self.empty.add(f"{self.name}.{real}")
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def plain(name: str) -> str:
    """A name as it is compared: FirstName, first_name and firstname are one."""
    return name.replace("_", "").casefold()


def check(source: str, gaps: Gaps) -> list[BadTemplate]:
    """The mistakes of a template, the first one first: what it says, and names that there are not.

    `gaps` are the names of each group. Branches that are not taken are looked at too.
    """
    try:
        template = _read(source)
    except BadTemplate as problem:
        return [problem]
    return sorted(_unknown(template, source, gaps), key=lambda each: (each.line, each.column))


def used(source: str, gap: str) -> bool:
    """Whether a template that is right may show this gap (`Invoice.Link`)."""
    found = _read(source).analyze(include_partials=False).globals.values()
    return any(plain(str(each)) == plain(gap) for variables in found for each in variables)


@lru_cache(maxsize=64)
def asked_about(source: str) -> frozenset[str]:
    """The names, as they are compared, that a template asks about before it says them."""
    found = CONDITIONS.findall(source)
    return frozenset(plain(name) for told in found for name in NAME.findall(told))


def fill(source: str, groups: Mapping[str, Values]) -> str:
    """The text of a template with these values. Raises `BadTemplate`."""
    known: dict[str, Any] = {}
    for name, values in groups.items():
        known |= {name: values, name.lower(): values, name.upper(): values}
    template = _read(source)
    try:
        return template.render(known)
    except PROBLEMS as problem:
        raise _told(problem, source) from None


def as_html(text: str) -> str:
    """The text as a mail program shows it: paragraphs, and addresses that can be pressed."""
    return linebreaks(urlize(text, nofollow=True, autoescape=True))


@lru_cache(maxsize=64)
def _read(source: str) -> BoundTemplate:
    if len(source) > LONGEST:
        raise BadTemplate(_("this is too long for an e-mail"))
    if found := BRACES.search(source):
        raise BadTemplate(_("three braces are one too many"), *_place(source, found.start()))
    try:
        return _letters.from_string(source)
    except PROBLEMS as problem:
        raise _told(problem, source) from None


def _unknown(template: BoundTemplate, source: str, gaps: Gaps) -> Iterator[BadTemplate]:
    found = template.analyze(include_partials=False)
    for name, spans in found.filters.items():
        if name not in FILTERS:
            words = _("there is no filter %(name)s here") % {"name": name}
            yield BadTemplate(words, *_place(source, spans[0].index))
    for variables in found.globals.values():
        for each in variables:
            parts = [str(part) for part in each.segments]
            if not _is_known(parts, gaps):
                place = _place(source, each.span.index)
                yield BadTemplate(_nothing_of(".".join(parts), gaps), *place)


def _is_known(parts: list[str], gaps: Gaps) -> bool:
    if len(parts) != 2:  # noqa: PLR2004  # a group and a name
        return False
    names = next((names for group, names in gaps.items() if plain(group) == plain(parts[0])), ())
    return plain(parts[1]) in {plain(name) for name in names}


def _nothing_of(name: str, gaps: Gaps) -> str:
    known = {f"{group}.{each}" for group, names in gaps.items() for each in names}
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    told = _("there is no {{%(name)s}} here") % {"name": name}
    return told + (_("; did you mean {{%(close)s}}?") % {"close": close[0]} if close else "")


def _told(problem: Exception, source: str) -> BadTemplate:
    """The problem in words, with its place; the parser's own words are English and short."""
    if not isinstance(problem, LiquidError):
        return BadTemplate(_("this cannot be worked out"))
    place = (1, 1)
    token = problem.token
    if token is not None and token.start_index >= 0:
        place = _place(source, token.start_index)
    return BadTemplate(str(problem.message), *place)


def _place(source: str, index: int) -> tuple[int, int]:
    before = source[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1
