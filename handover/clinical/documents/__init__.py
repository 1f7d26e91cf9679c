"""Documents: the structured content of notes, forms and their templates.

How they are shown is in `render`, apart from here: importing needs no templates.
"""

from handover.clinical.documents.shape import VERSION, Document, Item, Section
from handover.clinical.documents.stored import (
    UnreadableDocument,
    body_charts,
    read,
    signatures,
    stored,
)

__all__ = [
    "VERSION",
    "Document",
    "Item",
    "Section",
    "UnreadableDocument",
    "body_charts",
    "read",
    "signatures",
    "stored",
]
