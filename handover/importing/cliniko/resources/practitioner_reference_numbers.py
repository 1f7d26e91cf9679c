"""Reference numbers: a practitioner's provider numbers, one per place or for all."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.engine import Resource, fields
from handover.practice.models import ProviderNumber


class PractitionerReferenceNumbers(
    Resource,
    endpoint="/practitioner_reference_numbers",
    target=ProviderNumber,
    ignored={"updated_at": UPDATED},
):
    """A number with a funder."""

    practitioner = fields.Link("practitioner", to=Practitioners, required=True)
    location = fields.Link("business", to=Businesses, only_with=True)
    type = fields.Text("name")
    number = fields.Text("reference_number")
    created_at = fields.Instant("created_at")
