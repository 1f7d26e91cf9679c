"""Forms as they stand in a page: found, filled in as a person would, and sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.html import Element, parse_html

#: Each table numbers its rows from a million of its own, so that a number says of which it is.
APART = 1_000_000
NUMBER = re.compile(r"\d{7,}")
BLANKS = {
    "date": "2026-11-23", "time": "09:00", "number": "1", "email": "new@practice.example",
    "password": "", "file": "", "search": "",
}  # fmt: skip


def number_apart() -> None:
    """Have every table begin with another million; tables are to be empty."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I', sequencename)::regclass, row_number() OVER"
            " (ORDER BY sequencename) * %s) FROM pg_sequences WHERE schemaname = 'public'"
            " AND sequencename NOT LIKE 'django%%' AND sequencename NOT LIKE 'procrastinate%%'",
            [APART],
        )


@dataclass(frozen=True)
class Control:
    """One field: what it holds, and what else it offers."""

    name: str
    value: str
    offers: tuple[str, ...] = ()
    picks: bool = False

    @property
    def numbers(self) -> list[str]:
        """What it may hold, or is called, that names a row."""
        found = [each for each in (self.value, *self.offers) if NUMBER.search(each)]
        return found[:1]


@dataclass(frozen=True)
class Form:
    """One form of a page."""

    path: str
    method: str
    controls: tuple[Control, ...]

    def filled(self, **other: str) -> dict[str, str]:
        """What a person would send who fills in what is empty."""
        return {each.name: each.value for each in self.controls if each.name} | other

    def send(self, browser: Browser, given: dict[str, str]) -> HttpResponse:
        sent: HttpResponse = getattr(browser, self.method)(self.path, given)
        return sent


def forms_in(page: str, path: str) -> Iterator[Form]:
    """The forms of a page, but for the one that signs out."""
    for each in _named(parse_html(page), "form"):
        given = dict(each.attributes)
        to = (given.get("action") or path).split("?")[0]
        if to != "/sign-out/":
            controls = tuple(_controls(each))
            yield Form(to, (given.get("method") or "get").lower(), controls)


def _named(element: Element | str, *names: str) -> Iterator[Element]:
    if isinstance(element, str):
        return
    if element.name in names:
        yield element
    for child in element.children:
        yield from _named(child, *names)


def _controls(form: Element) -> Iterator[Control]:
    for each in _named(form, "input", "select", "textarea", "button"):
        given = dict(each.attributes)
        name, kind = str(given.get("name") or ""), str(given.get("type") or "text")
        if not name or name == "csrfmiddlewaretoken" or each.name == "button":
            continue
        if each.name == "select":
            values = [str(dict(option.attributes).get("value") or "")
                      for option in _named(each, "option")]  # fmt: skip
            yield Control(name, next(filter(None, values), ""), tuple(values))
        else:
            value = str(given.get("value") or BLANKS.get(kind, "x"))
            yield Control(name, value, picks="list" in given and "hx-get" in given)
