"""The HTML of a document.

It is put together here and not in a template: a page of notes has thousands of these pieces, and
templates made over a quarter of its Python calls. Everything but the cleaned `html` of an item is
plain text, and goes through `_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape as _text

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _

from handover.clinical.documents.shown import Shown, ShownSection, Tick, stayed

#: The marks of a tick: of one or of several, and whether it was chosen.
MARKS = {(False, True): "☑", (False, False): "☐", (True, True): "◉", (True, False): "○"}
Kept = tuple[tuple[str, str], ...]


def article(
    sections: Iterable[tuple[ShownSection, list[tuple[Shown, str]]]], place: str
) -> SafeString:
    """A whole document. Beside each item stands the address of its signature's image, or nothing;
    `place` is the address of what stayed at the source, or nothing.
    """
    shown = "\n".join(_section(section, items, place) for section, items in sections)
    content = shown or f'<p class="document-empty">{_text(_("No content"))}</p>'
    return mark_safe(f'<article class="document">\n{content}\n</article>')  # noqa: S308  # escaped below


def without_headings(markup: str) -> SafeString:
    """Clean markup whose headings are only large text: the page's own are in their order."""
    for tag in ("h1", "h2"):
        opening = '<div class="document-heading">'
        markup = markup.replace(f"<{tag}>", opening).replace(f"</{tag}>", "</div>")
    return mark_safe(markup)  # noqa: S308  # `shown` has cleaned it


def _section(section: ShownSection, items: list[tuple[Shown, str]], place: str) -> str:
    name = f"<h3>{_text(section.name)}</h3>" if section.name else ""
    shown = "\n".join(_item(item, image, place) for item, image in items)
    return f'<section class="document-section">\n{name}\n{shown}\n{_kept(section.kept)}\n</section>'


def _item(item: Shown, image: str, place: str) -> str:
    if item.kind == "statement":
        return f'<div class="document-statement">{without_headings(item.html)}</div>'
    parts = "\n".join(_parts(item, image, place))
    return f'<div class="document-question document-{_text(item.kind)}">\n{parts}\n</div>'


def _parts(item: Shown, image: str, place: str) -> Iterator[str]:
    yield _label(item)
    if item.note:
        yield f'<p class="document-note">{_text(item.note)}</p>'
    if item.lines:
        yield _answer("\n<br>\n".join(map(_text, item.lines)))
    if item.html:
        yield f'<div class="document-answer">{without_headings(item.html)}</div>'
    if item.ticks:
        ticks = "\n".join(_tick(each, single=item.single) for each in item.ticks)
        yield f'<ul class="document-ticks">\n{ticks}\n</ul>'
    if item.charts:
        yield _charts(item.charts, place)
    if image or item.signature:
        yield _answer(_signature(item.signature, image))
    if item.is_empty and not item.note:
        yield f'<p class="document-empty">{_text(_("No answer"))}</p>'
    yield _kept(item.kept)


def _label(item: Shown) -> str:
    required = (
        f'\n<span class="document-required">{_text(_("required"))}</span>' if item.required else ""
    )
    return f'<p class="document-label">\n{_name(item.label)}{required}\n</p>'


def _name(label: str) -> str:
    return _text(label or _("(without a name)"))


def _answer(markup: str) -> str:
    return f'<p class="document-answer">\n{markup}\n</p>'


def _tick(tick: Tick, *, single: bool) -> str:
    """A line of what there is to choose: a box for one of many, a circle for one of one."""
    look, spoken = ("is-chosen", _("Chosen:")) if tick.chosen else ("is-not", _("Not chosen:"))
    beside = f": <em>{_text(tick.text)}</em>" if tick.text else ""
    return (
        f'<li class="{look}"><span class="document-mark" aria-hidden="true">'
        f'{MARKS[single, tick.chosen]}</span> <span class="document-spoken">{spoken}</span> '
        f"{_name(tick.label)}{beside}</li>"
    )


def _charts(charts: tuple[str, ...], place: str) -> str:
    there = (
        f'\n<a href="{_text(place)}" rel="noopener noreferrer nofollow">'
        f"{_text(_('Open the note there'))}</a>"
        if place
        else ""
    )
    numbers = ", ".join(map(_text, charts))
    return (
        f'<p class="document-answer document-stayed">\n{_text(stayed(charts))}\n({numbers}).'
        f"{there}\n</p>"
    )


def _signature(signature: str, image: str) -> str:
    if image:
        return f'<img src="{_text(image)}" alt="{_text(_("Signature"))}">'
    return _text(_("Signed (signature %(signature)s)") % {"signature": signature})


def _kept(kept: Kept) -> str:
    if not kept:
        return ""
    pairs = "\n".join(f"<dt>{_text(key)}</dt>\n<dd>\n{_broken(text)}\n</dd>" for key, text in kept)
    return f'<dl class="document-kept">\n{pairs}\n</dl>'


def _broken(text: str) -> str:
    """Plain text with its line breaks, whichever way they are written."""
    return _text(normalize_newlines(text)).replace("\n", "<br>")
