"""A simulated Cliniko with a demo practice: try the whole move with no account anywhere."""

from handover.sandbox.access import KEYS
from handover.sandbox.faults import BadFault, Fault
from handover.sandbox.practice import (
    EMPTY,
    DemoPractice,
    Practice,
    build_practice,
    empty_practice,
)
from handover.sandbox.server import Sandbox
from handover.sandbox.tally import Stats

__all__ = [
    "EMPTY",
    "KEYS",
    "BadFault",
    "DemoPractice",
    "Fault",
    "Practice",
    "Sandbox",
    "Stats",
    "build_practice",
    "empty_practice",
]
