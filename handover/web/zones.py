"""In which zone a page shows moments that belong to no location."""

from zoneinfo import ZoneInfo

from handover.accounts.access import Request
from handover.accounts.models import PracticeDetails
from handover.core.zones import identifier
from handover.practice.models import Location

UTC = ZoneInfo("UTC")


def zone_of(request: Request) -> ZoneInfo:
    """The reader's own zone, else the practice's, else that of its first location, else UTC.

    What belongs to a location is shown in the zone that stands beside it, and not in this one.
    """
    known = identifier(request.member.time_zone) or identifier(_of_the_practice())
    return ZoneInfo(known) if known else UTC


def _of_the_practice() -> str:
    told = PracticeDetails.objects.exclude(time_zone="").values_list("time_zone", flat=True)
    places = Location.objects.exclude(time_zone="").order_by("pk")
    return told.first() or places.values_list("time_zone", flat=True).first() or ""
