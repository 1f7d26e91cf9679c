"""The import engine: it knows no product app and no source, only resources and the ledger."""

from handover.importing.engine import fields
from handover.importing.engine.attached import PARENT, Contents, HangsOn
from handover.importing.engine.resource import Resource, Same, Twin, Undo

__all__ = ["PARENT", "Contents", "HangsOn", "Resource", "Same", "Twin", "Undo", "fields"]
