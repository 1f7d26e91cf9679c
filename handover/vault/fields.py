"""Columns that hold sealed secrets."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

from handover.core.tenancy import WorkspaceOwned

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class SealedTextField(_TextField):
    """A secret of a workspace, sealed, or "" where there is none.

    Being declared is all it takes: whoever rotates keys finds the column. Fill it by
    `sealing.sealed`, read it by `opening.opened`.
    """

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        """To the database it is a text: migrations need not know of secrets."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", list(args), dict(options)


def sealed_columns() -> Iterator[tuple[type[WorkspaceOwned], str]]:
    """Every column that holds secrets, with its table."""
    for model in apps.get_models():
        if issubclass(model, WorkspaceOwned):
            for each in model._meta.local_concrete_fields:
                if isinstance(each, SealedTextField):
                    yield model, each.name


def place_of(row: WorkspaceOwned, column: str) -> str:
    """What a secret is bound to: its table, workspace, row and column."""
    return f"{row._meta.db_table}|{row.workspace_id}|{row.pk}|{column}"
