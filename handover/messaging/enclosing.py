"""What goes with a message: made when it goes, and never kept in the outbox.

Who posts messages of a kind (the first part of their key) may register what makes it, as with the
questions of `withholding`. So mail knows nothing of what it carries.
"""

from collections.abc import Callable
from dataclasses import dataclass

from handover.core.tenancy import acting_in
from handover.messaging.models import OutgoingMessage


@dataclass(frozen=True)
class File:
    """A file that goes along: its name for people, its bytes, and of which type they are."""

    name: str
    content: bytes
    type: str


@dataclass(frozen=True)
class Enclosed:
    """What goes along. `told` says so, or why nothing does, to whoever reads of it later."""

    files: tuple[File, ...] = ()
    told: str = ""


NOTHING = Enclosed()
Maker = Callable[[OutgoingMessage], Enclosed]

_makers: dict[str, Maker] = {}


def goes_with(kind: str, maker: Maker) -> None:
    """Have this made for any message that goes whose key begins with `kind/`."""
    _makers[kind] = maker


def enclosed(message: OutgoingMessage) -> Enclosed:
    """What goes with a message, made now in its workspace. Raises whatever its maker does."""
    maker = _makers.get(message.key.partition("/")[0])
    if maker is None:
        return NOTHING
    with acting_in(message.workspace_id):
        return maker(message)
