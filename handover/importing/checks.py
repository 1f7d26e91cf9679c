"""Django system checks: a mapping that does not fit its models never starts the program.

E1  an attribute is no column of the target      E6  a sum or a match names no column
E2  nothing fills a column that needs a value    E7  file, resource and list do not agree
E3  a link leads to another kind of record       E8  a model counts in binary fractions
E4  what a resource relies on is not there       E9  what is read does not fit the column
E5  rows do not fit their table
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from handover.files.models import HasContent
from handover.importing.engine import Resource, fields
from handover.importing.engine.resource import Spec
from handover.importing.systems import RESOURCES

Resources: TypeAlias = Mapping[str, type[Resource]]
Column: TypeAlias = "models.Field[object, object]"

#: What the ledger and the database fill by themselves, where the source says nothing.
FILLED = {"workspace", "created_at"}
KINDS: tuple[tuple[type[Column], type[fields.Field]], ...] = (
    (models.ForeignKey, fields.Link),
    (models.DateTimeField, fields.Instant),
    (models.DateField, fields.Date),
    (models.TimeField, fields.TimeOfDay),
    (models.BooleanField, fields.Flag),
    (models.DecimalField, fields.Number),
    (models.IntegerField, fields.Integer),
)


@register()
def mappings_fit_their_models(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # as Django calls it
    **kwargs: object,  # noqa: ARG001
) -> list[CheckMessage]:
    """Hold every resource against its models, and every model against binary fractions."""
    ours = [each for each in apps.get_models() if each.__module__.startswith("handover.")]
    found = (misfits(RESOURCES[system]) for system in RESOURCES)
    return [*chain.from_iterable(found), *binary_fractions(ours)]


def misfits(resources: Sequence[type[Resource]]) -> Iterator[CheckMessage]:
    """Everything that is wrong with these resources."""
    known = {each.spec.name: each for each in resources} | _elsewhere()
    for each in resources:
        spec, target = each.spec, each.spec.target
        yield from _attributes(each)
        yield from _unfilled(each, target, {field.name for field in spec.columns})
        for field in spec.columns:
            yield from _value(each, field, _column(target, field.name), known)
        for rows in spec.rows:
            yield from _rows(each, rows, known)
        yield from _carried(each, known)
        yield from _named(each)
        yield from _mirrored(each, known)
        yield from _occupied(each, known)
        yield from _contained(each)
        yield from _filed(each)


def _elsewhere() -> dict[str, type[Resource]]:
    """Every resource by the name that other systems have for it."""
    return {
        f"{system}:{each.spec.name}": each
        for system, resources in RESOURCES.items()
        for each in resources
    }


def binary_fractions(of: Sequence[type[models.Model]]) -> Iterator[CheckMessage]:
    """Money, hours and rates are exact: no model may hold a FloatField."""
    for model in of:
        for column in model._meta.concrete_fields:
            if isinstance(column, models.FloatField):
                yield _error(8, model, f"{column.name} is a FloatField; take a DecimalField")


def _attributes(resource: type[Resource]) -> Iterator[CheckMessage]:
    target = resource.spec.target
    for field in resource.spec.columns:
        if _column(target, field.name) is None:
            yield _error(1, resource, f"{target.__name__} has no column {field.name}")


def _unfilled(
    resource: type[Resource], model: type[models.Model], filled: set[str], number: int = 2
) -> Iterator[CheckMessage]:
    for column in model._meta.concrete_fields:
        spare = column.null or column.blank or column.primary_key or column.has_default()
        if not spare and not column.has_db_default() and column.name not in filled | FILLED:
            yield _error(number, resource, f"nothing fills {model.__name__}.{column.name}")


def _value(
    resource: type[Resource], field: fields.Field, column: Column | None, known: Resources
) -> Iterator[CheckMessage]:
    if column is None:
        return
    if isinstance(field, fields.Link):
        yield from _link(resource, field, column, known)
    readings = field.readings if isinstance(field, fields.FirstOf) else (field,)
    for reading in readings:
        if problem := _unfit(reading, column):
            yield _error(9, resource, f"{field.name} {problem}")
    nothing = field.empty is None and not isinstance(field, fields.Constant | fields.Carried)
    there = field.required or field.never_empty or column.null or column.name in FILLED
    if nothing and not there:
        yield _error(9, resource, f"{field.name} may stay empty, but its column takes no null")


def _unfit(field: fields.Field, column: Column) -> str:
    if isinstance(field, fields.Constant | fields.Carried):
        return ""
    wanted = next((reading for kind, reading in KINDS if isinstance(column, kind)), None)
    if wanted and not isinstance(field, wanted):
        return f"is read as {type(field).__name__}, but its column wants {wanted.__name__}"
    if isinstance(field, fields.Number) and isinstance(column, models.DecimalField):
        return _too_exact(field, column)
    if isinstance(field, fields.Choice) and column.choices:
        odd = {field.other, str(field.empty), *field.table.values()} - _choices(column)
        return f"may become {', '.join(sorted(odd))}, which is no choice" if odd else ""
    if isinstance(field, fields.Text) and column.max_length:
        fits = 0 < field.longest <= column.max_length
        return "" if fits else f"may be longer than the column's {column.max_length} characters"
    return ""


def _too_exact(field: fields.Number, column: models.DecimalField[object, object]) -> str:
    fits = field.digits <= column.max_digits and field.places <= column.decimal_places
    return "" if fits else "keeps more digits than its column"


def _choices(column: Column) -> set[str]:
    return {str(value) for value, _ in column.flatchoices} | ({""} if column.blank else set())


def _link(
    resource: type[Resource], link: fields.Link, column: Column, known: Resources
) -> Iterator[CheckMessage]:
    for name in link.to:
        if name not in known:
            yield _error(3, resource, f"{link.name} leads to {name}, which is no resource")
        elif column.related_model is not known[name].spec.target:
            model = known[name].spec.target.__name__
            yield _error(
                3, resource, f"{link.name} leads to {name}, but its column takes no {model}"
            )


def _rows(resource: type[Resource], rows: fields.Rows, known: Resources) -> Iterator[CheckMessage]:
    target, into = resource.spec.target, rows.into
    parents = [c.name for c in into._meta.concrete_fields if c.related_model is target]
    if len(parents) != 1:
        yield _error(5, resource, f"{into.__name__} must have one link to {target.__name__}")
    yield from _unfilled(resource, into, {*rows.columns, *parents}, number=5)
    for name, field in rows.columns.items():
        column = _column(into, name)
        if column is None:
            yield _error(5, resource, f"{into.__name__} has no column {name}")
        yield from _value(resource, field, column, known)


def _carried(resource: type[Resource], known: Resources) -> Iterator[CheckMessage]:
    links = {link.name: link for link in resource.spec.links}
    for each in resource.spec.carried:
        led = links.get(each.link)
        targets = [known[name].spec.target for name in (led.to if led else ()) if name in known]
        if not targets or any(_column(model, each.attribute) is None for model in targets):
            yield _error(4, resource, f"{each.name}: nothing has {each.attribute} at {each.link}")
    for link in (each for each in links.values() if each.otherwise):
        there = getattr(_column(resource.spec.target, link.otherwise), "related_model", None)
        own = getattr(_column(resource.spec.target, link.name), "related_model", None)
        found = _column(there, link.name) if there and link.otherwise in links else None
        if getattr(found, "related_model", None) is not own:
            yield _error(4, resource, f"{link.name}: nothing has {link.name} at {link.otherwise}")


def _named(resource: type[Resource]) -> Iterator[CheckMessage]:
    spec = resource.spec
    summed = set(spec.sums.values())
    if spec.sums_by and spec.sorts is None:
        yield _error(6, resource, f"sums are kept apart by {spec.sums_by}, but nothing fills it")
    for key in spec.named_by:
        if key not in {source for link in spec.links for source in link.sources}:
            yield _error(6, resource, f"records are named by {key}, which is no link")
    yield from _totalled(resource)
    rules = (*spec.match, spec.twin.same) if spec.twin else spec.match
    matched = {name for rule in rules for name in (*rule.columns, *rule.unless_differs)}
    matched.update(spec.alike)
    for name in sorted(summed | matched):
        if _column(spec.target, name) is None:
            yield _error(6, resource, f"{name} is summed or matched, but is no column")
    for name in sorted(summed - {field.name for field in spec.columns}):
        yield _error(6, resource, f"{name} is summed, but nothing fills it")
    for key in sorted(spec.sums.keys() - _sources(spec)):
        yield _error(6, resource, f"{key} is summed, but nothing reads it")


def _totalled(resource: type[Resource]) -> Iterator[CheckMessage]:
    spec = resource.spec
    filled = {field.name for field in spec.columns}
    for total in spec.totals:
        for name in (each for each in total.by if each not in filled):
            yield _error(6, resource, f"{total.title} are grouped by {name}, but nothing fills it")
        if total.of and total.of not in spec.sums.values():
            yield _error(6, resource, f"{total.title} add up {total.of}, which is none of its sums")


def _mirrored(resource: type[Resource], known: Resources) -> Iterator[CheckMessage]:
    for key, mirror in resource.spec.mirrors.items():
        other = known.get(mirror.resource)
        if other is None or mirror.link not in {link.name for link in other.spec.links}:
            yield _error(
                4, resource, f"{key}: {mirror.resource} has no link that is called {mirror.link}"
            )


def _occupied(resource: type[Resource], known: Resources) -> Iterator[CheckMessage]:
    occupies, target = resource.spec.occupies, resource.spec.target
    if occupies is None:
        return
    columns = (occupies.who, occupies.starts, occupies.ends, occupies.zone)
    for name in (*columns, *(column for column, _ in occupies.unless)):
        if _column(target, name) is None:
            yield _error(4, resource, f"a row occupies by {name}, but there is no such column")
    fitting = {
        name
        for name, each in known.items()
        if (each.spec.occupies, each.spec.target) == (occupies, target)
    }
    for name in (*occupies.among, resource.spec.name):
        if name not in fitting.intersection(occupies.among):
            yield _error(4, resource, f"{name} does not occupy as {resource.spec.name} does")


def _contained(resource: type[Resource]) -> Iterator[CheckMessage]:
    target = resource.spec.target
    if resource.spec.contents is not None and not issubclass(target, HasContent):
        yield _error(4, resource, f"{target.__name__} has contents, but is no HasContent")


def _sources(spec: Spec) -> set[str]:
    return {source for field in spec.columns for source in field.sources}


def _filed(resource: type[Resource]) -> Iterator[CheckMessage]:
    file = resource.__module__.rpartition(".")[2]
    if file != resource.spec.name:
        yield _error(7, resource, f"{resource.spec.name} stands in {file}.py")


def _column(model: type[models.Model], name: str) -> Column | None:
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, models.Field) else None


def _error(number: int, about: object, text: str) -> Error:
    return Error(text, obj=about, id=f"handover.E{number}")
