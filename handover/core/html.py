"""Formatted text from outside: hostile until cleaned."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

#: The tags that practices' formatted texts use; everything else is taken out.
TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "div",
    "em",
    "h1",
    "h2",
    "i",
    "li",
    "ol",
    "p",
    "strong",
    "u",
    "ul",
}
REL = "noopener noreferrer nofollow"
ADDED = f' rel="{REL}"'

_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "*": set()},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",  # it would lead somewhere on our own pages
    link_rel=REL,
)


def clean(markup: str) -> str:
    """Keep simple formatting and web or mail links; drop scripts, styles, handlers and the rest."""
    return _cleaner.clean(markup)


def loses(markup: str, cleaned: str) -> bool:
    """Whether cleaning took something out, apart from what it merely wrote in another way."""
    if _spelt_out(markup) in {cleaned, cleaned.replace(ADDED, "")}:  # nearly all texts
        return False
    try:
        return _parts(markup) != _parts(cleaned)
    except AssertionError:  # how the parser ends on a declaration that is broken
        return True


_NAMED = re.compile("&#?[A-Za-z0-9]+;")
#: What cleaning writes by name; every other character it writes as it is.
_BY_NAME = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\u00a0": "&nbsp;"}


def _spelt_out(markup: str) -> str:
    """The same markup, its characters written as cleaning writes them."""
    return _NAMED.sub(_spell, markup) if "&" in markup else markup


def _spell(named: re.Match[str]) -> str:
    meant = unescape(named[0])
    return _BY_NAME.get(meant, meant)


class _Parts(HTMLParser):
    """Tags with their attributes, and the text between them, as a browser would show it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; what cleaning itself adds to links does not count."""
        self.found.append((tag, tuple(each for each in attrs if each != ("rel", REL))))

    def handle_data(self, data: str) -> None:
        """Note text; pieces of it are one."""
        if self.found and isinstance(self.found[-1], str):
            data = f"{self.found.pop()}{data}"
        self.found.append(data.replace("\r\n", "\n").replace("\r", "\n"))

    def handle_comment(self, data: str) -> None:
        """Note what is no text; it is always taken out."""
        self.found.append(("!", data))

    def handle_decl(self, decl: str) -> None:
        """The same for a declaration."""
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        """The same for an instruction."""
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        """The same for whatever else begins like one."""
        self.handle_comment(data)


def _parts(markup: str) -> list[object]:
    parser = _Parts()
    parser.feed(markup)
    parser.close()
    return parser.found
