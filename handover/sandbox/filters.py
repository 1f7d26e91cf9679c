"""Filters as Cliniko takes them: ``q[]=field:operator value``, each with its own complaints."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.model import linked_id
from handover.sandbox.resources import Kind, Resource

Test = Callable[[Json], bool]
Read = Callable[[Record], Json]


class BadFilter(ValueError):
    """A filter Cliniko would answer with 400; the message is the one it gives."""


OPERATOR = re.compile(r"(!=|!\?|>=|<=|~~|=|>|<|~|\?|\*)(.*)", re.DOTALL)
UTC_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DAY_PATTERN = re.compile(r"[\d*]{4}-[\d*]{2}-[\d*]{2}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"-?\d+(\.\d+)?")

ALLOWED: dict[Kind, frozenset[str]] = {
    Kind.DATE: frozenset({"=", ">=", ">", "<=", "<", "?", "!?"}),
    Kind.MOMENT: frozenset({">=", ">", "<=", "<", "?", "!?", "*"}),
    Kind.NUMBER: frozenset({"=", "!=", ">=", ">", "<=", "<", "?", "!?"}),
    Kind.TEXT: frozenset({"=", "!=", "~", "~~", "?", "!?"}),
    Kind.YES_NO: frozenset({"=", "!="}),
    Kind.IDS: frozenset({"~"}),
}
COMPARE: dict[str, Callable[[float | str, float | str], bool]] = {
    ">=": lambda have, want: have >= want,  # type: ignore[operator]  # both are of one kind by then
    ">": lambda have, want: have > want,  # type: ignore[operator]
    "<=": lambda have, want: have <= want,  # type: ignore[operator]
    "<": lambda have, want: have < want,  # type: ignore[operator]
}
TEXTS_LIKE_IDS = frozenset({"old_reference_id"})
ALIASES = {
    ("attendees", "appointment_id"): "booking",
}


@dataclass(frozen=True)
class Filter:
    """One parsed filter: a field, and a test of its value in a row."""

    field: str
    operator: str
    test: Test


def parse(text: str, resource: Resource, *, only: tuple[str, ...] | None = None) -> Filter:
    """Read ``field:operator value``; BadFilter when Cliniko would refuse it.

    ``only`` narrows the fields, as a single record's address takes ``archived_at`` and the like.
    """
    name, _, rest = text.partition(":")
    kind = resource.filters.get(name)
    if kind is None or (only is not None and name not in only):
        raise BadFilter(f"{name} is not filterable")
    found = OPERATOR.fullmatch(rest)
    if found is None:
        raise BadFilter(f"Filter operator for {name} is missing")
    operator, wanted = found.groups()
    if operator not in ALLOWED[kind]:
        raise BadFilter(f"{operator} is not a valid filter operator for {name}")
    return Filter(name, operator, _test(name, kind, operator, wanted))


def reader(resource: str, name: str) -> Read:
    """How to get what a row holds under a filter's name.

    Where the row has no such field, ``x_id`` is the id behind the relation ``x``.
    """
    if (resource, name) == ("bookings", "patient_ids"):
        return _patient_ids
    if not name.endswith("_id") or name in TEXTS_LIKE_IDS:
        return lambda row: row.get(name)
    relation = ALIASES.get((resource, name), name.removesuffix("_id"))
    return lambda row: linked_id(row.get(relation))


def is_set(value: Json) -> bool:
    """Whether a value counts as present: Cliniko sends both null and ``""`` for nothing."""
    return value is not None and value != ""


def is_unset(value: Json) -> bool:
    """Whether a value counts as absent."""
    return value is None or value == ""


def _patient_ids(row: Record) -> Json:
    alone = linked_id(row.get("patient"))
    return row.get("patient_ids") or ([alone] if alone else [])


def _test(name: str, kind: Kind, operator: str, wanted: str) -> Test:
    if operator == "*":
        return lambda _value: True
    if operator == "?":
        return is_set
    if operator == "!?":
        return is_unset
    return _TESTS[kind](name, operator, wanted)


def _moment_test(_name: str, operator: str, wanted: str) -> Test:
    if not UTC_MOMENT.fullmatch(wanted):
        raise BadFilter("Timestamp needs to be in UTC format.")
    compare = COMPARE[operator]
    return lambda value: is_set(value) and compare(str(value), wanted)


def _date_test(name: str, operator: str, wanted: str) -> Test:
    pattern = DAY_PATTERN if operator == "=" else DAY
    if not pattern.fullmatch(wanted):
        raise BadFilter(f"Filter value for {name} must be a date")
    if operator == "=":
        shape = wanted.replace("*", "?")
        return lambda value: is_set(value) and fnmatchcase(str(value), shape)
    compare = COMPARE[operator]
    return lambda value: is_set(value) and compare(str(value), wanted)


def _number_test(name: str, operator: str, wanted: str) -> Test:
    several = wanted.split(",") if operator == "=" else [wanted]
    if not all(NUMBER.fullmatch(each) for each in several):
        raise BadFilter(f"Filter value for {name} must be a number")
    if operator == "=":
        return lambda value: is_set(value) and str(value) in several
    if operator == "!=":
        return lambda value: str(value) != wanted
    compare, bound = COMPARE[operator], _number(wanted)
    return lambda value: is_set(value) and compare(_number(str(value)), bound)


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)


def _text_test(_name: str, operator: str, wanted: str) -> Test:
    wish = wanted.casefold()
    if operator == "~":
        return lambda value: is_set(value) and wish in str(value).casefold()
    if operator == "~~":
        shape = re.compile(".*".join(re.escape(part) for part in wish.split("%")), re.DOTALL)
        return lambda value: is_set(value) and bool(shape.fullmatch(str(value).casefold()))
    if operator == "=":
        return lambda value: is_set(value) and str(value).casefold() == wish
    return lambda value: str(value or "").casefold() != wish


def _yes_no_test(name: str, operator: str, wanted: str) -> Test:
    if wanted not in {"true", "false"}:
        raise BadFilter(f"Filter value for {name} must be a boolean")
    wish = wanted == "true"
    if operator == "=":
        return lambda value: value is wish
    return lambda value: value is not wish


def _ids_test(_name: str, _operator: str, wanted: str) -> Test:
    return lambda value: isinstance(value, list) and wanted in value


_TESTS: dict[Kind, Callable[[str, str, str], Test]] = {
    Kind.DATE: _date_test,
    Kind.MOMENT: _moment_test,
    Kind.NUMBER: _number_test,
    Kind.TEXT: _text_test,
    Kind.YES_NO: _yes_no_test,
    Kind.IDS: _ids_test,
}
