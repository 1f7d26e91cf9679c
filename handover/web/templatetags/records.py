"""What the pages about records need."""

from django import template

register = template.Library()


@register.filter
def part_name(key: str) -> str:
    """The key of an answer's part, as people write it."""
    return key.replace("_", " ").capitalize()


@register.filter
def row_name(block: int, row: int) -> str:
    """What the fields of one row of the template editor begin with."""
    return f"b{block}-r{row}"


@register.filter
def place(block: int, row: int) -> str:
    """Where a row of the template editor stands, as its buttons say it."""
    return f"{block}.{row}"


@register.filter
def kind_words(kind: str, words: dict[str, str]) -> str:
    """What a kind of question is called."""
    return words.get(kind, kind)
