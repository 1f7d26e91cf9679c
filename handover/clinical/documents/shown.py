"""How each item of a document is shown: one form for all, from which HTML and text are made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch

from django.utils.formats import date_format
from msgspec import UNSET

from handover.clinical.documents import shape
from handover.core import html

#: The parts of an answer as people write them; the database keeps keys in an order of its own.
ADDRESS = ("address_1", "address_2", "address_3", "city", "state", "post_code", "country_code")
NAME = ("title", "first_name", "preferred_first_name", "last_name")
PRONOUNS = (
    "nominative",
    "accusative",
    "pronominal_possessive",
    "predicative_possessive",
    "reflexive",
)
NO_ANSWER = "No answer"


@dataclass(frozen=True)
class Tick:
    """One thing to choose; `text` is what was written beside it."""

    label: str
    chosen: bool
    text: str = ""


@dataclass(frozen=True)
class Shown:
    """One item, ready to be shown. Everything but `html` is plain text."""

    kind: str
    label: str = ""
    required: bool = False
    note: str = ""
    lines: tuple[str, ...] = ()
    html: str = ""
    ticks: tuple[Tick, ...] = ()
    single: bool = False
    charts: tuple[str, ...] = ()
    signature: str = ""
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether a question has no answer."""
        told = self.lines or self.html or self.ticks or self.charts or self.signature or self.kept
        return not told


@dataclass(frozen=True)
class ShownSection:
    """One section, ready to be shown."""

    name: str
    items: tuple[Shown, ...]
    kept: tuple[tuple[str, str], ...] = field(default=())


def shown(document: shape.Document) -> Iterator[ShownSection]:
    """Every section, and last what the document keeps besides."""
    for section in document.sections or ():
        items = tuple(show_item(each) for each in section.items)
        yield ShownSection(section.name or "", items, kept_of(section))
    if besides := kept_of(document):
        yield ShownSection("", (), besides)


def show_item(item: shape.Item) -> Shown:
    """One item; what it keeps besides stands below its answer."""
    if isinstance(item, shape.Statement):
        return Shown("statement", html=html.clean(item.html), kept=kept_of(item))
    return replace(
        show(item),
        label=item.label or "",
        required=bool(item.required),
        kept=kept_of(item),
    )


@singledispatch
def show(item: shape.Item) -> Shown:
    """Show a question's answer, each kind in its own way."""
    raise NotImplementedError(type(item).__name__)


@show.register
def _(item: shape.Unknown) -> Shown:
    kind = f" ({item.type})" if item.type else ""
    return Shown("unknown", note=f"A kind of question that is not known here{kind}")


@show.register
def _(item: shape.Text) -> Shown:
    return Shown("text", lines=_lines(item.answer))


@show.register
def _(item: shape.Paragraph) -> Shown:
    return Shown("paragraph", html=html.clean(item.html or ""))


@show.register
def _(item: shape.Day) -> Shown:
    day = date_format(item.day, "DATE_FORMAT") if item.day else item.text
    return Shown("date", lines=_lines(day))


@show.register
def _(item: shape.Checkboxes) -> Shown:
    return Shown("checkboxes", ticks=_ticks(item))


@show.register
def _(item: shape.MultipleChoice) -> Shown:
    return Shown("multiple_choice", ticks=_ticks(item), single=True)


@show.register
def _(item: shape.Dropdown) -> Shown:
    options = item.options or ()
    ticks = [Tick(each, chosen=each == item.answer) for each in options]
    other = item.other or shape.Other()
    if item.answer is not None and item.answer not in options:
        ticks.append(Tick(other.label or "Other", chosen=True, text=item.answer))
    elif other.offered:
        ticks.append(Tick(other.label or "Other", chosen=bool(other.chosen), text=other.text or ""))
    return Shown("dropdown", ticks=tuple(ticks), single=True)


@show.register
def _(item: shape.BodyCharts) -> Shown:
    return Shown("body_charts", charts=item.charts or (), lines=_lines(item.text))


@show.register
def _(item: shape.Signature) -> Shown:
    return Shown("signature", signature=item.signature or "")


@show.register
def _(item: shape.Address) -> Shown:
    return Shown("address", lines=tuple(text for _, text in _in_order(item, ADDRESS)))


@show.register
def _(item: shape.FullName) -> Shown:
    name = " ".join(_quoted(key, text) for key, text in _in_order(item, NAME))
    return Shown("full_name", lines=_lines(name))


@show.register
def _(item: shape.Pronouns) -> Shown:
    forms = " / ".join(text for _, text in _in_order(item, PRONOUNS))
    return Shown("pronouns", lines=_lines(forms))


@show.register
def _(item: shape.Phones) -> Shown:
    return Shown("phones", lines=tuple(_phone(each) for each in item.numbers or ()))


def _in_order(item: shape.Named, order: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts that say something, those that nobody knows last."""
    answer = item.answer or {}
    for key in (*order, *sorted(answer.keys() - set(order))):
        if text := answer.get(key):
            yield key, text


def _phone(phone: shape.Phone) -> str:
    told = f"{phone.number or ''} ({phone.type})" if phone.type else phone.number or ""
    return " ".join([told, *(f"{key}: {text}" for key, text in kept_of(phone))])


def _quoted(key: str, name: str) -> str:
    """A preferred name stands in brackets, as it does in a client's details."""
    return f"({name})" if key == "preferred_first_name" else name


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(text.splitlines()) if text else ()


def _ticks(item: shape.Choosing) -> tuple[Tick, ...]:
    ticks = [_tick(each.label or "", each.chosen, "", each) for each in item.options or ()]
    if (other := item.other) and (other.offered or other.chosen or other.text or other.kept):
        ticks.append(_tick(other.label or "Other", other.chosen, other.text or "", other))
    return tuple(ticks)


def _tick(label: str, chosen: bool | None, text: str, part: shape.Part) -> Tick:  # noqa: FBT001  # as stored
    besides = "; ".join(f"{key}: {kept}" for key, kept in kept_of(part))
    return Tick(label, bool(chosen), "; ".join(each for each in (text, besides) if each))


def kept_of(part: shape.Part) -> tuple[tuple[str, str], ...]:
    """What a part keeps under the names of its source, readable: pairs of name and text."""
    found = [(_words(key), readable(value)) for key, value in part.kept.items()]
    found += [(_words(key), text) for key, text in part.kept_text.items()]
    if isinstance(part, shape.Whole):
        if part.instead is not UNSET:
            found.append(("content", readable(part.instead)))
        if part.instead_text is not None:
            found.append(("content", part.instead_text))
    return tuple(found)


def stayed(charts: tuple[str, ...]) -> str:
    """Say how many drawings are not here."""
    return (
        "1 body chart stayed in Cliniko"
        if len(charts) == 1
        else (f"{len(charts)} body charts stayed in Cliniko")
    )


def readable(value: object) -> str:
    """A piece of JSON as a person reads it: words without quotes, lists with commas."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list() if all(isinstance(each, str | int | float) for each in value):
            return ", ".join(readable(each) for each in value)
        case Mapping() if all(isinstance(each, str | int | float) for each in value.values()):
            return "; ".join(f"{_words(key)}: {readable(each)}" for key, each in value.items())
    return json.dumps(value, ensure_ascii=False, default=str)


def _words(key: str) -> str:
    return key.replace("_", " ")
