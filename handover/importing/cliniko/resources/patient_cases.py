"""Patient cases: episodes of care, who referred, and how much of it was agreed."""

from handover.clients.models import Case
from handover.core.json import JsonObject
from handover.importing.cliniko.readings import ASSUMED
from handover.importing.cliniko.reasons import UPDATED, listed_at
from handover.importing.cliniko.resources.contacts import Contacts
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.engine import Resource, fields
from handover.importing.engine.payload import lookup
from handover.importing.engine.resource import Mirror
from handover.importing.engine.values import Draft


class ClosedAt(fields.Instant):
    """When a case was closed.

    Cliniko once said only that it was: such a case closed with its last change at the latest.
    """

    words = "moment in time (UTC); that of the last change, where it only says that it is closed"

    def __init__(self) -> None:
        super().__init__("closed_at", "closed", "updated_at")

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Read the moment; a closed case without one takes that of its last change."""
        changed = lookup(payload, "updated_at")
        if payload.get("closed") is not True or payload.get("closed_at") or not changed:
            return super().read(payload, draft)
        draft.note(self.name, ASSUMED, "closed, but Cliniko does not say when: its last change")
        return self.convert(changed, draft)


class PatientCases(
    Resource,
    endpoint="/patient_cases",
    target=Case,
    include=("archived",),
    sums={"max_invoiceable_amount": "max_invoiceable_amount"},
    mirrors={"attendee_ids": Mirror("attendees", link="case", about="attendances")},
    ignored={
        "attendee_ids": "each attendance names its case; where the two differ, an issue says so",
        "attendees": listed_at("/attendees"),
        "bookings": listed_at("/individual_appointments and /group_appointments"),
        "invoices": "an invoice belongs to a case by its attendance, which names the case",
        "patient_attachments": (
            "lists of their own: /patient_cases/{patient_case_id}/patient_attachments"
        ),
        "updated_at": UPDATED,
    },
):
    """An episode of care of one client."""

    client = fields.Link("patient", to=Patients, required=True)
    name = fields.Text("name")
    issued_on = fields.Date("issue_date")
    expires_on = fields.Date("expiry_date")
    referral = fields.Flag("referral")
    referral_type = fields.Text("referral_type")
    referrer = fields.Link("contact", to=Contacts)
    notes = fields.Text("notes")
    max_sessions = fields.Integer("max_sessions")
    max_invoiceable_amount = fields.Money("max_invoiceable_amount")
    include_cancelled = fields.Flag("include_cancelled_attendees")
    include_did_not_arrive = fields.Flag("include_dna_attendees")
    closed_at = ClosedAt()
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
