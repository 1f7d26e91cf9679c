"""Whose rows these are: each belongs to a workspace, and the database enforces it."""

from handover.core.tenancy.context import acting_in
from handover.core.tenancy.memory import remembered, remembering
from handover.core.tenancy.models import WorkspaceForeignKey, WorkspaceOwned

__all__ = ["WorkspaceForeignKey", "WorkspaceOwned", "acting_in", "remembered", "remembering"]
