"""A document: what notes, forms and their templates hold. docs/documents.md describes it.

Sections with items, in order; an item is a statement or a question with its answer. Nothing that a
source says is dropped: what has no place of its own stands in `kept`, under the source's name.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType

VERSION: Literal[1] = 1


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every part of a document has in common.

    `kept_text` is for what no database holds as it is, such as a NUL character: its JSON as text.
    """

    kept: dict[str, object] = {}
    kept_text: dict[str, str] = {}


class Whole(Part, frozen=True, kw_only=True):
    """A part that may stand for something that is no object at its source: `instead` has it."""

    instead: object | UnsetType = UNSET
    instead_text: str | None = None


class Statement(Part, frozen=True, kw_only=True, tag_field="kind", tag="statement"):
    """Formatted text that asks nothing."""

    html: str


class Question(Whole, frozen=True, kw_only=True, tag_field="kind"):
    """Something that is asked. `connection` names the client's field that the answer fills."""

    label: str | None = None
    required: bool | None = None
    connection: str | None = None


class Text(Question, frozen=True, kw_only=True, tag="text"):
    """A line of plain text."""

    answer: str | None = None


class Paragraph(Question, frozen=True, kw_only=True, tag="paragraph"):
    """Formatted text, cleaned; in a template, what the answer begins with."""

    html: str | None = None


class Day(Question, frozen=True, kw_only=True, tag="date"):
    """A day; one that could not be read as such is kept as text."""

    day: date | None = None
    text: str | None = None


class Option(Part, frozen=True, kw_only=True):
    """One thing to choose, and whether it was."""

    label: str | None = None
    chosen: bool | None = None


class Other(Part, frozen=True, kw_only=True):
    """The choice beyond the list: offered or not, chosen or not, and what was written."""

    offered: bool | None = None
    chosen: bool | None = None
    text: str | None = None
    label: str | None = None


class Options(Question, frozen=True, kw_only=True):
    """A question with things to choose from."""

    options: tuple[Option, ...] | None = None
    other: Other | None = None


class Checkboxes(Options, frozen=True, kw_only=True, tag="checkboxes"):
    """As many as apply."""


class MultipleChoice(Options, frozen=True, kw_only=True, tag="multiple_choice"):
    """One of several."""


class Dropdown(Question, frozen=True, kw_only=True, tag="dropdown"):
    """One of a list, or something else."""

    options: tuple[str, ...] | None = None
    other: Other | None = None
    answer: str | None = None


class BodyCharts(Question, frozen=True, kw_only=True, tag="body_charts"):
    """Drawings on a body: their numbers at the source, which does not give the drawings.

    `text` says in words what is to be seen, where nothing was drawn.
    """

    charts: tuple[str, ...] | None = None
    text: str | None = None


class Signature(Question, frozen=True, kw_only=True, tag="signature"):
    """A signature: its number at the source; the image is a file."""

    signature: str | None = None


class Fields(Question, frozen=True, kw_only=True):
    """An answer of several named texts."""

    answer: dict[str, str | None] | None = None


class Address(Fields, frozen=True, kw_only=True, tag="address"):
    """A postal address."""


class FullName(Fields, frozen=True, kw_only=True, tag="full_name"):
    """A person's name; `asks` says which of its parts beyond first and last are asked for."""

    asks: dict[str, bool | None] | None = None


class Pronouns(Fields, frozen=True, kw_only=True, tag="pronouns"):
    """How a person is spoken of, in five forms."""


class Phone(Part, frozen=True, kw_only=True):
    """One phone number."""

    number: str | None = None
    type: str | None = None


class Phones(Question, frozen=True, kw_only=True, tag="phones"):
    """Phone numbers."""

    numbers: tuple[Phone, ...] | None = None


class Unknown(Question, frozen=True, kw_only=True, tag="unknown"):
    """A kind of question that nobody knew when it came: everything it says is in `kept`."""

    type: str | None = None


Choosing: TypeAlias = Checkboxes | MultipleChoice
Named: TypeAlias = Address | FullName | Pronouns
Item: TypeAlias = (
    Statement
    | Text
    | Paragraph
    | Day
    | Checkboxes
    | MultipleChoice
    | Dropdown
    | BodyCharts
    | Signature
    | Address
    | FullName
    | Pronouns
    | Phones
    | Unknown
)


class Section(Whole, frozen=True, kw_only=True):
    """Items under one heading, or under none."""

    name: str | None = None
    items: tuple[Item, ...] = ()


class Document(Whole, frozen=True, kw_only=True):
    """The content of a note, a form or a template."""

    version: Literal[1]
    sections: tuple[Section, ...] | None = None
