"""What the fragments of documents need."""

from django import template

from handover.clinical.documents.render import stayed
from handover.clinical.documents.shown import Tick

register = template.Library()
MARKS = {(False, True): "☑", (False, False): "☐", (True, True): "◉", (True, False): "○"}
register.filter("stayed", stayed)


@register.simple_tag
def tick_mark(tick: Tick, single: bool) -> str:  # noqa: FBT001  # as the template has it
    """Show a box for one of many, a circle for one of one."""
    return MARKS[single, tick.chosen]
