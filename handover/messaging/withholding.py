"""Asking once more before a message goes: what it tells may not be so any more.

An answer may also be "later": then the message waits, and is asked about again.

Who posts messages of a kind (the first part of their key) may register a question here. It is asked
in the transaction that claims a message, each time it is about to be sent, also after days in which
the mail server was away. So what posts knows of mail, and mail knows of nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handover.messaging.models import OutgoingMessage


@dataclass(frozen=True)
class Answer:
    """Whether a message may go.

    `why`: it is not to go at all, in words without a name. `not_before`: it is to go, and not yet.
    """

    why: str = ""
    not_before: datetime | None = None


GO = Answer()
Question = Callable[[OutgoingMessage], Answer]

_questions: dict[str, Question] = {}


def asks_first(kind: str, question: Question) -> None:
    """Ask this before any message goes whose key begins with `kind/`."""
    _questions[kind] = question


def asked(message: OutgoingMessage) -> Answer:
    """Whether the message may go now. Called within its workspace."""
    question = _questions.get(message.key.partition("/")[0])
    return question(message) if question else GO
