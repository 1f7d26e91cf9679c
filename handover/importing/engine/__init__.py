"""The import engine: it knows no product app and no source, only resources and the ledger."""

from handover.importing.engine import fields
from handover.importing.engine.attached import PARENT, Contents, Enclosed, HangsOn, Shared
from handover.importing.engine.resource import Resource, Same, Total, Twin, Undo

__all__ = [
    "PARENT",
    "Contents",
    "Enclosed",
    "HangsOn",
    "Resource",
    "Same",
    "Shared",
    "Total",
    "Twin",
    "Undo",
    "fields",
]
