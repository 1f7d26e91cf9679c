"""Kept sentences, said again in the reader's language and with the practice's words.

Records keep what happened to them as finished sentences in plain English: they are compared, put in
order and archived as they are, and the oldest ones read like the newest. A page finds out which
sentence of `SENTENCES` it is, with which values in its gaps, and says that one by gettext. What it
does not know is said as it was kept; so is what was never translated, to the letter.
"""

import re
from functools import cache, lru_cache

from django.utils.translation import gettext

from handover.importing.models import Outcome
from handover.importing.said import CAUSES
from handover.importing.sentences import SENTENCES

GAP = re.compile(r"%\((\w+)\)s")
#: A sentence within a sentence within a sentence: nothing of ours goes deeper.
DEEPEST = 4


def retold(text: str, depth: int = 0) -> str:
    """A kept sentence as the reader has it; values that are sentences of ours are said so too."""
    known, values = recognised(text)
    if not known:
        return _with_its_cause(text, depth) if depth < DEEPEST else text
    if not values:
        return gettext(known)
    deeper = {
        name: retold(value, depth + 1) if depth < DEEPEST else value for name, value in values
    }
    return gettext(known) % deeper


@lru_cache(maxsize=4096)
def recognised(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Which sentence it is, and what stands in its gaps; ("", ()) if it is none of ours.

    The one that says most by itself counts, where several would fit.
    """
    if text in SENTENCES:
        return text, ()
    for known, head, tail, pattern in _patterns():
        if text.startswith(head) and text.endswith(tail) and (found := pattern.fullmatch(text)):
            return known, tuple(found.groupdict().items())
    return "", ()


@cache
def _patterns() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    """Those with gaps, those first that say most; with their beginning and end before any gap."""
    found = []
    for known in sorted(SENTENCES, key=lambda each: (-len(GAP.sub("", each)), each)):
        first, *rest = GAP.split(known)
        if rest:
            parts = [re.escape(_plain(first))]
            for name, said in zip(rest[::2], rest[1::2], strict=True):
                parts.append(f"(?P<{name}>.*?){re.escape(_plain(said))}")
            pattern = re.compile("".join(parts), re.DOTALL)
            found.append((known, _plain(first), _plain(rest[-1]), pattern))
    return tuple(found)


def _plain(said: str) -> str:
    return said.replace("%%", "%")


def _with_its_cause(text: str, depth: int) -> str:
    """`rejected: why`, as a record is told of that another one links to."""
    cause, colon, why = text.partition(": ")
    if colon and (cause in CAUSES or cause in Outcome.values):
        return f"{gettext(cause)}: {retold(why, depth + 1)}"
    return gettext(text) if text in CAUSES or text in Outcome.values else text
