"""The sign-off as HTML that needs no other file, and as PDF."""

from __future__ import annotations

import json
from pathlib import Path

import typst
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from handover.core.json import JsonObject

TEMPLATE = Path(__file__).with_name("signoff.typ")
STANDARDS: list[typst.PDFStandard] = [
    "ua-1",
    "a-2a",
]  # read aloud by screen readers, and still readable in thirty years


def as_html(document: JsonObject) -> str:
    """One page with its own styles."""
    return render_to_string("importing/signoff.html", {"result": document, "styles": _styles()})


def as_pdf(document: JsonObject) -> bytes:
    """A4, tagged; of the archival standard unless a letter in it is in no font that comes along."""
    data = {"data": json.dumps(document, ensure_ascii=False)}
    try:
        return typst.compile(TEMPLATE, sys_inputs=data, pdf_standards=STANDARDS)
    except typst.TypstError:  # a name in letters that only the machine's own fonts may have
        return typst.compile(TEMPLATE, sys_inputs=data)


def _styles() -> str:
    found = finders.find("web/paper.css")
    text = Path(found).read_text(encoding="utf-8") if isinstance(found, str) else ""
    return f"<style>{text}</style>"
