"""Fields: how one attribute of a target is read from one or more keys of a payload.

A field is pure: a payload in, a value out. It raises `BadValue` for what cannot be read; the
attribute then stays empty, and an issue is filed.
"""

from handover.importing.engine.fields.combined import Constant, FirstOf, Several
from handover.importing.engine.fields.field import Field
from handover.importing.engine.fields.links import Carried, Link
from handover.importing.engine.fields.rows import UNDECIDED, Rows
from handover.importing.engine.fields.scalars import (
    Choice,
    Date,
    Flag,
    Html,
    Instant,
    Integer,
    Issued,
    Listed,
    Money,
    Not,
    Number,
    Text,
    TimeOfDay,
    Whole,
)

__all__ = [
    "UNDECIDED",
    "Carried",
    "Choice",
    "Constant",
    "Date",
    "Field",
    "FirstOf",
    "Flag",
    "Html",
    "Instant",
    "Integer",
    "Issued",
    "Link",
    "Listed",
    "Money",
    "Not",
    "Number",
    "Rows",
    "Several",
    "Text",
    "TimeOfDay",
    "Whole",
]
