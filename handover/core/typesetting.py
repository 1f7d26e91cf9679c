"""PDF by Typst, out of a template of ours and a document of words and numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typst
from django.utils.translation import get_language

if TYPE_CHECKING:
    from pathlib import Path

    from handover.core.json import JsonObject

#: Read aloud by screen readers, and still readable in thirty years.
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]


def typeset(template: Path, document: JsonObject) -> bytes:
    """Set a document, which the template finds as JSON in `sys.inputs.data`: none of it is code.
    `sys.inputs.language` is the language of the words of ours.

    Tagged, and of the archival standard unless a letter in it is in no font that comes along.
    """
    told = json.dumps(document, ensure_ascii=False)
    data = {"data": told, "language": get_language() or "en"}
    try:
        return typst.compile(template, sys_inputs=data, pdf_standards=STANDARDS)
    except typst.TypstError:  # a name in letters that only the machine's own fonts may have
        return typst.compile(template, sys_inputs=data)
