"""Lists that show a part of a resource: one client's notes, one place's practitioners."""

from collections.abc import Callable
from dataclasses import dataclass

from handover.sandbox.filters import is_set, reader
from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.model import Practice, linked_id
from handover.sandbox.resources import NESTED

Keep = Callable[[Record], bool]


@dataclass(frozen=True)
class Scope:
    """A resource, and which of its rows belong to the list; ``parent`` must exist."""

    resource: str
    keep: Keep | None = None
    name: str = ""
    parent: tuple[str, str] | None = None


def plain_scope(parts: tuple[str, ...]) -> Scope | None:
    """``/practitioners`` lists the active ones only; every other plain list has everything."""
    match parts:
        case ("practitioners",):
            return Scope("practitioners", _active, "active")
        case ("practitioners", "inactive"):
            return Scope("practitioners", _inactive, "inactive")
        case ("patient_cases", "active"):
            return Scope("patient_cases", _case_is_open, "active")
        case (name,):
            return Scope(name)
    return None


def nested_scope(practice: Practice, parts: tuple[str, ...]) -> Scope | None:
    """A list below another record, or None where Cliniko has no such list."""
    keep: Keep | None = None
    match parts:
        case (parent, parent_id, "practitioners"):
            keep = _practitioners(practice, parent, parent_id, _active)
        case (parent, parent_id, "practitioners", "inactive"):
            keep = _practitioners(practice, parent, parent_id, _inactive)
        case (parent, parent_id, child) if (parent, child) in NESTED:
            keep = _tied(child, NESTED[parent, child], parent_id)
        case (parent, parent_id, child):
            keep = _among(_ids_of(practice, parent, parent_id, child))
    return keep and Scope(parts[2], keep, "/".join(parts), (parts[0], parts[1]))


def parent_exists(practice: Practice, resource: str, record_id: str) -> bool:
    """Whether the record that a nested list hangs on exists."""
    names = [resource]
    if resource == "appointments":
        names = ["individual_appointments", "group_appointments"]
    return any(
        row.get("id") == record_id for name in names for row in practice.records.get(name, [])
    )


def _practitioners(practice: Practice, parent: str, parent_id: str, wanted: Keep) -> Keep | None:
    offers = {
        "appointment_types": practice.practitioner_types,
        "businesses": practice.practitioner_businesses,
    }.get(parent)
    if offers is None:
        return None
    return lambda row: wanted(row) and parent_id in offers.get(str(row["id"]), [])


def _among(ids: set[str] | None) -> Keep | None:
    return None if ids is None else lambda row: row["id"] in ids


def _ids_of(practice: Practice, parent: str, parent_id: str, child: str) -> set[str] | None:
    match (parent, child):
        case ("practitioners", "appointment_types"):
            return set(practice.practitioner_types.get(parent_id, []))
        case ("patient_cases", "patient_attachments"):
            return set(practice.case_attachments.get(parent_id, []))
        case ("patient_cases", "invoices"):
            return _case_invoices(practice, parent_id)
    return None


def _case_invoices(practice: Practice, case_id: str) -> set[str]:
    attendees = {
        row["id"]
        for row in practice.records.get("attendees", [])
        if linked_id(row.get("patient_case")) == case_id
    }
    return {
        str(row["id"])
        for row in practice.records.get("invoices", [])
        if linked_id(row.get("attendee")) in attendees
    }


def _tied(resource: str, field: str, parent_id: str) -> Keep:
    read = reader(resource, field)
    return lambda row: read(row) == parent_id


def _active(row: Record) -> bool:
    return row.get("active") is True


def _inactive(row: Record) -> bool:
    return row.get("active") is not True


def _case_is_open(row: Record) -> bool:
    return not is_set(row.get("closed_at")) and row.get("closed") is not True
