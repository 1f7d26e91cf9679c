"""A document as a page shows it, and as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import unescape

import nh3
from django.utils.safestring import SafeString

from handover.clinical.documents.markup import article
from handover.clinical.documents.shape import Document
from handover.clinical.documents.shown import NO_ANSWER, Shown, ShownSection, shown, stayed

BLOCK_ENDS = ("<br>", "</div>", "</p>", "</li>", "</h1>", "</h2>", "</blockquote>")


def render(
    document: Document | None, *, place: str = "", signatures: Mapping[str, str] | None = None
) -> SafeString:
    """Show a document as HTML.

    `place` is the address of the record in the system that it came from, for what stayed there;
    `signatures` leads from a signature's number to the address of its image, on this site or by
    https: an image is never written into the page.
    """
    images = {
        number: address
        for number, address in (signatures or {}).items()
        if address.startswith(("/", "https://"))
    }
    sections = _with_images(document, images) if document else ()
    return article(sections, place if place.startswith("https://") else "")


def _with_images(
    document: Document, images: Mapping[str, str]
) -> Iterator[tuple[ShownSection, list[tuple[Shown, str]]]]:
    for section in shown(document):
        yield section, [(item, images.get(item.signature, "")) for item in section.items]


def as_text(document: Document | None) -> str:
    """Write a document as plain text: to search in, and to read where no HTML is shown."""
    if document is None:
        return ""
    return "\n\n".join("\n".join(_section(each)) for each in shown(document)).strip()


def _section(section: ShownSection) -> Iterator[str]:
    if section.name:
        yield section.name.upper()
    for item in section.items:
        if item.kind == "statement":
            yield plain(item.html)
            continue
        yield f"{item.label}:" if item.label else "—"
        yield from (f"  {line}" for line in _answer(item))
    yield from (f"{key}: {text}" for key, text in section.kept)


def _answer(item: Shown) -> Iterator[str]:
    if item.is_empty and not item.note:
        yield NO_ANSWER
    if item.note:
        yield item.note
    yield from item.lines
    yield from plain(item.html).splitlines()
    for tick in item.ticks:
        beside = f": {tick.text}" if tick.text else ""
        yield f"[{'x' if tick.chosen else ' '}] {tick.label}{beside}"
    if item.charts:
        yield f"{stayed(item.charts)}: {', '.join(item.charts)}"
    if item.signature:
        yield f"Signed (signature {item.signature})"
    yield from (f"{key}: {text}" for key, text in item.kept)


def plain(markup: str) -> str:
    """The words of formatted text, with its line breaks."""
    for end in BLOCK_ENDS:
        markup = markup.replace(end, f"{end}\n")
    return unescape(nh3.clean(markup, tags=set())).strip()
