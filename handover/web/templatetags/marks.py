"""The mark of one row of a list, out of those that `marks_of` has found."""

from collections.abc import Mapping

from django import template
from django.db.models import Model

from handover.web.marks import Mark

register = template.Library()


@register.filter
def of(marks: Mapping[int, Mark], row: Model) -> Mark | None:
    """`{{ marks|of:row }}`: where a row came from; nothing for one that was made here."""
    return marks.get(row.pk)
