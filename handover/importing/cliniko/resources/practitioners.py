"""Practitioners, and those who have left: two lists at Cliniko, and no date of leaving."""

from handover.importing.cliniko.reasons import UPDATED, listed_at
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.users import Users
from handover.importing.engine import Resource, Same, fields
from handover.practice.models import Practitioner


class Practitioners(
    Resource,
    endpoint="/practitioners",
    also=("/practitioners/inactive",),
    target=Practitioner,
    match=(Same("user"), Same("first_name", "last_name", unless_differs=("user",))),
    ignored={
        "appointment_types": listed_at("/services"),
        "appointments": listed_at("/individual_appointments and /group_appointments"),
        "invoices": listed_at("/invoices"),
        "practitioner_reference_numbers": listed_at("/practitioner_reference_numbers"),
        "updated_at": UPDATED,
    },
):
    """A person who treats clients, or did."""

    user = fields.Link("user", to=Users)
    title = fields.Text("title")
    first_name = fields.Text("first_name")
    last_name = fields.Text("last_name")
    display_name = fields.FirstOf(fields.Text("display_name"), fields.Text("label"))
    profession = fields.Text("designation")
    description = fields.Html("description")
    former = fields.Not("active", unknown=False)
    show_in_online_bookings = fields.Flag("show_in_online_bookings")
    default_service = fields.Link("default_appointment_type", to=AppointmentTypes)
    created_at = fields.Instant("created_at")
