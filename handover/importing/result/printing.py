"""The sign-off as HTML that needs no other file, and as PDF."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from handover.core.json import JsonObject
from handover.core.typesetting import typeset

TEMPLATE = Path(__file__).with_name("signoff.typ")


def as_html(document: JsonObject) -> str:
    """One page with its own styles."""
    return render_to_string("importing/signoff.html", {"result": document, "styles": _styles()})


def as_pdf(document: JsonObject) -> bytes:
    """A4."""
    return typeset(TEMPLATE, document)


def _styles() -> str:
    found = finders.find("web/paper.css")
    text = Path(found).read_text(encoding="utf-8") if isinstance(found, str) else ""
    return f"<style>{text}</style>"
