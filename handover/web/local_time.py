"""The clock that a workspace goes by, for times that belong to no location."""

from collections.abc import Callable
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from handover.accounts.access import Request
from handover.core.zones import identifier
from handover.practice.queries import practice_zone

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
    """The practice's own, else UTC; to be asked in the workspace."""
    found = identifier(practice_zone())
    return ZoneInfo(found) if found else UTC


def zone_of(request: Request) -> ZoneInfo:
    """The reader's own zone, else that of the workspace.

    What belongs to a location is shown in the zone that stands beside it, and not in this one.
    """
    known = identifier(request.member.time_zone)
    return ZoneInfo(known) if known else request.zone()
