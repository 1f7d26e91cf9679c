"""Businesses: the places where the practice works."""

from handover.core.json import JsonObject
from handover.importing.cliniko.readings import Archived, Zone, assume_zone
from handover.importing.cliniko.reasons import UPDATED, listed_at
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.engine import Resource, Same, fields
from handover.importing.engine.values import Context, Draft
from handover.practice.models import Location, LocationService


class Businesses(
    Resource,
    endpoint="/businesses",
    target=Location,
    include=("archived",),
    match=(Same("name"),),
    ignored={
        "appointments": listed_at("/individual_appointments and /group_appointments"),
        "practitioners": listed_at("/services"),
        "updated_at": UPDATED,
    },
):
    """A place, with the services that are offered there."""

    name = fields.FirstOf(
        fields.Text("business_name"), fields.Text("display_name"), fields.Text("label")
    )
    display_name = fields.Text("display_name")
    services = fields.Rows(
        "appointment_type_ids",
        into=LocationService,
        service=fields.Link("", to=AppointmentTypes, required=True),
    )
    address_1 = fields.Text("address_1")
    address_2 = fields.Text("address_2")
    city = fields.Text("city")
    state = fields.Text("state")
    post_code = fields.Text("post_code")
    country = fields.Text("country")
    country_code = fields.Text("country_code", longest=2)
    time_zone = Zone(
        "time_zone_identifier", "time_zone", note="the practice's own zone where none is named"
    )
    email = fields.Text("email_reply_to")
    website = fields.Text("website_address")
    contact_information = fields.Text("contact_information")
    additional_information = fields.Text("additional_information")
    invoice_information = fields.Text("additional_invoice_information")
    registration_name = fields.Text("business_registration_name")
    registration_number = fields.Text("business_registration_value")
    reminders_enabled = fields.Flag("appointment_reminders_enabled")
    show_in_online_bookings = fields.Flag("show_in_online_bookings")
    archived_at = Archived()
    created_at = fields.Instant("created_at")

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """A place without a zone is in the practice's."""
        assume_zone(draft, context)
