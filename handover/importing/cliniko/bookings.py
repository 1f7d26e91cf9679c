"""What appointments and attendees have in common at Cliniko: codes and their words."""

from handover.importing.cliniko.readings import Code, Status
from handover.importing.engine import fields
from handover.importing.engine.resource import Occupies
from handover.scheduling.models import Status as Stands

REASONS = {
    10: "Feeling Better",
    20: "Condition Worse",
    30: "Sick",
    31: "COVID-19 related",
    40: "Away",
    50: "Other",
    60: "Work",
}
INVOICES = {10: "Open", 20: "Paid", 30: "Closed", 40: "Open credit"}
NOTES = {10: "Draft", 90: "Final"}
#: A practitioner sees one client, or one group, at a time.
TIME_OF_PRACTITIONER = Occupies(
    "practitioner",
    among=("individual_appointments", "group_appointments"),
    starts="starts_at",
    ends="ends_at",
    zone="time_zone",
    unless=(("status", Stands.CANCELLED.value), ("archived_at", "")),
)


def cancellation_reason() -> fields.FirstOf:
    """Why it was cancelled: Cliniko's words, or its code in the same words."""
    return fields.FirstOf(
        fields.Text("cancellation_reason_description"), Code("cancellation_reason", REASONS)
    )


def invoice_status() -> Code:
    """Where its invoice stood at Cliniko."""
    return Code("invoice_status", INVOICES)


def note_status() -> Code:
    """Where its treatment note stood at Cliniko."""
    return Code("treatment_note_status", NOTES)


def appointment_status() -> Status:
    """An individual appointment says both: that the client came, and that they did not."""
    return Status(
        ("did_not_arrive", {True: Stands.DID_NOT_ARRIVE}),
        ("patient_arrived", {True: Stands.ARRIVED}),
        cancelled=Stands.CANCELLED,
        empty=Stands.BOOKED,
    )


def attendee_status() -> Status:
    """An attendee has one answer: came, did not come, or not told."""
    return Status(
        ("arrived", {True: Stands.ARRIVED, False: Stands.DID_NOT_ARRIVE}),
        cancelled=Stands.CANCELLED,
        empty=Stands.BOOKED,
    )
