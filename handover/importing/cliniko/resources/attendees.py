"""Attendees: one client in one appointment, with their own state. Individual ones have one each."""

from handover.importing.cliniko.bookings import (
    attendee_status,
    cancellation_reason,
    invoice_status,
    note_status,
)
from handover.importing.cliniko.readings import Archived
from handover.importing.cliniko.reasons import (
    TELEHEALTH,
    UPDATED,
    listed_at,
    replaced_by,
)
from handover.importing.cliniko.resources.group_appointments import GroupAppointments
from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.cliniko.resources.patient_cases import PatientCases
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.engine import Resource, Total, fields
from handover.importing.engine.soon import Along
from handover.scheduling.models import Attendance


class Attendees(
    Resource,
    endpoint="/attendees",
    target=Attendance,
    include=("archived", "cancelled"),
    soon=Along("booking_id", of=(IndividualAppointments, GroupAppointments)),
    sums={
        "sent_email_reminders_count": "email_reminders_sent",
        "sent_sms_reminders_count": "sms_reminders_sent",
    },
    totals=(Total("Attendances", by=("status",)),),
    ignored={
        "cancellation_url": "a secret link into Cliniko's own pages, which close with the account",
        "email_reminder_sent": replaced_by("sent_email_reminders_count"),
        "invoices": listed_at("/invoices"),
        "patient_forms": listed_at("/patient_forms"),
        "sms_reminder_sent": replaced_by("sent_sms_reminders_count"),
        "telehealth_url": TELEHEALTH,
        "updated_at": UPDATED,
    },
):
    """One client's part in an appointment."""

    appointment = fields.Link(
        "booking", to=(IndividualAppointments, GroupAppointments), required=True
    )
    client = fields.Link("patient", to=Patients)
    case = fields.Link("patient_case", to=PatientCases)
    notes = fields.Text("notes")

    status = attendee_status()
    cancelled_at = fields.Instant("cancelled_at")
    cancellation_reason = cancellation_reason()
    cancellation_note = fields.Text("cancellation_note")

    booked_from_address = fields.Text("booking_ip_address")
    online_booking_policy_accepted = fields.Flag("online_booking_policy_accepted")
    email_reminders_sent = fields.Integer("sent_email_reminders_count")
    sms_reminders_sent = fields.Integer("sent_sms_reminders_count")
    email_follow_ups_sent = fields.Integer("sent_email_follow_ups_count")
    sms_follow_ups_sent = fields.Integer("sent_sms_follow_ups_count")
    source_invoice_status = invoice_status()
    source_note_status = note_status()
    archived_at = Archived()
    created_at = fields.Instant("created_at")
