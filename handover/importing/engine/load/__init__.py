"""Load: records of the ledger become rows of the workspace, in sets."""

from handover.importing.engine.load.batch import load
from handover.importing.engine.load.deferred import resolve_deferred
from handover.importing.engine.load.double import list_double_bookings
from handover.importing.engine.load.mirrors import compare_mirrors

__all__ = ["compare_mirrors", "list_double_bookings", "load", "resolve_deferred"]
