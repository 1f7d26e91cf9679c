"""The clock that a workspace goes by, for times that belong to no location."""

from collections.abc import Callable
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from handover.accounts.access import Request
from handover.accounts.models import PracticeDetails
from handover.core.zones import identifier
from handover.practice.models import Location

UTC = ZoneInfo("UTC")
Next = Callable[[HttpRequest], HttpResponse]


class LocalTime:
    """Tell pages the zone of their workspace: `request.zone()`, asked at most once."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put it on the request."""
        here = hasattr(request, "member")
        cast("Request", request).zone = cache(zone_of_workspace) if here else lambda: UTC
        return self.get_response(request)


def zone_of_workspace() -> ZoneInfo:
    """What the practice's details say, else its first location; to be asked in the workspace."""
    named = PracticeDetails.objects.exclude(time_zone="").values_list("time_zone", flat=True)
    places = Location.objects.exclude(time_zone="").order_by("pk")
    name = named.first() or places.values_list("time_zone", flat=True).first() or ""
    found = identifier(name)
    return ZoneInfo(found) if found else UTC
