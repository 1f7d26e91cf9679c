"""Answering a document: what a form asks for each of its questions, and what came back.

A question is named by its place (`s0-q2`): the sections and questions of a note are those that it
began with. What cannot be answered in a form stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import singledispatch
from html import escape
from typing import Protocol

from msgspec.structs import replace as changed

from handover.clinical.documents import shape
from handover.clinical.documents.render import plain
from handover.clinical.documents.shown import ADDRESS, NAME, PRONOUNS
from handover.core import html

OTHER = "other"
KEYS: Mapping[type[shape.Named], tuple[str, ...]] = {
    shape.Address: ADDRESS,
    shape.FullName: NAME,
    shape.Pronouns: PRONOUNS,
}


class Given(Protocol):
    """What came back from a form: a `QueryDict` is one."""

    def get(self, key: str, /) -> str | None:
        """The last value under this name."""

    def getlist(self, key: str, /) -> list[str]:
        """Every value under this name."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose: what it sends, what it says, whether it is chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """One item as a form shows it. `text` is plain, `html` formatted and clean.

    `other` is what was written beside the choice beyond the list; None where none is offered.
    `parts` are several texts, each with its key and its value. Of kind `apart` is what a form
    cannot ask.
    """

    name: str
    kind: str
    label: str = ""
    required: bool = False
    text: str = ""
    html: str = ""
    choices: tuple[Choice, ...] = ()
    other: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    charts: tuple[str, ...] = ()
    blank: bool = False

    @property
    def kept(self) -> bool:
        """Whether the answer to a dropdown is none of what it lists."""
        chosen = any(each.chosen for each in self.choices)
        return self.kind == "dropdown" and bool(self.text) and not chosen


@dataclass(frozen=True)
class AskedSection:
    """A heading, and what is asked under it."""

    name: str
    items: tuple[Asked, ...] = field(default=())


def asked(document: shape.Document) -> Iterator[AskedSection]:
    """Each section as a form shows it."""
    for place, section in enumerate(document.sections or ()):
        items = (_asked(item, f"s{place}-q{at}") for at, item in enumerate(section.items))
        yield AskedSection(section.name or "", tuple(items))


def unanswered(document: shape.Document) -> list[Asked]:
    """The questions that need an answer and have none."""
    every = (item for section in asked(document) for item in section.items)
    return [item for item in every if item.required and item.blank]


def answered(document: shape.Document, given: Given) -> shape.Document:
    """The document with the answers that came back; formatted text is cleaned on the way."""
    return _each_item(document, lambda item, name: _answer(item, name, _Cleaned(given)))


def begun_from(document: shape.Document) -> shape.Document:
    """The content of an earlier note, for a new one to begin with.

    Drawings and signatures belong to the note that they were made in: they stay there.
    """
    return _each_item(document, lambda item, _: _own(item))


def _own(item: shape.Item) -> shape.Item:
    if isinstance(item, shape.BodyCharts):
        return changed(item, charts=None)
    return changed(item, signature=None) if isinstance(item, shape.Signature) else item


def _each_item(
    document: shape.Document, become: Callable[[shape.Item, str], shape.Item]
) -> shape.Document:
    sections = (
        changed(
            section,
            items=tuple(become(item, f"s{place}-q{at}") for at, item in enumerate(section.items)),
        )
        for place, section in enumerate(document.sections or ())
    )
    return changed(document, sections=tuple(sections))


class _Cleaned:
    """What came back, without the one character that no database holds."""

    def __init__(self, given: Given) -> None:
        self._given = given

    def get(self, name: str) -> str | None:
        value = self._given.get(name)
        return None if value is None else value.replace("\x00", "").replace("\r\n", "\n")

    def getlist(self, name: str) -> list[str]:
        return self._given.getlist(name)


# how each kind is asked


def _asked(item: shape.Item, name: str) -> Asked:
    if isinstance(item, shape.Statement):
        return Asked(name, "statement", html=html.clean(item.html))
    told = replace(ask(item, name), label=item.label or "", required=bool(item.required))
    told_something = (
        told.text.strip() or plain(told.html) or any(value for _, value in told.parts)
        or any(each.chosen for each in told.choices) or told.charts or told.other
    )  # fmt: skip
    return replace(told, blank=not told_something)


@singledispatch
def ask(item: shape.Item, name: str) -> Asked:  # noqa: ARG001  # for the kinds below
    """What a form asks for an item; for what it cannot ask, that it is there."""
    return Asked(name, "apart")


@ask.register
def _(item: shape.Text, name: str) -> Asked:
    return Asked(name, "text", text=item.answer or "")


@ask.register
def _(item: shape.Paragraph, name: str) -> Asked:
    clean = html.clean(item.html or "")
    return Asked(name, "paragraph", text=plain(clean), html=clean)


@ask.register
def _(item: shape.Day, name: str) -> Asked:
    return Asked(name, "date", text=item.day.isoformat() if item.day else item.text or "")


@ask.register
def _(item: shape.Checkboxes, name: str) -> Asked:
    return _choosing(item, name, "checkboxes")


@ask.register
def _(item: shape.MultipleChoice, name: str) -> Asked:
    return _choosing(item, name, "multiple_choice")


@ask.register
def _(item: shape.Dropdown, name: str) -> Asked:
    options = item.options or ()
    listed = [Choice(str(at), label, label == item.answer) for at, label in enumerate(options)]
    return _with_other(Asked(name, "dropdown", text=item.answer or ""), listed, item.other)


@ask.register
def _(item: shape.BodyCharts, name: str) -> Asked:
    return Asked(name, "body_charts", text=item.text or "", charts=item.charts or ())


@ask.register(shape.Address)
@ask.register(shape.FullName)
@ask.register(shape.Pronouns)
def _(item: shape.Named, name: str) -> Asked:
    answer = item.answer or {}
    return Asked(name, "parts", parts=tuple((key, answer.get(key) or "") for key in _keys(item)))


def _keys(item: shape.Named) -> tuple[str, ...]:
    order = KEYS[type(item)]
    return (*order, *sorted((item.answer or {}).keys() - set(order)))


def _choosing(item: shape.Choosing, name: str, kind: str) -> Asked:
    options = enumerate(item.options or ())
    listed = [Choice(str(at), each.label or "", bool(each.chosen)) for at, each in options]
    return _with_other(Asked(name, kind), listed, item.other)


def _with_other(told: Asked, listed: list[Choice], other: shape.Other | None) -> Asked:
    if not other or not (other.offered or other.chosen or other.text):
        return replace(told, choices=tuple(listed))
    beyond = Choice(OTHER, other.label or "Other", bool(other.chosen))
    return replace(told, choices=(*listed, beyond), other=other.text or "")


# what becomes of an answer


@singledispatch
def _answer(item: shape.Item, name: str, given: _Cleaned) -> shape.Item:  # noqa: ARG001
    return item


@_answer.register
def _(item: shape.Text, name: str, given: _Cleaned) -> shape.Item:
    value = given.get(name)
    return item if value is None else changed(item, answer=value or None)


@_answer.register
def _(item: shape.Paragraph, name: str, given: _Cleaned) -> shape.Item:
    """Formatted text from the editor; plain text where there is no editor.

    Plain text that says what the formatted text said already changes nothing of its format.
    """
    formatted, text = given.get(f"{name}-html"), given.get(name)
    if formatted is not None:
        clean = html.clean(formatted)
        return changed(item, html=clean if plain(clean) else None)
    if text is None or text.strip() == plain(html.clean(item.html or "")):
        return item
    return changed(item, html=paragraphs(text) or None)


def paragraphs(text: str) -> str:
    """Plain text as formatted text: a block for each line."""
    lines = text.strip().splitlines()
    return "".join(f"<div>{escape(line, quote=False) or '<br>'}</div>" for line in lines)


@_answer.register
def _(item: shape.Day, name: str, given: _Cleaned) -> shape.Item:
    value = given.get(name)
    if value is None:
        return item
    try:
        return changed(item, day=date.fromisoformat(value), text=None)
    except ValueError:
        return changed(item, day=None, text=value or None)


@_answer.register
def _(item: shape.Checkboxes, name: str, given: _Cleaned) -> shape.Item:
    return _chosen(item, name, given)


@_answer.register
def _(item: shape.MultipleChoice, name: str, given: _Cleaned) -> shape.Item:
    return _chosen(item, name, given)


def _chosen(item: shape.Choosing, name: str, given: _Cleaned) -> shape.Item:
    values = set(given.getlist(name))
    options = item.options and tuple(
        _set(each, str(at) in values) for at, each in enumerate(item.options)
    )
    return changed(item, options=options, other=_other(item.other, values, name, given))


def _set(option: shape.Option, chosen: bool) -> shape.Option:  # noqa: FBT001  # what was ticked
    return option if bool(option.chosen) == chosen else changed(option, chosen=chosen or None)


def _other(
    other: shape.Other | None, values: set[str], name: str, given: _Cleaned
) -> shape.Other | None:
    if other is None:
        return None
    text = given.get(f"{name}-other")
    if text is not None and text != (other.text or ""):
        other = changed(other, text=text or None)
    chosen = OTHER in values
    return other if bool(other.chosen) == chosen else changed(other, chosen=chosen or None)


@_answer.register
def _(item: shape.Dropdown, name: str, given: _Cleaned) -> shape.Item:
    value = given.get(name)
    if value is None:
        return item
    options = item.options or ()
    answer = options[int(value)] if value.isdecimal() and int(value) < len(options) else None
    other = _other(item.other, {value}, name, given)
    kept = answer is None and value == "kept"  # an answer that the list does not have
    return changed(item, answer=item.answer if kept else answer, other=other)


@_answer.register
def _(item: shape.BodyCharts, name: str, given: _Cleaned) -> shape.Item:
    value = given.get(name)
    return item if value is None else changed(item, text=value or None)


@_answer.register(shape.Address)
@_answer.register(shape.FullName)
@_answer.register(shape.Pronouns)
def _(item: shape.Named, name: str, given: _Cleaned) -> shape.Item:
    answer = dict(item.answer or {})
    for key in _keys(item):
        value = given.get(f"{name}-{key}")
        if value is not None and value != (answer.get(key) or ""):
            answer[key] = value
    return changed(item, answer=answer) if answer != (item.answer or {}) else item
