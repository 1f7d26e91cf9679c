"""Availability blocks: times outside the weekly pattern when a practitioner works."""

from handover.importing.cliniko.readings import EndsAt
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.engine import Resource, fields
from handover.importing.engine.soon import Entire
from handover.scheduling.models import ExtraAvailability


class AvailabilityBlocks(
    Resource,
    endpoint="/availability_blocks",
    target=ExtraAvailability,
    soon=Entire(),  # a block that repeats may have begun long ago
    sums={"starts_at": "starts_at", "ends_at": "ends_at"},
    ignored={"updated_at": UPDATED},
):
    """One extra time, once or repeating."""

    practitioner = fields.Link("practitioner", to=Practitioners, required=True)
    location = fields.Link("business", to=Businesses, only_with=True)
    starts_at = fields.Instant("starts_at", required=True)
    ends_at = EndsAt("ends_at", starts="starts_at")
    time_zone = fields.Carried("location", "time_zone")
    repeat_rule = fields.Whole("repeat_rule")
    created_at = fields.Instant("created_at")
