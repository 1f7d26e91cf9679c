"""Hostile text: whatever comes, only simple formatting and links that lead outside are left."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.core.html import TAGS, _parts, _spelt_out, clean
from handover.core.tests.attacks import CORPUS, RUNNING
from handover.core.tests.browser import CHROMIUM, what_runs

SOURCES_OWN = {
    "p", "div", "br", "ul", "ol", "li", "blockquote", "h1", "h2", "b", "i", "u", "a",
}  # fmt: skip
PIECES = sorted({piece for each in CORPUS for piece in re.findall(r"<[^<>]*>?|[^<>]+|[<>]", each)})
MASHED = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join)
#: Text without the characters that HTML itself reads as others.
PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc")))


class Found(HTMLParser):
    """What a text holds, as a plain parser reads it."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.others: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.attributes: set[tuple[str, str]] = set()
        self.words = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        if tag == "a":
            self.links.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


def assert_harmless(cleaned: str) -> None:
    found = Found(cleaned)
    assert found.tags <= TAGS
    assert found.attributes <= {("a", "href"), ("a", "rel")}
    assert found.others == []
    for link in found.links:
        assert link["rel"] == "noopener noreferrer nofollow"
        if "href" in link:
            assert urlsplit((link["href"] or "").strip()).scheme in {
                "http", "https", "mailto", "tel",
            }  # fmt: skip


def test_every_tag_that_the_source_knows_is_kept() -> None:
    assert SOURCES_OWN <= TAGS
    assert not TAGS & {"script", "style", "img", "svg", "math", "form", "iframe", "input"}


@pytest.mark.parametrize("attack", CORPUS)
def test_of_an_attack_nothing_harmful_is_left(attack: str) -> None:
    assert_harmless(clean(attack))
    assert_harmless(clean(f"<p>before {attack} after</p>"))


@given(MASHED)
def test_of_attacks_in_pieces_nothing_harmful_is_left(markup: str) -> None:
    cleaned = clean(markup)
    assert_harmless(cleaned)
    again = clean(cleaned)
    assert_harmless(again)
    assert Found(again).words == Found(cleaned).words


@given(PLAIN)
def test_text_stays_what_it_was_however_it_looks(text: str) -> None:
    assert Found(clean(f"<p>{html.escape(text)}</p>")).words == text


@given(PLAIN, st.lists(st.sampled_from(["b", "i", "u", "blockquote", "div"]), max_size=6))
def test_simple_formatting_stays_as_it_was(text: str, tags: list[str]) -> None:
    opened = "".join(f"<{tag}>" for tag in tags)
    closed = "".join(f"</{tag}>" for tag in reversed(tags))
    markup = f"{opened}{html.escape(text, quote=False)}{closed}"
    assert Found(clean(markup)).words == text
    assert re.findall(r"</?\w+>", clean(markup)) == re.findall(r"</?\w+>", opened + closed)


@pytest.mark.parametrize(
    "address",
    ["https://a.example.test/x?y=1&z=2", "http://a.example.test", "mailto:a@b.test", "tel:+6139"],
)
def test_a_link_that_leads_outside_is_kept_and_tells_nothing_of_us(address: str) -> None:
    (link,) = Found(clean(f'<a href="{html.escape(address)}">x</a>')).links
    assert link == {"href": address, "rel": "noopener noreferrer nofollow"}


@pytest.mark.parametrize(
    "address", ["/undo", "//a.test", "?x", "#x", "x", "javascript:x", "data:,"]
)
def test_a_link_to_our_own_pages_or_to_a_program_leads_nowhere(address: str) -> None:
    (link,) = Found(clean(f'<a href="{address}">x</a>')).links
    assert "href" not in link


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_in_a_browser_nothing_of_it_runs(tmp_path: Path) -> None:
    ran = what_runs([*RUNNING, *map(clean, CORPUS)], tmp_path)
    assert len(ran & set(range(len(RUNNING)))) > 50, "the page does not notice what runs"
    assert [CORPUS[each - len(RUNNING)] for each in ran if each >= len(RUNNING)] == []


@given(MASHED)
def test_what_is_merely_written_in_another_way_is_told_apart_without_taking_it_apart(
    markup: str,
) -> None:
    """The short way to "nothing was lost" agrees with the long one."""
    cleaned = clean(markup)
    try:
        lost = _parts(markup) != _parts(cleaned)
    except AssertionError:
        lost = True
    assert not (lost and _spelt_out(markup) == cleaned)
