"""What the fragments of documents need."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from handover.clinical.documents.render import stayed
from handover.clinical.documents.shown import Shown, Tick

register = template.Library()
MARKS = {(False, True): "☑", (False, False): "☐", (True, True): "◉", (True, False): "○"}
NO_TEXT = (
    '<li class="{}"><span class="document-mark" aria-hidden="true">{}</span>'
    ' <span class="document-spoken">{}</span> {}</li>'
)
TEXT = NO_TEXT.replace(" {}</li>", " {}: <em>{}</em></li>")
register.filter("stayed", stayed)


@register.filter
def without_headings(markup: str) -> SafeString:
    """Clean markup whose headings are only large text: the page's own are in their order."""
    for tag in ("h1", "h2"):
        opening = '<div class="document-heading">'
        markup = markup.replace(f"<{tag}>", opening).replace(f"</{tag}>", "</div>")
    return mark_safe(markup)  # noqa: S308  # `shown` has cleaned it


@register.simple_tag
def ticks(item: Shown) -> SafeString:
    """What there is to choose, a line each: a box for one of many, a circle for one of one.

    A page of notes has hundreds of them, which is why no template is asked for each.
    """
    return mark_safe("\n".join(_tick(each, single=item.single) for each in item.ticks))  # noqa: S308  # each is markup


def _tick(tick: Tick, *, single: bool) -> SafeString:
    look, spoken = ("is-chosen", "Chosen:") if tick.chosen else ("is-not", "Not chosen:")
    return format_html(
        TEXT if tick.text else NO_TEXT,
        look,
        MARKS[single, tick.chosen],
        spoken,
        tick.label or "(without a name)",
        tick.text,
    )
