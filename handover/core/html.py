"""Formatted text from outside: hostile until cleaned."""

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


def clean(markup: str) -> str:
    """Keep simple formatting and web or mail links; drop scripts, styles, handlers and the rest."""
    return nh3.clean(
        markup,
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative="deny",  # it would lead somewhere on our own pages
        link_rel="noopener noreferrer nofollow",
    )
