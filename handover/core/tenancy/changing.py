"""Changing a row that somebody else may have changed since it was read."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model

from handover.core.tenancy.models import WorkspaceOwned


class OutdatedError(Exception):
    """Somebody has changed the row since it was read; `row` is as it is now."""

    def __init__(self, row: Model) -> None:
        super().__init__("changed meanwhile")
        self.row = row


R = TypeVar("R", bound=WorkspaceOwned)


def held(model: type[R], pk: int, revision: int) -> R:
    """A row as its reader has seen it, held for this transaction. Raises `OutdatedError`."""
    now = model._default_manager.select_for_update().get(pk=pk)
    if now.revision != revision:
        raise OutdatedError(now)
    return now


def change_row(row: WorkspaceOwned, revision: int, values: Mapping[str, Any]) -> list[str]:
    """Change what differs; returns the names of the fields that did.

    Raises `OutdatedError` if the row has another revision than the one that was read. Nothing is
    written where nothing differs: a revision says that somebody was here, and imports go by that.
    """
    now = held(type(row), row.pk, revision)
    changed = [name for name, value in values.items() if getattr(now, name) != value]
    told = {name: values[name] for name in changed}
    if "country" in changed:
        told["country_code"] = ""  # it was that of the country before
    for name, value in told.items():
        setattr(now, name, value)
    if told:
        now.save(update_fields=list(told))
    return changed
