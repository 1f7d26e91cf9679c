"""What templates need of documents."""

from django import template

from handover.clinical.documents.markup import without_headings

register = template.Library()
register.filter("without_headings", without_headings)
