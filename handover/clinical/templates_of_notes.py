"""Note templates: what may be changed of one, and how an editor's form becomes a document.

A form of the editor holds the whole template; each of its buttons sends it all, with what is to be
done to it (`do`): so it needs no script. What a part keeps besides (docs/documents.md) stays with
it: each row of the form names the part that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace as changed

from handover.accounts.models import User
from handover.clinical.documents import Document, Section, read, shape, stored
from handover.clinical.documents.answering import Given, paragraphs
from handover.clinical.documents.render import plain
from handover.clinical.models import NoteTemplate
from handover.core import html

LONGEST_NAME = 200
MOST_ROWS = 200
#: The kinds that the editor makes; what came with an import and is of another kind stays as it is.
KINDS: dict[str, type[shape.Item]] = {
    "paragraph": shape.Paragraph,
    "text": shape.Text,
    "checkboxes": shape.Checkboxes,
    "multiple_choice": shape.MultipleChoice,
    "dropdown": shape.Dropdown,
    "date": shape.Day,
    "body_charts": shape.BodyCharts,
    "statement": shape.Statement,
}
NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Row:
    """One item in the editor. `came_from` is the place of the stored item that it was made of."""

    kind: str
    label: str = ""
    required: bool = False
    text: str = ""
    html: str = ""
    other: bool = False
    came_from: str = ""


@dataclass(frozen=True)
class Block:
    """One section in the editor."""

    name: str = ""
    rows: tuple[Row, ...] = field(default=())
    came_from: str = ""


Blocks = tuple[Block, ...]
T = TypeVar("T")


# from a document to the editor


def blocks_of(document: Document | None) -> Blocks:
    """A template's sections as the editor shows them; an empty one has room for free text."""
    sections = (document and document.sections) or ()
    found = tuple(
        Block(
            section.name or "",
            tuple(_row(item, f"{place}.{at}") for at, item in enumerate(section.items)),
            str(place),
        )
        for place, section in enumerate(sections)
    )
    return found or (Block(rows=(Row("paragraph"),)),)


def _row(item: shape.Item, came_from: str) -> Row:
    row = Row(NAMES.get(type(item), "apart"), came_from=came_from)
    if isinstance(item, shape.Statement):
        clean = html.clean(item.html)
        return replace(row, html=clean, text=plain(clean))
    row = replace(row, label=item.label or "", required=bool(item.required))
    if isinstance(item, shape.Paragraph):
        clean = html.clean(item.html or "")
        return replace(row, html=clean, text=plain(clean))
    if isinstance(item, shape.Checkboxes | shape.MultipleChoice | shape.Dropdown):
        offered = bool(item.other and item.other.offered)
        return replace(row, text="\n".join(_options(item)), other=offered)
    return row


def _options(item: shape.Choosing | shape.Dropdown) -> Iterator[str]:
    for each in item.options or ():
        yield each if isinstance(each, str) else each.label or ""


# from the editor's form to rows


def blocks_given(given: Given) -> Blocks:
    """What a form holds. Names are `b0-name`, `b0-r1-label` and so on; counts say how many."""
    return tuple(_block_given(given, f"b{at}") for at in range(_count(given, "blocks")))


def _block_given(given: Given, name: str) -> Block:
    rows = tuple(_row_given(given, f"{name}-r{at}") for at in range(_count(given, f"{name}-rows")))
    return Block(_text(given, f"{name}-name"), rows, _text(given, f"{name}-from"))


def _row_given(given: Given, name: str) -> Row:
    formatted = given.get(f"{name}-text-html")
    return Row(
        kind=_text(given, f"{name}-kind"),
        label=_text(given, f"{name}-label"),
        required=given.get(f"{name}-required") is not None,
        text=_text(given, f"{name}-text"),
        html=html.clean(formatted) if formatted is not None else "",
        other=given.get(f"{name}-other") is not None,
        came_from=_text(given, f"{name}-from"),
    )


def _count(given: Given, name: str) -> int:
    value = given.get(name) or ""
    return min(int(value), MOST_ROWS) if value.isdecimal() and len(value) < len("1000") else 0


def _text(given: Given, name: str) -> str:
    return (given.get(name) or "").replace("\x00", "").replace("\r\n", "\n").strip()


# what the editor's buttons do


