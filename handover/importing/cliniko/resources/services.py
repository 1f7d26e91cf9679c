"""Services: who gives what where. Cliniko gives them no ids: place and type together name each."""

from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.engine import Resource, fields
from handover.practice.models import OfferingPractitioner, ServiceOffering


class Services(
    Resource,
    endpoint="/services",
    target=ServiceOffering,
    named_by=("business", "appointment_type"),
):
    """A service at a place, and everybody who gives it there."""

    location = fields.Link("business", to=Businesses, required=True)
    service = fields.Link("appointment_type", to=AppointmentTypes, required=True)
    practitioners = fields.Rows(
        "practitioners",
        into=OfferingPractitioner,
        practitioner=fields.Link("links.self", to=Practitioners, required=True),
    )
