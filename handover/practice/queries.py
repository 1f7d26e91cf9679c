"""What the practice as a whole goes by."""

from handover.accounts.details import details_told, first_told
from handover.core.tenancy import remembered
from handover.practice.models import Location


def practice_zone() -> str:
    """The zone that the practice goes by, else that of its first place; "" if neither is known."""
    told = first_told(each.time_zone for each in details_told())
    return told or remembered("zone of the first place", (Location,), _of_the_first_place)


def _of_the_first_place() -> str:
    places = Location.objects.exclude(time_zone="").order_by("pk")
    return places.values_list("time_zone", flat=True).first() or ""
