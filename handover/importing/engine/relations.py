"""Which links lead to a model: asked of the models, so that a new one counts by itself."""

from collections.abc import Iterator

from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel


def relations(target: type[models.Model]) -> Iterator[ForeignObjectRel]:
    """Every link to the target; those that its rows give no name to are hidden, and count too."""
    for relation in target._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            yield relation


def links_to(target: type[models.Model]) -> Iterator[ForeignObjectRel]:
    """The links from other rows; parts of the row itself go with it and hold nothing."""
    for relation in relations(target):
        if relation.on_delete is not models.CASCADE:
            yield relation


def part_of(model: type[models.Model]) -> "models.ForeignKey[models.Model, models.Model] | None":
    """The link to the record that a row is a part of, if it is a part."""
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE:
            return field
    return None
