"""Sentences that records keep, said in the reader's language."""

from django import template

from handover.importing.retelling import retold

register = template.Library()


@register.filter
def said(text: object) -> str:
    """`{{ run.message|said }}`: a sentence of the import tool, in the reader's language."""
    return retold(str(text))
