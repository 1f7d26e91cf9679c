"""Individual appointments: the calendar, with who came, who did not and who cancelled.

An appointment is never left out because somebody or something that it names is missing.
"""

from handover.importing.cliniko.bookings import (
    TIME_OF_PRACTITIONER,
    appointment_status,
    cancellation_reason,
    invoice_status,
    note_status,
)
from handover.importing.cliniko.readings import Archived, EndsAt
from handover.importing.cliniko.reasons import CONFLICTS, REPEATS, TELEHEALTH, UPDATED, listed_at
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.patient_cases import PatientCases
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.engine import Resource, Total, fields
from handover.importing.engine.soon import ByTime
from handover.scheduling.models import Appointment

SENT = "counted for each client, in /attendees"


class IndividualAppointments(
    Resource,
    endpoint="/individual_appointments",
    target=Appointment,
    include=("archived", "cancelled"),
    soon=ByTime("starts_at"),
    sums={"starts_at": "starts_at", "ends_at": "ends_at"},
    totals=(Total("Appointments", by=("starts_at", "practitioner")),),
    occupies=TIME_OF_PRACTITIONER,
    ignored={
        "attendees": listed_at("/attendees"),
        "conflicts": CONFLICTS,
        "email_reminder_sent": SENT,
        "has_patient_appointment_notes": "says that the client has alerts, which come with them",
        "repeats": REPEATS,
        "sms_reminder_sent": SENT,
        "telehealth_url": TELEHEALTH,
        "updated_at": UPDATED,
    },
):
    """A time that is booked for one client."""

    kind = fields.Constant(Appointment.Kind.INDIVIDUAL)
    starts_at = fields.Instant("starts_at", required=True)
    ends_at = EndsAt("ends_at", starts="starts_at")
    time_zone = fields.Carried("location", "time_zone")
    service = fields.Link("appointment_type", to=AppointmentTypes, only_with=True)
    practitioner = fields.Link("practitioner", to=Practitioners, only_with=True)
    location = fields.Link("business", to=Businesses, only_with=True)
    client = fields.Link("patient", to=Patients)
    case = fields.Link("patient_case", to=PatientCases)
    client_name = fields.Text("patient_name", note="as it was when it was booked")
    notes = fields.Text("notes")

    status = appointment_status()
    cancelled_at = fields.Instant("cancelled_at")
    cancellation_reason = cancellation_reason()
    cancellation_note = fields.Text("cancellation_note")

    series_start = fields.Link("repeated_from", to="individual_appointments", deferred=True)
    repeat_rule = fields.Whole("repeat_rule")
    booked_from_address = fields.Text("booking_ip_address")
    online_booking_policy_accepted = fields.Flag("online_booking_policy_accepted")
    source_invoice_status = invoice_status()
    source_note_status = note_status()
    archived_at = Archived()
    created_at = fields.Instant("created_at")
