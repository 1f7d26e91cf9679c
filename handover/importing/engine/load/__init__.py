"""Load: records of the ledger become rows of the workspace, in sets."""

from handover.importing.engine.load.batch import importing, load
from handover.importing.engine.load.deferred import resolve_deferred

__all__ = ["importing", "load", "resolve_deferred"]
