"""Daily availabilities: when a practitioner works at a place, on one day of every week."""

from handover.core.json import JsonObject
from handover.importing.cliniko.readings import ClosingTime, Weekday, Zone, assume_zone
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.engine import Resource, fields
from handover.importing.engine.soon import Entire
from handover.importing.engine.values import Context, Draft
from handover.scheduling.models import Availability, AvailabilityInterval


class DailyAvailabilities(
    Resource,
    endpoint="/daily_availabilities",
    target=Availability,
    soon=Entire(),
    ignored={"updated_at": UPDATED},
):
    """One day of the weekly pattern."""

    practitioner = fields.Link("practitioner", to=Practitioners, required=True)
    location = fields.Link("business", to=Businesses, only_with=True)
    weekday = Weekday("day_of_week", note="assumed: 0 and 7 are Sunday, 1 is Monday")
    time_zone = Zone(
        "time_zone_identifier", "time_zone", note="the practice's own zone where none is named"
    )
    intervals = fields.Rows(
        "availabilities",
        into=AvailabilityInterval,
        starts_at=fields.TimeOfDay("starts_at", required=True),
        ends_at=ClosingTime("ends_at", required=True),
    )
    created_at = fields.Instant("created_at")

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """A pattern without a zone follows the practice's clock."""
        assume_zone(draft, context)
