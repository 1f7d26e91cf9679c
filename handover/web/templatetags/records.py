"""What the pages about records need."""

from django import template

register = template.Library()


@register.filter
def part_name(key: str) -> str:
    """The key of an answer's part, as people write it."""
    return key.replace("_", " ").capitalize()
