"""The field that turns `content` into a document."""

from __future__ import annotations

from handover.clinical.documents import VERSION, Document, Section
from handover.clinical.documents.shape import Item, Statement
from handover.core.json import Json
from handover.importing.cliniko.content.questions import read_question
from handover.importing.cliniko.content.taking import Place, Taking, instead, listed, markup, text
from handover.importing.engine import fields
from handover.importing.engine.values import Draft


class Content(fields.Field):
    """A document with its sections, statements, questions and answers; null stays null."""

    words = "a document, see documents.md; formatted text is cleaned of everything that could run"

    def convert(self, value: Json, draft: Draft) -> object:
        """Read whatever is there; nothing of it is refused, and nothing dropped."""
        return read_content(value, Place(self.name, draft))


def read_content(value: Json, place: Place) -> Document:
    """Read the content of a note, a form or a template."""
    if not isinstance(value, dict):
        return Document(version=VERSION, **instead(value, place))
    taking = Taking(value, place)
    sections = taking.take("sections", listed(_section))
    return Document(version=VERSION, sections=sections, **taking.rest())


def _section(value: Json, place: Place) -> Section:
    if not isinstance(value, dict):
        return Section(**instead(value, place))
    taking = Taking(value, place)
    name = taking.take("name", text)
    described = taking.take("description", markup)
    asked = taking.take("questions", listed(read_question)) or ()
    statement: tuple[Item, ...] = () if described is None else (Statement(html=described),)
    return Section(name=name, items=(*statement, *asked), **taking.rest())
