"""What the fragments of documents need."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from handover.clinical.documents.render import stayed
from handover.clinical.documents.shown import Tick

register = template.Library()
MARKS = {(False, True): "☑", (False, False): "☐", (True, True): "◉", (True, False): "○"}
register.filter("stayed", stayed)


@register.filter
def without_headings(markup: str) -> SafeString:
    """Clean markup whose headings are only large text: the page's own are in their order."""
    for tag in ("h1", "h2"):
        opening = '<div class="document-heading">'
        markup = markup.replace(f"<{tag}>", opening).replace(f"</{tag}>", "</div>")
    return mark_safe(markup)  # noqa: S308  # `shown` has cleaned it


@register.simple_tag
def tick_mark(tick: Tick, single: bool) -> str:  # noqa: FBT001  # as the template has it
    """Show a box for one of many, a circle for one of one."""
    return MARKS[single, tick.chosen]
