"""Changing a row that somebody else may have changed since it was read."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from handover.core.tenancy.models import WorkspaceOwned


class Refused(Exception):
    """It cannot be done; the text says why, for people."""


class ChangedMeanwhile(Refused):
    """Somebody else has changed the record since it was shown; `told` says what to do about it."""

    def __init__(self, told: str = "") -> None:
        super().__init__(
            told
            or _(
                "Somebody else has changed this in the meantime, so nothing was saved."
                " Look at how it is now, then try again."
            )
        )


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
