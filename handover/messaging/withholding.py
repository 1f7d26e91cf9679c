"""Asking once more before a message goes: what it tells may not be so any more.

Who posts messages of a kind (the first part of their key) may register a question here. It is asked
in the transaction that claims a message, each time it is about to be sent, also after days in which
the mail server was away. So what posts knows of mail, and mail knows of nothing.
"""

from collections.abc import Callable

from handover.messaging.models import OutgoingMessage

#: Why a message is not to go, in words without a name; "" if it is to go.
Question = Callable[[OutgoingMessage], str]

_questions: dict[str, Question] = {}


def asks_first(kind: str, question: Question) -> None:
    """Ask this before any message goes whose key begins with `kind/`."""
    _questions[kind] = question


def why_withheld(message: OutgoingMessage) -> str:
    """Why the message is not to go any more; "" if it is to go. Called within its workspace."""
    question = _questions.get(message.key.partition("/")[0])
    return question(message) if question else ""
