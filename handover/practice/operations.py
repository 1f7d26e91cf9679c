"""Writing what a practice consists of. Callers see to who may do it, and to the audit log."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from handover.practice.models import (
    BillableItem,
    LocationService,
    OfferingPractitioner,
    Service,
    ServiceItem,
    ServiceOffering,
    Tax,
)


def items_of(service: Service) -> list[ServiceItem]:
    """What is charged for a service, in order."""
    return list(service.items.select_related("billable_item__tax", "product").order_by("pk"))


def also_priced_by(item: BillableItem, service: Service) -> list[str]:
    """The names of other services that are charged by the same line of the price list."""
    others = Service.objects.filter(items__billable_item=item).exclude(pk=service.pk)
    return list(others.order_by("name").values_list("name", flat=True).distinct())


def set_price(service: Service, price: Decimal | None, code: str, tax: Tax | None) -> bool:
    """What a service costs by its one line of the price list, made if there is none.

    Returns whether anything changed. A service with several lines, or with products, is left alone:
    the price of each is the price list's business.
    """
    items = items_of(service)
    if len(items) > 1 or (items and items[0].billable_item is None):
        return False
    line = items[0].billable_item if items else None
    if line is None:
        if price is None and not code and tax is None:
            return False
        _first_price(service, price, code, tax)
        return True
    if (line.price, line.code, line.tax_id) == (price, code, tax.pk if tax else None):
        return False
    line.price, line.code, line.tax = price, code, tax
    line.save(update_fields=["price", "code", "tax"])
    return True


def _first_price(service: Service, price: Decimal | None, code: str, tax: Tax | None) -> None:
    line = BillableItem.objects.create(
        workspace_id=service.workspace_id,
        name=service.name,
        code=code,
        type=BillableItem.Type.SERVICE,
        price=price,
        tax=tax,
    )
    ServiceItem.objects.create(
        workspace_id=service.workspace_id, service=service, billable_item=line, quantity=1
    )


def places_of(service: Service) -> set[int]:
    """The numbers of the locations that offer a service."""
    found = LocationService.objects.filter(service=service)
    return set(found.values_list("location_id", flat=True))


def givers_of(service: Service) -> dict[int, set[int]]:
    """Who gives a service at each location: numbers of practitioners by number of the location."""
    found = OfferingPractitioner.objects.filter(offering__service=service)
    givers: dict[int, set[int]] = {}
    for place, practitioner in found.values_list("offering__location_id", "practitioner_id"):
        givers.setdefault(place, set()).add(practitioner)
    return givers


def offer(
    service: Service, places: Collection[int], givers: Mapping[int, Collection[int]]
) -> list[str]:
    """Say where a service is offered, and by whom; returns what changed, of "places", "givers".

    `givers` names only the locations that it is about: those of others stay as they are.
    """
    changed = []
    if set(places) != places_of(service):
        _offer_at(service, set(places))
        changed.append("places")
    now = givers_of(service)
    for place, wanted in givers.items():
        if set(wanted) != now.get(place, set()):
            _give_at(service, place, set(wanted), now.get(place, set()))
            changed.append("givers")
    return sorted(set(changed))


def _offer_at(service: Service, places: set[int]) -> None:
    now = places_of(service)
    LocationService.objects.filter(service=service, location_id__in=now - places).delete()
    for place in sorted(places - now):
        LocationService.objects.create(
            workspace_id=service.workspace_id, service=service, location_id=place
        )


def _give_at(service: Service, place: int, wanted: set[int], now: set[int]) -> None:
    of = {"workspace_id": service.workspace_id, "service": service, "location_id": place}
    offering = ServiceOffering.objects.filter(service=service, location_id=place).first()
    offering = offering or ServiceOffering.objects.create(**of)
    offering.practitioners.filter(practitioner_id__in=now - wanted).delete()
    for position, number in enumerate(sorted(wanted - now), len(now & wanted)):
        OfferingPractitioner.objects.create(
            workspace_id=service.workspace_id,
            offering=offering,
            practitioner_id=number,
            position=position,
        )
