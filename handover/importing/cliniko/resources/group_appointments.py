"""Group appointments: a time with several clients, each of whom comes as an attendee."""

from handover.importing.cliniko.bookings import TIME_OF_PRACTITIONER
from handover.importing.cliniko.readings import Archived, EndsAt
from handover.importing.cliniko.reasons import CONFLICTS, REPEATS, TELEHEALTH, UPDATED, listed_at
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.engine import Resource, Total, fields
from handover.importing.engine.soon import ByTime
from handover.scheduling.models import Appointment


class GroupAppointments(
    Resource,
    endpoint="/group_appointments",
    target=Appointment,
    include=("archived",),
    soon=ByTime("starts_at"),
    sums={"starts_at": "starts_at", "ends_at": "ends_at"},
    totals=(Total("Appointments", by=("starts_at", "practitioner")),),
    occupies=TIME_OF_PRACTITIONER,
    ignored={
        "attendees": listed_at("/attendees"),
        "conflicts": CONFLICTS,
        "patient_ids": "each client comes as an attendee, with a state of their own",
        "repeats": REPEATS,
        "telehealth_url": TELEHEALTH,
        "updated_at": UPDATED,
    },
):
    """A time that is booked for a group."""

    kind = fields.Constant(Appointment.Kind.GROUP)
    starts_at = fields.Instant("starts_at", required=True)
    ends_at = EndsAt("ends_at", starts="starts_at")
    time_zone = fields.Carried("location", "time_zone")
    service = fields.Link("appointment_type", to=AppointmentTypes, only_with=True)
    practitioner = fields.Link("practitioner", to=Practitioners, only_with=True)
    location = fields.Link("business", to=Businesses, only_with=True)
    max_clients = fields.Integer("max_attendees")
    notes = fields.Text("notes")
    series_start = fields.Link("repeated_from", to="group_appointments", deferred=True)
    repeat_rule = fields.Whole("repeat_rule")
    archived_at = Archived()
    created_at = fields.Instant("created_at")
