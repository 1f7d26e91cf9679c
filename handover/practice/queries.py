"""What the practice as a whole goes by."""

from handover.accounts.models import PracticeDetails
from handover.practice.models import Location


def practice_zone() -> str:
    """The zone that the practice goes by, else that of its first place; "" if neither is known."""
    told = PracticeDetails.objects.exclude(time_zone="").values_list("time_zone", flat=True)
    places = Location.objects.exclude(time_zone="").order_by("pk")
    return told.first() or places.values_list("time_zone", flat=True).first() or ""
