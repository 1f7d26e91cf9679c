"""Documents as a column holds them: read with their types, asked what is in them."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from handover.clinical.documents.shape import BodyCharts, Document, Item, Signature
from handover.core.json import Json

_I = TypeVar("_I", bound=Item)


class UnreadableDocument(ValueError):
    """What is stored is no document of this version; the text says where it goes wrong."""


def read(stored: Json) -> Document | None:
    """Read a stored document; None where a record has no content. Raises `UnreadableDocument`."""
    if stored is None:
        return None
    try:
        return msgspec.convert(stored, Document)
    except msgspec.ValidationError as problem:
        raise UnreadableDocument(str(problem)) from problem


def stored(document: Document) -> Json:
    """Turn a document into what a column holds."""
    plain: Json = msgspec.to_builtins(document)
    return plain


def body_charts(document: Document | None) -> list[str]:
    """The numbers of the drawings that the document names."""
    return [chart for each in _items(document, BodyCharts) for chart in each.charts or ()]


def signatures(document: Document | None) -> list[str]:
    """The numbers of the signatures that the document names."""
    return [each.signature for each in _items(document, Signature) if each.signature]


def _items(document: Document | None, kind: type[_I]) -> Iterator[_I]:
    for section in (document and document.sections) or ():
        yield from (item for item in section.items if isinstance(item, kind))
