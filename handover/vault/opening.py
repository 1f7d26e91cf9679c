"""Opening secrets: what workers may do, and processes that answer the web may not.

Who may import this module is a contract in pyproject.toml. A process that serves pages calls
`never_here`, so that a fault in a page cannot reach a key even through code that may.
"""

from pathlib import Path

from handover.core.encryption import CannotOpen, sealed_by
from handover.core.tenancy import WorkspaceOwned
from handover.vault.fields import place_of
from handover.vault.models import DataKey
from handover.vault.sealing import sealer_of


class _Process:
    may_open = True


def never_here() -> None:
    """From now on this process opens no secret."""
    _Process.may_open = False


def opened(home: Path, row: WorkspaceOwned, column: str) -> str:
    """The secret that this column of this row holds; the caller acts in its workspace.

    Raises `CannotOpen`, and `CannotKeep` if the installation's keys cannot be read.
    """
    if not _Process.may_open:
        raise CannotOpen("secrets are opened by workers only, not by a process that serves pages")
    text = str(getattr(row, column))
    name = sealed_by(text)
    known = DataKey.objects.filter(workspace_id=row.workspace_id, name=name).first()
    if known is None:
        raise CannotOpen(
            "a stored secret cannot be opened: the data key of its workspace was deleted"
        )
    return sealer_of(home, known).open(text, place_of(row, column))