def done(blocks: Blocks, what: str) -> Blocks:
    """The rows after a button: `add 0 text`, `up 0.1`, `down 0.1`, `remove 0.1`, `section`, ..."""
    verb, _space, rest = what.partition(" ")
    place, _space, kind = rest.partition(" ")
    if verb == "section":
        return (*blocks, Block())
    block, _dot, row = place.partition(".")
    if not block.isdecimal() or int(block) >= len(blocks):
        return blocks
    if not row:
        return _with_block(blocks, int(block), verb, kind)
    inner = blocks[int(block)]
    if not row.isdecimal() or int(row) >= len(inner.rows):
        return blocks
    rows = _moved(verb, inner.rows, int(row))
    return _put(blocks, int(block), replace(inner, rows=rows))


def _with_block(blocks: Blocks, at: int, verb: str, kind: str) -> Blocks:
    if verb == "add" and kind in KINDS:
        inner = blocks[at]
        return _put(blocks, at, replace(inner, rows=(*inner.rows, Row(kind))))
    return _moved(verb, blocks, at)


def _put(blocks: Blocks, at: int, block: Block) -> Blocks:
    return (*blocks[:at], block, *blocks[at + 1 :])


def _moved(verb: str, things: tuple[T, ...], at: int) -> tuple[T, ...]:
    if verb == "remove":
        return (*things[:at], *things[at + 1 :])
    upper = at if verb == "up" else at + 1
    if verb not in {"up", "down"} or not 0 < upper < len(things):
        return things
    return (*things[: upper - 1], things[upper], things[upper - 1], *things[upper + 1 :])


# from rows to a document


def document_of(blocks: Blocks, before: Document | None) -> Document:
    """The template that the rows describe; each part goes on from the one that it came from."""
    known = (before and before.sections) or ()
    sections = tuple(_section(block, known) for block in blocks)
    return changed(before or Document(version=shape.VERSION), sections=sections)


def _section(block: Block, known: Sequence[Section]) -> Section:
    items = (_item(row, known) for row in block.rows)
    number = block.came_from
    of = known[int(number)] if number.isdecimal() and int(number) < len(known) else Section()
    return changed(of, name=block.name or None, items=tuple(each for each in items if each))


def _came_from(row: Row, known: Sequence[Section]) -> shape.Item | None:
    section, _dot, item = row.came_from.partition(".")
    if not (section.isdecimal() and item.isdecimal()) or int(section) >= len(known):
        return None
    items = known[int(section)].items
    return items[int(item)] if int(item) < len(items) else None


def _item(row: Row, known: Sequence[Section]) -> shape.Item | None:
    before = _came_from(row, known)
    if row.kind not in KINDS:
        return before
    made = KINDS[row.kind]
    if made is shape.Statement:
        was = before if isinstance(before, shape.Statement) else shape.Statement(html="")
        return changed(was, html=_formatted(row, was.html))
    item = before if before is not None and type(before) is made else made()  # type: ignore[call-arg]  # no statement
    item = changed(item, label=row.label or None, required=row.required or None)
    return _with_content(item, row)


def _with_content(item: shape.Item, row: Row) -> shape.Item:
    if isinstance(item, shape.Paragraph):
        return changed(item, html=_formatted(row, item.html or "") or None)
    if isinstance(item, shape.Dropdown):
        return changed(item, options=tuple(_lines(row)), other=_other(item.other, row))
    if isinstance(item, shape.Checkboxes | shape.MultipleChoice):
        by_label = {each.label: each for each in item.options or ()}
        options = (by_label.get(label, shape.Option(label=label)) for label in _lines(row))
        return changed(item, options=tuple(options), other=_other(item.other, row))
    return item


def _formatted(row: Row, before: str) -> str:
    if row.html:
        return row.html if plain(row.html) else ""
    return before if row.text == plain(html.clean(before)) else paragraphs(row.text)


def _lines(row: Row) -> Iterator[str]:
    return (line.strip() for line in row.text.splitlines() if line.strip())


def _other(before: shape.Other | None, row: Row) -> shape.Other | None:
    if before is None:
        return shape.Other(offered=True) if row.other else None
    return changed(before, offered=row.other or None)


# what is written


def make(by: User, name: str, blocks: Blocks) -> NoteTemplate:
    """A template of the practice's own."""
    return NoteTemplate.objects.create(
        workspace_id=by.workspace_id,
        name=name[:LONGEST_NAME],
        document=stored(document_of(blocks, None)),
    )


def change(template: NoteTemplate, name: str, blocks: Blocks) -> None:
    """Write a template anew; notes that were made from it stay as they are."""
    template.name = name[:LONGEST_NAME]
    template.document = stored(document_of(blocks, read(template.document)))
    template.save(update_fields=("name", "document"))


def put_away(template: NoteTemplate, at: datetime | None) -> None:
    """Archive a template, or with None fetch it back: archived ones are offered to nobody."""
    template.archived_at = at
    template.save(update_fields=("archived_at",))
