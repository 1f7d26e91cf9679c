"""Unavailable blocks: times when a practitioner is not available."""

from handover.importing.cliniko.readings import Archived, EndsAt
from handover.importing.cliniko.reasons import CONFLICTS, REPEATS, UPDATED
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.cliniko.resources.unavailable_block_types import UnavailableBlockTypes
from handover.importing.engine import Resource, fields
from handover.importing.engine.soon import ByTime
from handover.scheduling.models import BusyTime


class UnavailableBlocks(
    Resource,
    endpoint="/unavailable_blocks",
    target=BusyTime,
    include=("archived",),
    soon=ByTime("starts_at"),
    sums={"starts_at": "starts_at", "ends_at": "ends_at"},
    ignored={"conflicts": CONFLICTS, "repeats": REPEATS, "updated_at": UPDATED},
):
    """A time that cannot be booked."""

    practitioner = fields.Link("practitioner", to=Practitioners, only_with=True)
    location = fields.Link("business", to=Businesses, only_with=True)
    type = fields.Link("unavailable_block_type", to=UnavailableBlockTypes)
    starts_at = fields.Instant("starts_at", required=True)
    ends_at = EndsAt("ends_at", starts="starts_at")
    time_zone = fields.Carried("location", "time_zone")
    notes = fields.Text("notes")
    series_start = fields.Link("repeated_from", to="unavailable_blocks", deferred=True)
    repeat_rule = fields.Whole("repeat_rule")
    archived_at = Archived()
    created_at = fields.Instant("created_at")
