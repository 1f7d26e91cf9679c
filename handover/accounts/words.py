"""In which words a workspace speaks: what the practice calls those it cares for.

All that people read is written in plain English with the word *client*, and goes through gettext.
Where a workspace says *patient*, what comes out of gettext has that word put in: so no page, form
or message has to think of it. Only texts of the program pass there: names and notes are put into
them afterwards, and stay as they were written.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.utils.translation import trans_real

from handover.accounts.details import details_told, first_told

CLIENT = "client"
#: Words for those who are cared for; each has an s in the plural.
WORDS = (
    (CLIENT, "Clients"),
    ("patient", "Patients"),
    ("participant", "Participants"),
    ("resident", "Residents"),
    ("customer", "Customers"),
)
#: A gap for a value, which is no word, or the word in one of its forms.
_GAP_OR_WORD = re.compile(r"%\(\w+\)|\{\w+\}|\b(client|Client|CLIENT)(?=[sS]?\b)")
Spoken = Callable[[str], str]


def known_word(told: str) -> str:
    """The word that a workspace has chosen or brought along; *client* if it is none of ours."""
    word = told.strip().lower()
    return word if word in dict(WORDS) else CLIENT


def said_with(word: str) -> Spoken:
    """A function that puts a word in the place of *client*, in small letters, capitals or one."""
    forms = {"client": word, "Client": word.capitalize(), "CLIENT": word.upper()}

    def put(found: re.Match[str]) -> str:
        return forms[found[1]] if found[1] else found[0]

    return lambda text: _GAP_OR_WORD.sub(put, text)


class Voice:
    """A language of Django's, whose texts are said in another way."""

    def __init__(self, language: Any, say: Spoken) -> None:  # noqa: ANN401  # Django's own class
        self._language, self._say = language, say

    def gettext(self, message: str) -> str:
        """A text, said."""
        return self._say(self._language.gettext(message))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """A text for a number, said."""
        return self._say(self._language.ngettext(singular, plural, number))

    def __getattr__(self, name: str) -> object:
        """Everything else is the language's own."""
        return getattr(self._language, name)


@contextmanager
def speaking(say: Spoken) -> Iterator[None]:
    """Say texts in another way; within, and in this thread alone."""
    held = cast("Any", trans_real)._active  # Django has no door of its own for this
    before = getattr(held, "value", None)
    held.value = Voice(before or trans_real.translation(settings.LANGUAGE_CODE), say)
    try:
        yield
    finally:
        if before is None:
            del held.value
        else:
            held.value = before


def word_of_workspace() -> str:
    """What the practice calls a client; to be asked in its workspace."""
    return known_word(first_told(each.terminology for each in details_told()))


@contextmanager
def in_words_of_workspace() -> Iterator[None]:
    """Say texts as the workspace does in which this is done: for what no request asks for."""
    with speaking(said_with(word_of_workspace())):
        yield
