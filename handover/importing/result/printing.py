"""The sign-off as HTML that needs no other file, and as PDF."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.core.json import JsonObject
from handover.core.typesetting import typeset

TEMPLATE = Path(__file__).with_name("signoff.typ")

#: What the PDF says by itself, under the names that its template has for it.
WORDS = {
    "type": later("Type"),
    "fetched": later("Fetched"),
    "field": later("Field"),
    "cause": later("Cause"),
    "records": later("Records"),
    "here": later("Here"),
    "apart": later("Apart"),
    "of": later("Of"),
    "all": later("All"),
    "what": later("What"),
    "why": later("Why"),
    "by": later("By"),
    "when": later("When"),
    "state": later("State"),
    "began": later("Began"),
    "ended": later("Ended"),
    "requests": later("Requests to the source"),
    "equal": later("equal"),
    "differs": later("differs"),
    "ok": later("ok"),
    "not_balanced": later("not balanced"),
    "rehearsal": later("This was a rehearsal: nothing was written to the workspace."),
    "came": later("What came"),
    "totals": later("Control totals"),
    "sums": later("Sums"),
    "stayed": later("What stayed, and why"),
    "to_know": later("To know"),
    "accepted": later("Accepted"),
    "changed": later("(the result has changed since)"),
    "nobody": later("Nobody has accepted this result yet."),
    "name": later("Name and signature"),
    "date": later("Date"),
    "digest": later("This result is named by %s (SHA-256 of its report)."),
    "twice": later(
        "Each is counted twice: in what the source sent, and in what is here. Apart are records"
        " that the import does not answer for: left out with a reason, or edited here since."
    ),
    "page": later("page"),
    "chosen": later("What was chosen"),
    "choice": later("Choice"),
}


def as_html(document: JsonObject) -> str:
    """One page with its own styles."""
    return render_to_string("importing/signoff.html", {"result": document, "styles": _styles()})


def as_pdf(document: JsonObject) -> bytes:
    """A4."""
    words: JsonObject = {name: str(each) for name, each in WORDS.items()}
    told: JsonObject = {**document, "words": words}
    told["title"] = _("Sign-off of import %(number)s") % {"number": document["number"]}
    return typeset(TEMPLATE, told)


def _styles() -> str:
    found = finders.find("web/paper.css")
    text = Path(found).read_text(encoding="utf-8") if isinstance(found, str) else ""
    return f"<style>{text}</style>"
